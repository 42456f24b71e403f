using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>One writer for each path, shared by all instances that name it.</summary>
internal sealed class FileLogWriters(FileLogPaths paths, TimeProvider time, ILogger<FileLogWriter> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<FileLogWriter>> _writers = new(StringComparer.Ordinal);

    public FileLogWriter For(string path) =>
        _writers.GetOrAdd(
            Path.GetFullPath(path),
            full => new Lazy<FileLogWriter>(() => new FileLogWriter(full, () => paths.Open(full), logger, time))).Value;

    /// <summary>Writes what waits, when the process ends.</summary>
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_writers.Values.Where(w => w.IsValueCreated).Select(w => w.Value.DisposeAsync().AsTask()));
}
