using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Rollups;

/// <summary>
/// The largest values within each 65 seconds of the log, so that a search for rare large ones skips the rest. Used by one thread, inside
/// its transactions.
/// </summary>
internal sealed class ZoneWriter : IDisposable
{
    /// <summary>Bits of a row's number that are not part of its zone's.</summary>
    public const int Bits = 36;

    /// <summary>Columns of a row whose largest value is kept, as <c>max_…</c>.</summary>
    public static readonly IReadOnlyList<string> Columns =
        ["input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens", "cost", "ttft_ms", "total_ms", "gateway_ms", "request_size", "response_size"];

    private readonly LogStatement _write;
    private readonly Dictionary<long, (long Requests, double[] Largest)> _zones = [];

    public ZoneWriter(SqliteConnection connection)
    {
        var columns = Columns.Select(c => "max_" + c).ToList();
        _write = new(
            connection,
            $"""
            INSERT INTO zones (zone, requests, {string.Join(", ", columns)}) VALUES ({string.Join(", ", Enumerable.Range(0, columns.Count + 2).Select(i => "@" + (char)('a' + i)))})
            ON CONFLICT (zone) DO UPDATE SET requests = requests + excluded.requests, {string.Join(", ", columns.Select(c => $"{c} = max({c}, excluded.{c})"))}
            """,
            columns.Count + 2);
    }

    public void Add(RequestRow row, long id)
    {
        var zone = id >> Bits;
        var (requests, largest) = _zones.TryGetValue(zone, out var known) ? known : (0, new double[Columns.Count]);
        ReadOnlySpan<double> values =
        [
            row.InputTokens, row.CacheReadTokens, row.CacheWriteTokens, row.OutputTokens, row.ReasoningTokens,
            row.Cost is { } cost ? RequestColumns.ToUnits(cost) : 0, row.TimeToFirstTokenMs ?? 0, row.TotalMs ?? 0, row.GatewayMs ?? 0, row.RequestSize, row.ResponseSize,
        ];
        for (var i = 0; i < values.Length; i++)
        {
            largest[i] = Math.Max(largest[i], values[i]);
        }

        _zones[zone] = (requests + 1, largest);
    }

    public void Flush()
    {
        foreach (var (zone, (requests, largest)) in _zones)
        {
            _write.Run([zone, requests, .. largest.Select(v => (LogValue)v)]);
        }

        _zones.Clear();
    }

    public void Reset() => _zones.Clear();

    public void Dispose() => _write.Dispose();
}
