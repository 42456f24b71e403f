using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>
/// Appends lines to one file, one write each, off the way of requests. What a broken or slow disk cannot take is dropped and counted;
/// no request ever waits for it.
/// </summary>
internal sealed partial class FileLogWriter
{
    /// <summary>Lines that may wait.</summary>
    private const int MaxLines = 10_000;

    /// <summary>Bytes that may wait.</summary>
    private const long MaxBytes = 32L * 1024 * 1024;

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ErrorInterval = TimeSpan.FromSeconds(10);

    private readonly string _path;
    private readonly Func<bool> _isAllowed;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Channel<Line> _lines = Channel.CreateBounded<Line>(
        new BoundedChannelOptions(MaxLines) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Task _running;
    private FileStream? _file;
    private long _checkedAt;
    private long _saidAt;
    private long _waitingBytes;
    private long _dropped;

    /// <param name="isAllowed">Asked before every opening, as a link may have been put in the file's place.</param>
    public FileLogWriter(string path, Func<bool> isAllowed, ILogger logger, TimeProvider time)
    {
        (_path, _isAllowed, _logger, _time) = (path, isAllowed, logger, time);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Lines that were lost since the start.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Queues a line, which ends with a line feed. Never waits.</summary>
    public void Add(byte[] line, bool reopen)
    {
        if (Interlocked.Add(ref _waitingBytes, line.Length) > MaxBytes || !_lines.Writer.TryWrite(new Line(line, reopen)))
        {
            Interlocked.Add(ref _waitingBytes, -line.Length);
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Writes what waits and closes the file.</summary>
    public async Task StopAsync()
    {
        _lines.Writer.TryComplete();
        await _running;
    }

    private async Task RunAsync()
    {
        await foreach (var line in _lines.Reader.ReadAllAsync())
        {
            Interlocked.Add(ref _waitingBytes, -line.Bytes.Length);
            try
            {
                Write(line);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or System.Security.SecurityException)
            {
                Close();
                Interlocked.Increment(ref _dropped);
                Report(exception);
            }
        }

        Close();
    }

    private void Write(Line line)
    {
        if (_file is not null && (line.Reopen || IsReplaced()))
        {
            Close();
        }

        var file = _file ??= Open();
        if (file.CanSeek)
        {
            file.Seek(0, SeekOrigin.End);
        }

        file.Write(line.Bytes);
    }

    private FileStream Open()
    {
        if (!_isAllowed())
        {
            throw new UnauthorizedAccessException("it is outside the directories that file-log may write to");
        }

        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead;
        }

        _checkedAt = _time.GetTimestamp();
        return new FileStream(_path, options);
    }

    /// <summary>Whether the file was renamed or removed, looked at once a second.</summary>
    private bool IsReplaced()
    {
        if (_time.GetElapsedTime(_checkedAt) < CheckInterval)
        {
            return false;
        }

        _checkedAt = _time.GetTimestamp();
        var now = new FileInfo(_path);
        return !now.Exists || (_file!.CanSeek && now.Length != _file.Length);
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    private void Report(Exception exception)
    {
        if (_saidAt != 0 && _time.GetElapsedTime(_saidAt) < ErrorInterval)
        {
            return;
        }

        _saidAt = _time.GetTimestamp();
        LogFailed(_logger, _path, exception.Message, Dropped);
    }

    [LoggerMessage(EventId = 2201, Level = LogLevel.Error, Message = "failed to open the file: {Path}: {Reason}; {Dropped} records of file-log were lost so far")]
    private static partial void LogFailed(ILogger logger, string path, string reason, long dropped);

    private readonly record struct Line(byte[] Bytes, bool Reopen);
}
