using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>The writers of the process, one for each file. Disposal writes what is queued.</summary>
internal sealed class FileLogWriters(ILogger<FileLogWriter> logger, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<FileLogWriter>> _writers = new(StringComparer.Ordinal);

    public FileLogWriter For(string path) =>
        _writers.GetOrAdd(Path.GetFullPath(path), full => new Lazy<FileLogWriter>(() => new FileLogWriter(full, logger, time))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _writers.Values)
        {
            await writer.Value.DisposeAsync();
        }
    }
}
