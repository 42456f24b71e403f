using System.Diagnostics;
using System.Globalization;
using ConsoleWeb.Data.Logs.Facets;
using ConsoleWeb.Data.Logs.Rollups;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Pricing;

/// <summary>
/// Applies what a <see cref="RepriceScan"/> finds, a page in one transaction: record, list column and everything that is counted from it
/// change together, so that the log is whole after each step, whatever happens then. Used by the thread of the log writer.
/// </summary>
internal sealed class RepriceJob(RepriceScan scan, CancellationToken cancellationToken, Action<RepriceProgress>? onStep = null) : ILogJob
{
    private const int FewestRows = 20;

    private const int MostRows = 500;

    private static readonly TimeSpan StepTime = TimeSpan.FromMilliseconds(50);

    private readonly TaskCompletionSource<RepriceSummary> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _rows = 100;
    private long? _openZone;

    /// <summary>Ends when all rows are done, or when it was given up: the steps that were done stay.</summary>
    public Task<RepriceSummary> Done => _done.Task;

    public LogJobStep Step(SqliteConnection connection)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            using var closing = connection.BeginTransaction();
            CloseZone(connection, closing, null);
            closing.Commit();
            _done.TrySetCanceled(cancellationToken);
            return LogJobStep.Done;
        }

        var started = Stopwatch.GetTimestamp();
        var page = scan.Read(connection, _rows);
        using (var transaction = connection.BeginTransaction())
        {
            Apply(connection, transaction, page);
            transaction.Commit();
        }

        _openZone = page.IsLast ? null : page.Last >> ZoneWriter.Bits;
        scan.Take(page);
        onStep?.Invoke(scan.Progress);
        _rows = Stopwatch.GetElapsedTime(started) > StepTime ? Math.Max(FewestRows, _rows / 2) : Math.Min(MostRows, _rows * 2);
        if (!page.IsLast)
        {
            return page.Changes.Count > 0 ? LogJobStep.Changed : LogJobStep.Unchanged;
        }

        _done.TrySetResult(scan.Summary);
        return LogJobStep.Done;
    }

    public void Fail(Exception exception) => _done.TrySetException(exception);

    private void Apply(SqliteConnection connection, SqliteTransaction transaction, RepricePage page)
    {
        using var row = new LogStatement(connection, "UPDATE requests SET cost = @a WHERE id = @b", 2);
        using var details = new LogStatement(connection, "UPDATE details SET record = @a WHERE id = @b", 2);
        using var session = new LogStatement(connection, "UPDATE sessions SET cost = cost + @a, unpriced = unpriced - @b WHERE id = @c", 3);
        // Until all rows of the zone are done, no less than the largest: a search may look too often, but not too seldom.
        using var zone = new LogStatement(connection, "UPDATE zones SET max_cost = max(max_cost, @a) WHERE zone = @b", 2);
        foreach (var change in page.Changes)
        {
            row.Run(change.After, change.Id);
            details.Run(RecordText.Compress(change.Record), change.Id);
            zone.Run(change.After, change.Id >> ZoneWriter.Bits);
            if (change.Session is { } number)
            {
                session.Run(change.After - (change.Before ?? 0), change.Before is null ? 1 : 0, number);
            }
        }

        if (page.Changes.Count > 0)
        {
            using var cuts = new CutTable(connection);
            using var rollups = new RollupWriter(connection);
            foreach (var change in page.Changes)
            {
                rollups.AddCost(change.Id, cuts.Of(change.FacetId, change.Facet), change.After - (change.Before ?? 0), change.Before is null ? -1 : 0);
            }

            rollups.Flush();
        }

        CloseZone(connection, transaction, page);
    }

    /// <summary>Of the zones whose rows are all done now, the largest cost is looked up once.</summary>
    private void CloseZone(SqliteConnection connection, SqliteTransaction transaction, RepricePage? page)
    {
        var zones = new HashSet<long>(page?.Changes.Select(c => c.Id >> ZoneWriter.Bits) ?? []);
        if (_openZone is { } open)
        {
            zones.Add(open);
        }

        if (page is { IsLast: false })
        {
            zones.Remove(page.Last >> ZoneWriter.Bits);
        }

        foreach (var zone in zones)
        {
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = string.Create(
                CultureInfo.InvariantCulture,
                $"""
                UPDATE zones SET max_cost = max(0, coalesce((SELECT max(cost) FROM requests WHERE id >= {zone << ZoneWriter.Bits} AND id < {(zone + 1) << ZoneWriter.Bits}), 0))
                WHERE zone = {zone}
                """);
            command.ExecuteNonQuery();
        }
    }
}
