using System.Text.Json;

namespace ConsoleWeb.Data.Logs.Pricing;

/// <summary>Adds receipts up.</summary>
internal sealed class ReceiptSums
{
    private static readonly string[] Buckets = ["input", "cache_read", "cache_write", "cache_write_5m", "cache_write_1h", "output", "reasoning"];

    private readonly Dictionary<(string? Provider, string? Model, string? Source, string? PriceId, string? PriceDate), Group> _groups = [];
    private readonly Dictionary<(string? Provider, string? Model), long> _unpriced = [];
    private long _requests;
    private long _estimated;

    /// <param name="isLlm">Whether it was a call of a model.</param>
    /// <param name="cost">In the units of the column; null: none.</param>
    /// <param name="record">As it is stored.</param>
    public void Add(string? provider, string? model, bool isLlm, long? cost, byte[] record)
    {
        _requests++;
        if (cost is not { } units)
        {
            if (isLlm)
            {
                _unpriced[(provider, model)] = _unpriced.GetValueOrDefault((provider, model)) + 1;
            }

            return;
        }

        var receipt = Read(record);
        var key = (provider, model, receipt?.Source, receipt?.PriceId, receipt?.PriceDate);
        if (!_groups.TryGetValue(key, out var group))
        {
            _groups.Add(key, group = new Group());
        }

        group.Requests++;
        group.Units += units;
        if (receipt is null)
        {
            return;
        }

        if (receipt.IsEstimate)
        {
            group.Estimated++;
            _estimated++;
        }

        foreach (var line in receipt.Lines)
        {
            var (tokens, amount) = group.Lines.GetValueOrDefault((line.Bucket, line.Rate ?? 0));
            group.Lines[(line.Bucket, line.Rate ?? 0)] = (tokens + line.Tokens, amount + (line.Amount ?? 0));
        }
    }

    public SummedReceipt ToReceipt()
    {
        var groups = _groups.Select(g => new ReceiptGroup(
            g.Key.Provider, g.Key.Model, g.Key.Source, g.Key.PriceId, g.Key.PriceDate, g.Value.Requests, g.Value.Estimated, RequestColumns.ToCost(g.Value.Units),
            [.. g.Value.Lines.OrderBy(l => OrderOf(l.Key.Bucket)).ThenBy(l => l.Key.Rate).Select(l => new ReceiptLine(l.Key.Bucket, l.Value.Tokens, l.Key.Rate, l.Value.Amount))]));
        return new(
            _requests,
            _groups.Values.Sum(g => g.Requests) - _estimated,
            _estimated,
            _unpriced.Values.Sum(),
            Sorted(groups),
            [.. _unpriced.Select(u => new UnpricedModel(u.Key.Provider, u.Key.Model, u.Value)).OrderByDescending(u => u.Requests).ThenBy(u => u.Model, StringComparer.Ordinal)],
            IsItemized: true);
    }

    public static IReadOnlyList<ReceiptGroup> Sorted(IEnumerable<ReceiptGroup> groups) =>
        [.. groups.OrderByDescending(g => g.Amount).ThenBy(g => g.Model, StringComparer.Ordinal).ThenByDescending(g => g.PriceDate, StringComparer.Ordinal)];

    private static int OrderOf(string bucket) => Array.IndexOf(Buckets, bucket) is >= 0 and var at ? at : Buckets.Length;

    private static StoredReceipt? Read(byte[] record)
    {
        try
        {
            return StoredReceipt.Read(RecordText.Expand(record));
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or InvalidDataException)
        {
            // Not a record as this program writes them: its cost counts, its lines cannot be told.
            return null;
        }
    }

    private sealed class Group
    {
        public long Requests { get; set; }

        public long Estimated { get; set; }

        public long Units { get; set; }

        public Dictionary<(string Bucket, decimal Rate), (long Tokens, decimal Amount)> Lines { get; } = [];
    }
}
