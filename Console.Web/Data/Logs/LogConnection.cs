using Gateway.Core.Plugins.FileLog;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>The writer's connection with its statements, opened when it is needed. Used by one thread.</summary>
internal sealed class LogConnection(LogDatabase database, bool hasAliases, TimeProvider time)
{
    /// <summary>How often somebody looks whether the file is still the one that was opened.</summary>
    private static readonly TimeSpan LookTime = TimeSpan.FromSeconds(1);

    private readonly long _process = Random.Shared.NextInt64();
    private long _lookedAt;
    private LinuxFileStatus? _opened;

    /// <summary>Null while closed.</summary>
    public SqliteConnection? Connection { get; private set; }

    /// <summary>Null while closed.</summary>
    public RequestBatch? Batch { get; private set; }

    /// <summary>Whether the file was opened since somebody said that it is no longer new.</summary>
    public bool IsNew { get; set; }

    /// <summary>Opens what is closed, and opens anew what was deleted or replaced under the open connection.</summary>
    /// <returns>Whether the file was another one.</returns>
    public bool Look()
    {
        var isReplaced = false;
        if (Connection is not null && time.GetElapsedTime(_lookedAt) > LookTime)
        {
            _lookedAt = time.GetTimestamp();
            if (!File.Exists(database.Path) || !IsSameFile())
            {
                isReplaced = true;
                Close();
                database.ForgetReaders();
            }
        }

        if (Connection is null)
        {
            Open();
        }

        return isReplaced;
    }

    public void Open()
    {
        Connection = database.OpenWriter();
        Batch = new RequestBatch(Connection, hasAliases, _process);
        IsNew = true;
        _opened = Status();
        _lookedAt = time.GetTimestamp();
    }

    public void Close()
    {
        Batch?.Dispose();
        Batch = null;
        Connection?.Dispose();
        Connection = null;
    }

    /// <summary>Tells one file from another at the same path. Times of files do not: the runtime knows only that of the last change.</summary>
    private bool IsSameFile() => _opened is not { } opened || (Status() is { } now && now.IsSameFile(opened));

    private LinuxFileStatus? Status() => OperatingSystem.IsLinux() ? LinuxFile.FindStatus(database.Path) : null;
}
