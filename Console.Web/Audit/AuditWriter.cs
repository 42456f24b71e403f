using ConsoleWeb.Features.Entities;
using ConsoleWeb.Options;
using Microsoft.Extensions.Options;

namespace ConsoleWeb.Audit;

/// <summary>Stores posted events, a batch at a time, and removes entries that are old enough.</summary>
internal sealed partial class AuditWriter(AuditLog log, AuditRetention retention, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditWriter> logger) : BackgroundService
{
    private const int MaxBatch = 200;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan PruneInterval = TimeSpan.FromHours(24);

    private DateTimeOffset _prunedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<AuditEvent>(MaxBatch);
        try
        {
            do
            {
                await TryPruneAsync();
                while (Fill(batch) && !await TryWriteAsync(batch))
                {
                    await Task.Delay(RetryAfter, time, stoppingToken);
                }
            }
            while (await log.Posted.WaitToReadAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // What was noted before the end is written before the end, if it can be.
            while (Fill(batch) && await TryWriteAsync(batch))
            {
            }
        }
    }

    /// <returns>Whether there is anything to write.</returns>
    private bool Fill(List<AuditEvent> batch)
    {
        while (batch.Count < MaxBatch && log.Posted.TryRead(out var what))
        {
            batch.Add(what);
        }

        return batch.Count > 0;
    }

    private async Task<bool> TryWriteAsync(List<AuditEvent> batch)
    {
        var lost = log.TakeLost();
        try
        {
            await log.WriteAsync(lost == 0 ? batch : [.. batch, new AuditEvent(AuditActions.Lost, Actor.System) { Details = AuditLog.Count(lost) }], CancellationToken.None);
            batch.Clear();
            return true;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            log.AddLost(lost);
            LogNotWritten(logger, exception, batch.Count);
            return false;
        }
    }

    private async Task TryPruneAsync()
    {
        var now = time.GetUtcNow();
        if (now - _prunedAt < PruneInterval)
        {
            return;
        }

        _prunedAt = now;
        try
        {
            await retention.PruneAsync(now.AddDays(-options.Value.MaxAgeDays), CancellationToken.None);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogNotPruned(logger, exception);
        }
    }

    [LoggerMessage(EventId = 5301, Level = LogLevel.Error, Message = "{Count} entries could not be written to the audit log; it is tried again")]
    private static partial void LogNotWritten(ILogger logger, Exception exception, int count);

    [LoggerMessage(EventId = 5302, Level = LogLevel.Warning, Message = "Old entries of the audit log could not be removed; it is tried again in a day")]
    private static partial void LogNotPruned(ILogger logger, Exception exception);
}
