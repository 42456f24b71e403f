using System.Globalization;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Requests;
using Gateway.Shared.Results;

namespace ConsoleWeb.AdminApi.Logs;

/// <summary>The query of <c>GET /logs</c> and its kin: page and filter.</summary>
/// <param name="Before">Rows older than this one; null: from the newest.</param>
internal sealed record LogQuery(RequestFilter Filter, int Size, long? Before)
{
    /// <summary>Terms that may also be given as parameters of their own.</summary>
    private static readonly string[] Named = ["status", "model", "provider", "route", "service", "consumer", "agent", "session_id", "outcome"];

    /// <summary>The parameters that filter.</summary>
    public static IReadOnlyList<ApiParameter> Parameters { get; } =
    [
        new("q", Shapes.Text, "The filter of the console's request list."),
        new("from", Shapes.Text, "Not before this moment; " + MomentHint + "."),
        new("to", Shapes.Text, "Not after this moment."),
        .. Named.Select(n => new ApiParameter(n, Shapes.Text, $"The term {n} of the filter.")),
    ];

    public static Result<LogQuery> Read(IQueryCollection query, DateTimeOffset now)
    {
        var filter = ReadFilter(query, now);
        if (filter.IsError)
        {
            return filter.Error;
        }

        var page = PageQuery.Read(query);
        return page.IsError ? page.Error : new LogQuery(filter.Value, page.Value.Size, page.Value.Before);
    }

    /// <summary>The filter alone: <c>q</c>, <c>from</c>, <c>to</c>, and terms as parameters of their own.</summary>
    public static Result<RequestFilter> ReadFilter(IQueryCollection query, DateTimeOffset now)
    {
        var (filter, wrong) = FilterText.Parse(query["q"]);
        if (wrong is not null)
        {
            return new InvalidOption("q", wrong);
        }

        if (!TryReadMoment(query["from"], now, out var from))
        {
            return new InvalidOption("from", MomentHint);
        }

        if (!TryReadMoment(query["to"], now, out var to))
        {
            return new InvalidOption("to", MomentHint);
        }

        foreach (var name in Named)
        {
            if (Text(query, name) is not { } value)
            {
                continue;
            }

            var (term, fault) = FilterText.Term(name, value);
            if (term is null)
            {
                return new InvalidOption(name, fault!);
            }

            // A parameter of its own says more clearly what is wanted than the same field in q.
            filter = (filter with { Terms = [.. filter.Terms.Where(t => t.Field != term.Field)] }).And(term);
        }

        return filter with { From = from, To = to };
    }

    private const string MomentHint = "must be a moment such as 2030-01-31T12:00:00Z, Unix milliseconds, now, or a time ago such as -15m, -1h or -7d";

    private static string? Text(IQueryCollection query, string name) => PageQuery.Text(query, name);

    private static bool TryReadMoment(string? text, DateTimeOffset now, out DateTimeOffset? moment)
    {
        moment = null;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        moment = text switch
        {
            "now" => now,
            ['-', .. var amount, var unit] when int.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 100_000 => unit switch
            {
                's' => now.AddSeconds(-number),
                'm' => now.AddMinutes(-number),
                'h' => now.AddHours(-number),
                'd' => now.AddDays(-number),
                _ => null,
            },
            _ when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= 253_402_300_799_999 =>
                DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
            _ => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var parsed) ? parsed : null,
        };
        return moment is not null;
    }
}
