using System.Globalization;
using Gateway.Core.Logging;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>A filter as conditions on <c>requests r</c>. Values are always parameters.</summary>
internal sealed class RequestFilterSql
{
    private readonly List<string> _conditions = [];
    private readonly List<(string Name, object Value)> _parameters = [];

    public RequestFilterSql(RequestFilter filter)
    {
        if (filter.From is { } from)
        {
            Add("r.started_at >= @from", ("@from", from.ToUnixTimeMilliseconds()));
            Add(
                "r.seq >= coalesce((SELECT first_seq FROM minutes WHERE minute <= @minute ORDER BY minute DESC LIMIT 1), 0)",
                ("@minute", from.ToUnixTimeMilliseconds() / 60_000));
        }

        if (filter.To is { } to)
        {
            Add("r.started_at < @to", ("@to", to.ToUnixTimeMilliseconds()));
        }

        Status(filter.Status);
        Equal("model", filter.Model);
        Equal("provider", filter.Provider);
        Equal("route", filter.Route);
        Equal("consumer", filter.Consumer);
        Equal("agent", filter.Agent);
        Equal("session_id", filter.SessionId);
        if (filter.Outcome is { } outcome)
        {
            Add("r.outcome = @outcome", ("@outcome", OutcomeNames.NameOf(outcome)));
        }

        if (filter.Text is { Length: > 0 } text)
        {
            var columns = new[] { "request_id", "path", "model", "route", "agent", "error" };
            Add(
                "(" + string.Join(" OR ", columns.Select(c => $"r.{c} LIKE @text ESCAPE '\\'")) + ")",
                ("@text", $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%"));
        }
    }

    /// <summary><c>WHERE …</c>, or nothing.</summary>
    public string Where => _conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", _conditions);

    public RequestFilterSql Add(string condition, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        _conditions.Add(condition);
        _parameters.AddRange(parameters);
        return this;
    }

    public void Bind(SqliteCommand command)
    {
        foreach (var (name, value) in _parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }
    }

    private void Status(string? status)
    {
        switch (status)
        {
            case null:
                break;
            case "error":
                Add("r.status >= 400 AND (r.status >= 400 OR r.outcome <> 'ok')");
                break;
            case [>= '1' and <= '9' and var digit, 'x', 'x']:
                Add("r.status BETWEEN @status AND @status + 99", ("@status", (digit - '0') * 100L));
                break;
            default:
                Add("r.status = @status", ("@status", long.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var exact) ? exact : -1));
                break;
        }
    }

    private void Equal(string column, string? value)
    {
        if (value is not null)
        {
            Add($"r.{column} = @{column}", ($"@{column}", value));
        }
    }
}
