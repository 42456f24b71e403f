using ConsoleWeb.Data.Logs.InFlight;
using ConsoleWeb.Data.Logs.Rollups;
using ConsoleWeb.Data.Logs.Sessions;
using Gateway.Core.Logging;
using Gateway.Core.Logging.Redaction;
using Gateway.Shared.Logging;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using SQLitePCL;

namespace ConsoleWeb.Data.Logs;

/// <summary>
/// The one writer of the request log: a thread that takes batches off the queue. Whatever happens to the database, requests are served
/// on; the thread tries again with growing pauses while the queue absorbs, sheds and counts.
/// </summary>
internal sealed partial class RequestLogWriter : IHostedService, IRequestLogState, IDisposable
{
    /// <summary>Records of one transaction at most. Under load each page and each sum is written less often that way.</summary>
    internal const int BatchSize = 2000;

    /// <summary>How long records are gathered. What waits outlives a collection of the youngest objects and makes it longer: nearly twice as long at 20 ms.</summary>
    private static readonly TimeSpan CollectTime = TimeSpan.FromMilliseconds(5);

    /// <summary>Records that are worth a transaction without gathering more.</summary>
    private const int Enough = 200;

    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>How long the end of the program waits for a database that does not answer.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(10);

    private readonly LogDatabase _database;
    private readonly RequestLogQueue _queue;
    private readonly LogTail _tail;
    private readonly PayloadRedactor _redactor;
    private readonly LogJobs _jobs;
    private readonly LogRetention _retention;
    private readonly RunningCallWatch _running;
    private readonly LogConnection _file;
    private readonly TimeProvider _time;
    private readonly ILogger<RequestLogWriter> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<RequestRecord> _batch = [];
    private readonly Lock _stateGate = new();
    private readonly TimeSpan _longestPause;
    private Thread? _thread;
    private bool _disposed;
    private RequestLogTrouble? _trouble;
    private string? _quarantined;
    private long _droppedAtGap;
    private long _interrupted;

    public RequestLogWriter(
        LogDatabase database,
        RequestLogQueue queue,
        LogTail tail,
        IRequestFeed feed,
        PayloadRedactor redactor,
        LogJobs jobs,
        IOptions<RequestLogOptions> options,
        TimeProvider time,
        ILogger<RequestLogWriter> logger,
        TimeSpan? longestPause = null,
        LogRetentionControl? control = null)
    {
        (_database, _queue, _tail, _redactor, _jobs, _time, _logger) = (database, queue, tail, redactor, jobs, time, logger);
        _file = new LogConnection(database, options.Value.CompatAliases, time);
        _retention = new LogRetention(options.Value.Retention, database, time, control);
        _running = new RunningCallWatch(feed, queue, time);
        _longestPause = longestPause ?? LongestPause;
    }

    /// <summary>What the console, the Admin API and metrics show.</summary>
    public RequestLogState State
    {
        get
        {
            lock (_stateGate)
            {
                return new RequestLogState(_queue.Count(), _trouble, _quarantined, _database.Size, Interlocked.Read(ref _interrupted));
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _file.Open();
        }
        catch (Exception exception) when (IsStoreFault(exception))
        {
            Fail(exception);
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "request log" };
        _thread.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping.Cancel();
        return Task.Run(() => _thread?.Join(StopTime), cancellationToken);
    }

    public void Dispose()
    {
        // The container owns it twice: as itself and as a hosted service.
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _stopping.Cancel();
        _thread?.Join(StopTime);
        _file.Close();
        _stopping.Dispose();
    }

    private void Run()
    {
        var pause = FirstPause;
        TryWork();
        while (true)
        {
            var isStopping = _stopping.IsCancellationRequested;
            var hasWork = _batch.Count > 0 || _queue.Wait(_jobs.HasWork ? TimeSpan.Zero : IdleTime, _stopping.Token);
            if (hasWork && !isStopping && _batch.Count == 0 && _queue.Count().Queued < Enough)
            {
                // A little patience makes one transaction of what arrives together.
                _stopping.Token.WaitHandle.WaitOne(CollectTime);
            }

            _queue.Take(_batch, BatchSize);
            if (isStopping && _batch.Count == 0)
            {
                TryWork(isLast: true);
                break;
            }

            if (TryWork())
            {
                pause = FirstPause;
                continue;
            }

            if (isStopping)
            {
                // One failed attempt after the end has begun; nothing promises more.
                break;
            }

            _stopping.Token.WaitHandle.WaitOne(pause);
            pause = pause * 2 < _longestPause ? pause * 2 : _longestPause;
        }

        _file.Close();
    }

    private bool TryWork(bool isLast = false)
    {
        try
        {
            if (_file.Look())
            {
                LogReplaced(_logger, _database.Path);
            }

            var batch = _file.Batch!;
            StoreInterrupted(batch);
            if (_batch.Count > 0)
            {
                // Here and not on the way of the request. What a failed transaction has left is through it already.
                _batch.ForEach(_redactor.Apply);
                var written = batch.Write(_batch, Refuse);
                _queue.Settle(written);
                _batch.Clear();
                _tail.Add(batch.Stored);
            }

            _running.Look(batch, isLast);
            if (_jobs.Step(_file.Connection!))
            {
                batch.Reset();
                _tail.Touch();
            }

            if (_retention.Step(_file.Connection!))
            {
                batch.Reset();
            }

            Recover();
            return true;
        }
        catch (Exception exception) when (IsStoreFault(exception))
        {
            Fail(exception);
            return false;
        }
        catch (Exception exception)
        {
            // A fault of this program, not of the disk: the batch that meets it must not be met again for ever.
            Refuse(exception);
            _queue.Settle(0);
            _batch.Clear();
            _file.Close();
            return false;
        }
    }

    /// <summary>Once for each file that is opened: calls that an earlier process did not live to end are records from now on.</summary>
    private void StoreInterrupted(RequestBatch batch)
    {
        if (!_file.IsNew)
        {
            return;
        }

        var found = 0;
        while (batch.StoreInterrupted(BatchSize, Refuse) > 0)
        {
            found += batch.Stored.Count;
            _tail.Add(batch.Stored);
        }

        if (SessionFillJob.IsNeeded(_file.Connection!))
        {
            _jobs.Add(new SessionFillJob(_logger));
        }

        if (ZoneTextFillJob.IsNeeded(_file.Connection!))
        {
            _jobs.Add(new ZoneTextFillJob(_logger));
        }

        _file.IsNew = false;
        if (found > 0)
        {
            Interlocked.Add(ref _interrupted, found);
            LogInterrupted(_logger, found);
        }
    }

    private void Fail(Exception exception)
    {
        var code = (exception as SqliteException)?.SqliteErrorCode ?? 0;
        var reason = StoreFault.Find(exception)?.Text ?? exception.Message;
        var isNew = false;
        lock (_stateGate)
        {
            isNew = _trouble?.Reason != reason;
            _trouble = new RequestLogTrouble(_trouble?.Since ?? _time.GetUtcNow(), reason);
        }

        if (isNew)
        {
            LogFailing(_logger, reason);
        }

        if (code is raw.SQLITE_FULL)
        {
            MakeRoom();
        }

        if (code is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL)
        {
            return;
        }

        _file.Close();
        if (code is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB
            // A damaged schema or sequence speaks like a wrong statement; ours are right, so a second time means damage.
            || (!isNew && code is (raw.SQLITE_ERROR or raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH)))
        {
            Quarantine();
        }
    }

    /// <summary>Records that are past their time go even while nothing can be written, or a full disk would stay full.</summary>
    private void MakeRoom()
    {
        try
        {
            if (_file.Connection is { } connection && _retention.Step(connection))
            {
                _file.Batch!.Reset();
            }
        }
        catch (SqliteException)
        {
            // The trouble that is known already.
        }
    }

    private void Quarantine()
    {
        try
        {
            var aside = _database.Quarantine(_time.GetUtcNow());
            LogQuarantined(_logger, aside);
            lock (_stateGate)
            {
                _quarantined = aside;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogFailing(_logger, exception.Message);
        }
    }

    /// <summary>After a time of trouble, writes down what is missing because of it.</summary>
    private void Recover()
    {
        RequestLogTrouble? over;
        lock (_stateGate)
        {
            (over, _trouble) = (_trouble, null);
        }

        var dropped = _queue.Count().Dropped;
        var lost = dropped - _droppedAtGap;
        if (over is null && lost == 0)
        {
            return;
        }

        var now = _time.GetUtcNow();
        if (lost > 0)
        {
            using var command = _file.Connection!.CreateCommand();
            command.CommandText = "INSERT INTO gaps (from_at, to_at, dropped, reason) VALUES (@from, @to, @dropped, @reason)";
            command.Parameters.AddWithValue("@from", (over?.Since ?? now).ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("@to", now.ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("@dropped", lost);
            command.Parameters.AddWithValue("@reason", (object?)over?.Reason ?? "the queue was full");
            command.ExecuteNonQuery();
            _droppedAtGap = dropped;
        }

        LogRecovered(_logger, lost);
    }

    private void Refuse(Exception exception) => LogRefused(_logger, exception);

    private static bool IsStoreFault(Exception exception) => exception is SqliteException or IOException or UnauthorizedAccessException;

    [LoggerMessage(EventId = 5201, Level = LogLevel.Error, Message = "The request log cannot be written ({Reason}); requests are served on, and their records wait in memory as far as there is room")]
    private static partial void LogFailing(ILogger logger, string reason);

    [LoggerMessage(EventId = 5202, Level = LogLevel.Warning, Message = "The request log is written again; {Dropped} records were lost meanwhile")]
    private static partial void LogRecovered(ILogger logger, long dropped);

    [LoggerMessage(EventId = 5203, Level = LogLevel.Error, Message = "The request log was damaged; it is now {Path}, and a new one has been started")]
    private static partial void LogQuarantined(ILogger logger, string path);

    [LoggerMessage(EventId = 5204, Level = LogLevel.Warning, Message = "The request log {Path} was deleted or replaced; it is opened anew")]
    private static partial void LogReplaced(ILogger logger, string path);

    [LoggerMessage(EventId = 5205, Level = LogLevel.Error, Message = "A record could not be written down")]
    private static partial void LogRefused(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 5206, Level = LogLevel.Warning, Message = "{Count} calls were running when the gateway ended without a stop; their records say 'interrupted'")]
    private static partial void LogInterrupted(ILogger logger, int count);
}
