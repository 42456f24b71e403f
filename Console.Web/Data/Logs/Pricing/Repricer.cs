using ConsoleWeb.Data.Logs.Reading;
using Gateway.Core.Llm.Pricing;

namespace ConsoleWeb.Data.Logs.Pricing;

/// <summary>Prices stored requests anew: a preview by reading, the change itself by the log writer.</summary>
internal sealed class Repricer(LogDatabase database, LogJobs jobs, PriceBook book) : IRepricer
{
    private const int PageSize = 2000;

    private readonly LogReader _reader = new(database);

    public async Task<RepriceSummary> RunAsync(DateTimeOffset? from, DateTimeOffset? to, bool isDry, CancellationToken cancellationToken, Action<RepriceProgress>? onStep = null)
    {
        var (oldest, newest) = await _reader.ReadAsync(connection => (LogDatabase.Number(connection, "SELECT min(id) FROM requests"), LogDatabase.Number(connection, "SELECT max(id) FROM requests")), cancellationToken);
        var scan = new RepriceScan(book, from is { } start ? Math.Max(oldest, RowIds.From(start)) : oldest, to is { } end ? Math.Min(newest, RowIds.From(end) - 1) : newest);
        if (!isDry)
        {
            var job = new RepriceJob(scan, cancellationToken, onStep);
            jobs.Add(job);
            return await job.Done.WaitAsync(cancellationToken);
        }

        while (true)
        {
            // A page each, so that no reader stands in the way of the write-ahead log.
            var page = await _reader.ReadAsync(connection => scan.Read(connection, PageSize), cancellationToken);
            scan.Take(page);
            onStep?.Invoke(scan.Progress);
            if (page.IsLast)
            {
                return scan.Summary;
            }
        }
    }
}
