using System.Globalization;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Requests;
using Gateway.Core.Logging;
using Gateway.Shared.Results;

namespace ConsoleWeb.AdminApi.Logs;

/// <summary>The query of <c>GET /logs</c>: page and filter.</summary>
/// <param name="Before">Rows older than this one; null: from the newest.</param>
internal sealed record LogQuery(RequestFilter Filter, int Size, long? Before)
{
    private const int DefaultSize = 100;

    private const int MaxSize = 1000;

    public static Result<LogQuery> Read(IQueryCollection query, DateTimeOffset now)
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

        var status = Text(query, "status");
        if (status is not null && !FilterText.IsStatus(status))
        {
            return new InvalidOption("status", "must be a number, a class such as 4xx, or error");
        }

        var outcome = Text(query, "outcome") is { } name ? OutcomeNames.Find(name) : null;
        if (outcome is null && Text(query, "outcome") is not null)
        {
            return new InvalidOption("outcome", "no such outcome");
        }

        var size = DefaultSize;
        if (Text(query, "size") is { } sizeText
            && !(int.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size is >= 1 and <= MaxSize))
        {
            return new InvalidSize($"size must be an integer between 1 and {MaxSize}");
        }

        long before = 0;
        if (Text(query, "offset") is { } offset && !TryReadOffset(offset, out before))
        {
            return new InvalidOffset(offset);
        }

        return new LogQuery(
            filter with
            {
                From = from,
                To = to,
                Status = status?.ToLowerInvariant() ?? filter.Status,
                Model = Text(query, "model") ?? filter.Model,
                Provider = Text(query, "provider") ?? filter.Provider,
                Route = Text(query, "route") ?? filter.Route,
                Consumer = Text(query, "consumer") ?? filter.Consumer,
                Agent = Text(query, "agent") ?? filter.Agent,
                SessionId = Text(query, "session_id") ?? filter.SessionId,
                Outcome = outcome ?? filter.Outcome,
            },
            size,
            before > 0 ? before : null);
    }

    /// <summary>The page token that continues after a row.</summary>
    public static string OffsetAfter(long sequence) =>
        Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(sequence.ToString(CultureInfo.InvariantCulture)));

    private const string MomentHint = "must be a moment such as 2030-01-31T12:00:00Z, Unix milliseconds, now, or a time ago such as -15m, -1h or -7d";

    private static string? Text(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    private static bool TryReadOffset(string offset, out long before)
    {
        before = 0;
        Span<byte> bytes = stackalloc byte[32];
        return offset.Length <= 40
            && Convert.TryFromBase64String(offset, bytes, out var length)
            && long.TryParse(bytes[..length], NumberStyles.None, CultureInfo.InvariantCulture, out before)
            && before > 0;
    }

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
