using ConsoleWeb.Options;
using Gateway.Core.Plugins.FileLog;

namespace ConsoleWeb.Data;

/// <summary>Why the configuration database cannot be written.</summary>
internal sealed record ConfigStoreTrouble(DateTimeOffset Since, string Reason);

/// <summary>
/// How the configuration database is doing. What serves is in memory, so that trouble here stops changes and nothing else. A file that
/// was deleted or replaced under the running process is not written any more: what went into the old one would be lost unseen, and
/// what stands in the new one is not what serves. That ends with a restart, which reads the file, or when the old file is back.
/// </summary>
internal sealed class ConfigStoreState(DataDirectory directory, TimeProvider time)
{
    private bool _isOpened;
    private LinuxFileStatus? _opened;
    private ConfigStoreTrouble? _trouble;

    /// <summary>Null while it can be written, as far as anybody has tried.</summary>
    public ConfigStoreTrouble? Trouble => Volatile.Read(ref _trouble);

    /// <summary>The database has been read: the file of this moment is the one that belongs to what serves.</summary>
    public void Opened() => (_opened, _isOpened) = (Status(), true);

    /// <summary>A write has succeeded, or an attempt to.</summary>
    public void Recovered() => Volatile.Write(ref _trouble, null);

    /// <summary>Something could not be done. What keeps its reason keeps its beginning, and so does what changes it.</summary>
    public void Failed(string reason)
    {
        if (_trouble?.Reason != reason)
        {
            Volatile.Write(ref _trouble, new ConfigStoreTrouble(_trouble?.Since ?? time.GetUtcNow(), reason));
        }
    }

    /// <summary>Somebody's work at the database has failed; an exception of another kind is none of its business.</summary>
    public void Noted(Exception exception)
    {
        if (StoreFault.Find(exception) is { } fault)
        {
            Failed(fault.Text);
        }
    }

    /// <returns>Why the file must not be written; null when it is the one that was opened.</returns>
    public StoreMissingException? FindMissing()
    {
        if (!_isOpened)
        {
            // Nobody has read it yet: a start, or a word of the command line.
            return null;
        }

        var path = directory.ConfigDatabase;
        if (!File.Exists(path))
        {
            return new StoreMissingException($"{path} is gone", "put it back, or restart to begin with what is there then");
        }

        return _opened is { } opened && Status() is { } now && !now.IsSameFile(opened)
            ? new StoreMissingException($"{path} is not the file that this process opened", "put that one back, or restart to serve what is in this one")
            : null;
    }

    private LinuxFileStatus? Status() => OperatingSystem.IsLinux() ? LinuxFile.FindStatus(directory.ConfigDatabase) : null;
}
