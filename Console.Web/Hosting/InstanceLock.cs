using ConsoleWeb.Options;

namespace ConsoleWeb.Hosting;

/// <summary>Held as long as a process uses a data directory as its own. The system lets go of it when the process ends, however it ends.</summary>
internal sealed class InstanceLock : IDisposable
{
    private readonly FileStream _file;

    private InstanceLock(FileStream file) => _file = file;

    /// <returns>Null when another process (or another part of this one) holds it.</returns>
    public static InstanceLock? TryTake(DataDirectory directory)
    {
        DataDirectory.Protect(directory.Lock);
        try
        {
            return new InstanceLock(new FileStream(directory.Lock, FileMode.Open, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
