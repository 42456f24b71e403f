using System.Globalization;
using System.Text.Json;
using ConsoleWeb.Data.Logs.Facets;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Reading;
using Gateway.Core.Llm.Pricing;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Pricing;

/// <summary>Goes through stored calls of models, oldest first and a page at a time, and finds those whose price is another one now.</summary>
/// <param name="last">The last row that is looked at: what comes later is priced by the new prices anyway.</param>
internal sealed class RepriceScan(PriceBook book, long first, long last)
{
    private readonly Dictionary<(string Provider, string Model), Sums> _sums = [];
    private long _cursor = first - 1;
    private long _looked;
    private bool _isAtEnd;

    public RepriceSummary Summary => new(
        _looked,
        [
            .. _sums.Select(s => new RepriceLine(s.Key.Provider, s.Key.Model, s.Value.Requests, s.Value.Unpriced, RequestColumns.ToCost(s.Value.Before), RequestColumns.ToCost(s.Value.After)))
                .OrderByDescending(l => Math.Abs(l.Difference)).ThenBy(l => l.Model, StringComparer.Ordinal),
        ]);

    public RepriceProgress Progress => new(
        _isAtEnd || last <= first ? 1 : Math.Clamp((double)(RowIds.Milliseconds(Math.Max(_cursor, first)) - RowIds.Milliseconds(first)) / Math.Max(1, RowIds.Milliseconds(last) - RowIds.Milliseconds(first)), 0, 1),
        _looked,
        _sums.Values.Sum(s => s.Requests));

    /// <summary>Reads the next page, without moving on: <see cref="Take"/> does.</summary>
    public RepricePage Read(SqliteConnection connection, int rows)
    {
        var parameters = new SqlParameters();
        var found = LogReader.Query(
            connection,
            $"""
            SELECT r.id, r.facet, r.session, r.cost, d.record, {FacetColumns.Selected} FROM requests r CROSS JOIN facets f ON f.id = r.facet JOIN details d ON d.id = r.id
            WHERE r.id > {parameters.Add(_cursor)} AND r.id <= {parameters.Add(last)} AND f.is_llm = 1 ORDER BY r.id LIMIT {rows.ToString(CultureInfo.InvariantCulture)}
            """,
            parameters,
            reader => (Id: reader.GetInt64(0), Facet: reader.GetInt64(1), Session: Number(reader, 2), Cost: Number(reader, 3), Record: (byte[])reader[4], Named: FacetColumns.Read(reader, 5)));
        var changes = new List<RepriceChange>();
        foreach (var row in found)
        {
            if (Find(row.Record, row.Id) is var (call, before, receipt))
            {
                changes.Add(new RepriceChange(row.Id, row.Facet, row.Named, row.Session, row.Cost, RequestColumns.ToUnits(receipt.Amount), call.ProviderName, call.ModelName, call.With(before, receipt)));
            }
        }

        return new RepricePage(changes, found.Count, found.Count == 0 ? last : found[^1].Id, found.Count < rows);
    }

    /// <summary>Counts a page and moves on behind it.</summary>
    public void Take(RepricePage page)
    {
        (_cursor, _isAtEnd) = (page.Last, page.IsLast);
        _looked += page.Looked;
        foreach (var change in page.Changes)
        {
            var key = (change.Provider, change.Model);
            var sums = _sums.GetValueOrDefault(key);
            _sums[key] = new Sums(sums.Requests + 1, sums.Unpriced + (change.Before is null ? 1 : 0), sums.Before + (change.Before ?? 0), sums.After + change.After);
        }
    }

    private (StoredCall Call, byte[] Record, Gateway.Shared.Usage.CostReceipt Receipt)? Find(byte[] stored, long id)
    {
        var record = RecordText.Expand(stored);
        try
        {
            return StoredCall.Read(record) is { IsByPlugin: false } call
                && call.Price(book, RowIds.StartedAt(id)) is { } receipt
                && (receipt.Amount != call.Amount || receipt.PriceId != call.PriceId)
                ? (call, record, receipt)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            // Not a record as this program writes them; it stays as it is.
            return null;
        }
    }

    private static long? Number(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    private readonly record struct Sums(long Requests, long Unpriced, long Before, long After);
}

/// <summary>Some rows that were looked at.</summary>
/// <param name="Last">The last one.</param>
internal sealed record RepricePage(IReadOnlyList<RepriceChange> Changes, int Looked, long Last, bool IsLast);

/// <summary>A row whose price changes.</summary>
/// <param name="Before">Cost in the units of the column; null while it is unpriced.</param>
/// <param name="Record">The record with the new receipt, not compressed.</param>
internal sealed record RepriceChange(long Id, long FacetId, Facet Facet, long? Session, long? Before, long After, string Provider, string Model, byte[] Record);
