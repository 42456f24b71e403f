using ConsoleWeb.Options;

namespace ConsoleWeb.Hosting;

/// <summary>A data directory cannot be used as it is; the message says what to do.</summary>
internal sealed class DataDirectoryException(string message) : Exception(message)
{
    /// <summary>Two processes would each serve a configuration of their own from one directory.</summary>
    public static DataDirectoryException InUse(DataDirectory directory) => new($"Another Gatehouse runs in {directory.Root}; Gateway__Data names a directory of its own.");

    /// <summary>Half of the files are the old ones and half are not there: an empty configuration must not take their place.</summary>
    public static void ThrowIfRestoring(DataDirectory directory)
    {
        if (File.Exists(directory.Restoring))
        {
            throw new DataDirectoryException(
                $"A restore in {directory.Root} did not end. Run 'gatehouse restore' again, or move what is in {File.ReadAllText(directory.Restoring)} back and remove {directory.Restoring}.");
        }
    }
}
