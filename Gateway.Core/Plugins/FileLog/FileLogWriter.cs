using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>Appends lines to one file from one background task, so that a slow or broken disk never holds up a request.</summary>
internal sealed partial class FileLogWriter : IAsyncDisposable
{
    private const int MaxLines = 10_000;
    private const long MaxBytes = 64L * 1024 * 1024;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(30);

    private readonly Channel<(byte[] Bytes, bool Reopen)> _lines = Channel.CreateBounded<(byte[], bool)>(
        new BoundedChannelOptions(MaxLines) { SingleReader = true });

    private readonly CancellationTokenSource _stopping = new();
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Task _task;
    private FileStream? _file;
    private long _queuedBytes;
    private long _dropped;
    private long _reportedAt;

    public FileLogWriter(string path, ILogger logger, TimeProvider time)
    {
        _path = path;
        _logger = logger;
        _time = time;
        _task = Task.Run(RunAsync);
    }

    /// <summary>Lines that were lost because the queue was full or the file could not be written before the end.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Queues a line that ends in a line feed. Does not wait.</summary>
    public void Enqueue(byte[] line, bool reopen)
    {
        if (Interlocked.Add(ref _queuedBytes, line.Length) > MaxBytes || !_lines.Writer.TryWrite((line, reopen)))
        {
            Interlocked.Add(ref _queuedBytes, -line.Length);
            Interlocked.Increment(ref _dropped);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _task;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var (bytes, reopen) in _lines.Reader.ReadAllAsync())
        {
            await WriteAsync(bytes, reopen);
            Interlocked.Add(ref _queuedBytes, -bytes.Length);
        }

        Close();
    }

    private async Task WriteAsync(byte[] bytes, bool reopen)
    {
        for (var delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            try
            {
                var file = Open(reopen);
                RandomAccess.Write(file.SafeFileHandle, bytes, RandomAccess.GetLength(file.SafeFileHandle));
                return;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                Close();
                Report(exception);
            }

            // At the end of the process each line that is left gets one attempt.
            await Task.Delay(delay, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopping.IsCancellationRequested)
            {
                Interlocked.Increment(ref _dropped);
                return;
            }
        }
    }

    private FileStream Open(bool reopen)
    {
        // A file that was renamed or deleted leaves its name free, or to a file of another length.
        if (_file is not null && (reopen || new FileInfo(_path) is var now && (!now.Exists || now.Length != RandomAccess.GetLength(_file.SafeFileHandle))))
        {
            Close();
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

        return _file ??= new FileStream(_path, options);
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    private void Report(Exception exception)
    {
        if (_reportedAt == 0 || _time.GetElapsedTime(_reportedAt) >= ReportEvery)
        {
            _reportedAt = _time.GetTimestamp();
            OpenFailed(_logger, _path, exception.Message, Dropped);
        }
    }

    [LoggerMessage(EventId = 2101, Level = LogLevel.Error, Message = "failed to open the file: {Path}: {Reason} ({Dropped} lines dropped so far)")]
    private static partial void OpenFailed(ILogger logger, string path, string reason, long dropped);
}
