using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Rollups;

/// <summary>
/// The largest values within each 65 seconds of the log, and the smallest of some, so that a search for rare ones skips the rest. Used by
/// one thread, inside its transactions.
/// </summary>
internal sealed class ZoneWriter : IDisposable
{
    /// <summary>Bits of a row's number that are not part of its zone's.</summary>
    public const int Bits = 36;

    /// <summary>Numbers that rows of one zone can have.</summary>
    public const long Length = 1L << Bits;

    /// <summary>Columns of a row whose largest value is kept, as <c>max_…</c>.</summary>
    public static readonly IReadOnlyList<string> Columns =
        ["input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens", "cost", "ttft_ms", "total_ms", "gateway_ms", "request_size", "response_size"];

    /// <summary>Columns of a row whose smallest value is kept, as <c>min_…</c>; null in zones of an older version, which may hold any.</summary>
    public static readonly IReadOnlyList<string> ColumnsOfSmallest = ["output_tokens", "ttft_ms", "total_ms"];

    private readonly LogStatement _write;
    private readonly Dictionary<long, (long Requests, double[] Largest, double[] Smallest)> _zones = [];

    public ZoneWriter(SqliteConnection connection)
    {
        string[] columns = [.. Columns.Select(c => "max_" + c), .. ColumnsOfSmallest.Select(c => "min_" + c)];
        _write = new(
            connection,
            $"""
            INSERT INTO zones (zone, requests, {string.Join(", ", columns)}, texts) VALUES ({string.Join(", ", Enumerable.Range(0, columns.Length + 2).Select(i => "@" + (char)('a' + i)))}, 1)
            ON CONFLICT (zone) DO UPDATE SET requests = requests + excluded.requests, {string.Join(", ", columns.Select(c => $"{c} = {c[..3]}({c}, excluded.{c})"))}
            """,
            columns.Length + 2);
    }

    public void Add(RequestRow row, long id)
    {
        var zone = id >> Bits;
        if (!_zones.TryGetValue(zone, out var values))
        {
            values = (0, new double[Columns.Count], new double[ColumnsOfSmallest.Count]);
            values.Smallest.AsSpan().Fill(double.MaxValue);
        }

        ReadOnlySpan<double> large =
        [
            row.InputTokens, row.CacheReadTokens, row.CacheWriteTokens, row.OutputTokens, row.ReasoningTokens,
            row.Cost is { } cost ? RequestColumns.ToUnits(cost) : 0, row.TimeToFirstTokenMs ?? 0, row.TotalMs ?? 0, row.GatewayMs ?? 0, row.RequestSize, row.ResponseSize,
        ];
        for (var i = 0; i < large.Length; i++)
        {
            values.Largest[i] = Math.Max(values.Largest[i], large[i]);
        }

        ReadOnlySpan<double> small = [row.OutputTokens, row.TimeToFirstTokenMs ?? double.MaxValue, row.TotalMs ?? double.MaxValue];
        for (var i = 0; i < small.Length; i++)
        {
            values.Smallest[i] = Math.Min(values.Smallest[i], small[i]);
        }

        _zones[zone] = values with { Requests = values.Requests + 1 };
    }

    public void Flush()
    {
        foreach (var (zone, (requests, largest, smallest)) in _zones)
        {
            _write.Run([zone, requests, .. largest.Select(v => (LogValue)v), .. smallest.Select(v => (LogValue)v)]);
        }

        _zones.Clear();
    }

    public void Reset() => _zones.Clear();

    public void Dispose() => _write.Dispose();
}
