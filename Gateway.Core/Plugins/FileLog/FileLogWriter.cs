using System.Threading.Channels;
using Gateway.Core.Logging;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>
/// Appends lines to one file off the way of requests, in one write what came together. While the file cannot be written the lines wait,
/// and what there is no room for is dropped and counted; no request ever waits.
/// </summary>
internal sealed partial class FileLogWriter : IAsyncDisposable
{
    /// <summary>Lines that may wait.</summary>
    public const int MaxLines = 10_000;

    /// <summary>Bytes that may wait.</summary>
    public const long MaxBytes = 64L * 1024 * 1024;

    /// <summary>How long a file that cannot be written may hold up the end of the process.</summary>
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of one write, a longer line apart.</summary>
    private const int BatchBytes = 64 * 1024;

    /// <summary>Lines of one write.</summary>
    public const int BatchLines = 256;

    /// <summary>How long lines are gathered while they come several at a time. One that comes alone is written at once.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(5);

    private readonly string _path;
    private readonly Func<AppendFile> _open;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<Line> _lines = Channel.CreateBounded<Line>(
        new BoundedChannelOptions(MaxLines) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly List<Line> _batch = [];
    private readonly PooledBuffer _bytes = new(BatchBytes);
    private readonly Task _running;
    private LineAppender? _file;
    private string? _said;
    private long _saidAt;
    private long _saidDropped;
    private long _waitingBytes;
    private long _written;
    private long _dropped;
    private long _torn;

    /// <param name="open">Opens the file; called again after every failure and rotation.</param>
    public FileLogWriter(string path, Func<AppendFile> open, ILogger logger, TimeProvider time)
    {
        (_path, _open, _logger, _time) = (path, open, logger, time);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Lines that are in the file.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Lines that no write has taken yet.</summary>
    internal int Waiting => _lines.Reader.Count;

    /// <summary>Lines that were lost.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Cut lines that were found at the end of the file, left by a process that was killed or a disk that was full.</summary>
    public long Torn => Interlocked.Read(ref _torn);

    /// <summary>Whether so much waits that payloads should be left out of new lines.</summary>
    public bool IsFilling => Interlocked.Read(ref _waitingBytes) > MaxBytes / 2;

    /// <summary>Queues a line, which ends with a line feed. Never waits.</summary>
    /// <param name="line">The writer's from now on.</param>
    /// <param name="reopen">Whether the file is opened anew for this line.</param>
    public void Add(JsonLineWriter line, bool reopen)
    {
        var length = line.Length;
        if (Interlocked.Add(ref _waitingBytes, length) > MaxBytes || !_lines.Writer.TryWrite(new Line(line, reopen)))
        {
            Interlocked.Add(ref _waitingBytes, -length);
            Interlocked.Increment(ref _dropped);
            line.Dispose();
        }
    }

    /// <summary>Writes what waits and closes the file. What cannot be written now is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _stopping.CancelAsync();
        try
        {
            await _running.WaitAsync(FlushTime, _time);
        }
        catch (TimeoutException)
        {
            LogStuck(_logger, _path, Dropped + _lines.Reader.Count + _batch.Count);
            return;
        }

        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (await _lines.Reader.WaitToReadAsync())
        {
            while (_lines.Reader.TryPeek(out _))
            {
                Gather();
                // A write that was not large enough for all that waits is followed by the next at once: to wait would lose lines.
                var isCrowded = _batch.Count > 1 && !_lines.Reader.TryPeek(out _);
                await WriteAsync();
                if (isCrowded && !_stopping.IsCancellationRequested)
                {
                    await Task.Delay(Gathering, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }

        Close();
        _bytes.Dispose();
    }

    /// <summary>Takes the lines of the next write from the queue. One that wants its file opened anew stands alone.</summary>
    private void Gather()
    {
        _bytes.Clear();
        _batch.Clear();
        while (_lines.Reader.TryPeek(out var line)
            && (_batch.Count == 0 || (_batch.Count < BatchLines && !line.Reopen && !_batch[0].Reopen && _bytes.Length + line.Text.Length <= BatchBytes))
            && _lines.Reader.TryRead(out line))
        {
            _bytes.Append(line.Text.WrittenSpan);
            _batch.Add(line);
        }
    }

    /// <summary>Writes the batch. It is lost when the process ends before the file could be written.</summary>
    private async ValueTask WriteAsync()
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var fault = TryWrite();
            if (_batch.Count == 0)
            {
                ReportSuccess();
                return;
            }

            Close();
            ReportFailure(fault!);
            if (_stopping.IsCancellationRequested)
            {
                Interlocked.Add(ref _dropped, _batch.Count);
                Settle(_batch.Count);
                return;
            }

            await Task.Delay(pause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Writes what it can of the batch, and takes that from it.</summary>
    /// <returns>What went wrong, or null.</returns>
    private string? TryWrite()
    {
        var isOpen = false;
        try
        {
            if (_file is not null && (_batch[0].Reopen || !_file.IsCurrent))
            {
                Close();
            }

            _file ??= Open();
            isOpen = true;
            var kept = _file.Append(_bytes.WrittenSpan, out var fault);
            Keep(kept);
            return fault is null ? null : Describe(fault);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or System.Security.SecurityException)
        {
            return Describe(exception.Message);
        }

        string Describe(string fault) => $"{(isOpen ? "failed to write to the file" : "failed to open the file")}: {_path}: {fault}";
    }

    /// <summary>Takes the lines from the batch that are in the file now.</summary>
    /// <param name="bytes">Their length.</param>
    private void Keep(int bytes)
    {
        var lines = 0;
        for (var end = 0; lines < _batch.Count && end + _batch[lines].Text.Length <= bytes; lines++)
        {
            end += _batch[lines].Text.Length;
        }

        Interlocked.Add(ref _written, lines);
        Settle(lines);
        if (_batch.Count > 0)
        {
            _bytes.Clear();
            foreach (var line in _batch)
            {
                _bytes.Append(line.Text.WrittenSpan);
            }
        }
    }

    private void Settle(int lines)
    {
        long bytes = 0;
        for (var i = 0; i < lines; i++)
        {
            bytes += _batch[i].Text.Length;
            _batch[i].Text.Dispose();
        }

        _batch.RemoveRange(0, lines);
        Interlocked.Add(ref _waitingBytes, -bytes);
    }

    private LineAppender Open()
    {
        var file = new LineAppender(_open());
        if (file.EndsInsideLine)
        {
            Interlocked.Increment(ref _torn);
            LogTorn(_logger, _path);
        }

        return file;
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <summary>Says what is wrong when that is new, and again from time to time.</summary>
    private void ReportFailure(string fault)
    {
        if (fault == _said && _time.GetElapsedTime(_saidAt) < ReportInterval)
        {
            return;
        }

        (_said, _saidAt, _saidDropped) = (fault, _time.GetTimestamp(), Dropped);
        LogFailed(_logger, fault, _lines.Reader.Count + _batch.Count, _saidDropped);
    }

    /// <summary>Says that a fault is over, or that lines were lost because more came than the disk takes.</summary>
    private void ReportSuccess()
    {
        var dropped = Dropped;
        if (_said is not null)
        {
            (_said, _saidAt, _saidDropped) = (null, _time.GetTimestamp(), dropped);
            LogRecovered(_logger, _path, dropped);
        }
        else if (dropped > _saidDropped && _time.GetElapsedTime(_saidAt) >= ReportInterval)
        {
            (_saidAt, _saidDropped) = (_time.GetTimestamp(), dropped);
            LogFull(_logger, _path, dropped);
        }
    }

    [LoggerMessage(EventId = 2201, Level = LogLevel.Error, Message = "{Fault}; {Waiting} records of file-log wait, {Dropped} were lost so far")]
    private static partial void LogFailed(ILogger logger, string fault, int waiting, long dropped);

    [LoggerMessage(EventId = 2202, Level = LogLevel.Warning, Message = "{Path} is written again; {Dropped} records of file-log were lost so far")]
    private static partial void LogRecovered(ILogger logger, string path, long dropped);

    [LoggerMessage(EventId = 2203, Level = LogLevel.Warning, Message = "More records come than can be written to {Path}; {Dropped} were lost so far")]
    private static partial void LogFull(ILogger logger, string path, long dropped);

    [LoggerMessage(EventId = 2204, Level = LogLevel.Warning, Message = "{Path} ended inside a line; the next record begins on a line of its own")]
    private static partial void LogTorn(ILogger logger, string path);

    [LoggerMessage(EventId = 2205, Level = LogLevel.Error, Message = "{Path} did not take the last records of file-log in time; {Dropped} were lost")]
    private static partial void LogStuck(ILogger logger, string path, long dropped);

    private readonly record struct Line(JsonLineWriter Text, bool Reopen);
}
