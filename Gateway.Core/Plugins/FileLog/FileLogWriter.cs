using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>
/// Appends lines to one file, one write each, off the way of requests. While the file cannot be written the lines wait, and what there
/// is no room for is dropped and counted; no request ever waits.
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

    private readonly string _path;
    private readonly Func<AppendFile> _open;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<Line> _lines = Channel.CreateBounded<Line>(
        new BoundedChannelOptions(MaxLines) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

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

    /// <summary>Lines that were lost.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Cut lines that were found at the end of the file, left by a process that was killed or a disk that was full.</summary>
    public long Torn => Interlocked.Read(ref _torn);

    /// <summary>Whether so much waits that payloads should be left out of new lines.</summary>
    public bool IsFilling => Interlocked.Read(ref _waitingBytes) > MaxBytes / 2;

    /// <summary>Queues a line, which ends with a line feed. Never waits.</summary>
    /// <param name="reopen">Whether the file is opened anew for this line.</param>
    public void Add(byte[] line, bool reopen)
    {
        if (Interlocked.Add(ref _waitingBytes, line.Length) > MaxBytes || !_lines.Writer.TryWrite(new Line(line, reopen)))
        {
            Interlocked.Add(ref _waitingBytes, -line.Length);
            Interlocked.Increment(ref _dropped);
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
            LogStuck(_logger, _path, Dropped + _lines.Reader.Count + 1);
            return;
        }

        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var line in _lines.Reader.ReadAllAsync())
        {
            var isWritten = await WriteAsync(line);
            Interlocked.Add(ref _waitingBytes, -line.Bytes.Length);
            Interlocked.Increment(ref isWritten ? ref _written : ref _dropped);
        }

        Close();
    }

    /// <returns>False when the process ends before the file could be written.</returns>
    private async ValueTask<bool> WriteAsync(Line line)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (TryWrite(line) is not { } fault)
            {
                ReportSuccess();
                return true;
            }

            Close();
            ReportFailure(fault);
            if (_stopping.IsCancellationRequested)
            {
                return false;
            }

            await Task.Delay(pause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>What went wrong, or null.</returns>
    private string? TryWrite(Line line)
    {
        var isOpen = false;
        try
        {
            if (_file is not null && (line.Reopen || !_file.IsCurrent))
            {
                Close();
            }

            _file ??= Open();
            isOpen = true;
            _file.Append(line.Bytes);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or System.Security.SecurityException)
        {
            return $"{(isOpen ? "failed to write to the file" : "failed to open the file")}: {_path}: {exception.Message}";
        }
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
        LogFailed(_logger, fault, _lines.Reader.Count + 1, _saidDropped);
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

    private readonly record struct Line(byte[] Bytes, bool Reopen);
}
