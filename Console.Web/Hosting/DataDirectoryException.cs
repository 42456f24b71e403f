using ConsoleWeb.Options;

namespace ConsoleWeb.Hosting;

/// <summary>A data directory cannot be used as it is; the message says what to do.</summary>
internal sealed class DataDirectoryException(string message) : Exception(message)
{
    /// <summary>Two processes would each serve a configuration of their own from one directory.</summary>
    public static DataDirectoryException InUse(DataDirectory directory) => new($"Another Gatehouse runs in {directory.Root}; Gateway__Data names a directory of its own.");

    /// <summary>A later version has written the database: this one does not know what its tables mean, and would serve half of it.</summary>
    /// <param name="unknown">Its migrations that this version does not have.</param>
    public static void ThrowIfNewer(IEnumerable<string> unknown, DataDirectory directory)
    {
        if (unknown.LastOrDefault() is { } last)
        {
            throw new DataDirectoryException(
                $"{directory.ConfigDatabase} was written by a newer version (schema {last}). Run that version, or restore a backup of this one.");
        }
    }

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
