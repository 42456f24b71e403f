using System.Globalization;
using System.Security.Cryptography;
using ConsoleWeb.Options;

namespace ConsoleWeb.Audit;

/// <summary>What the audit log keeps outside the database: its key, and which entry was the last.</summary>
internal sealed class AuditFiles(DataDirectory directory)
{
    public const string KeyName = "audit.key";

    private byte[]? _key;

    public string KeyFile => Path.Combine(directory.Keys, KeyName);

    public string HeadFile => Path.Combine(directory.Keys, "audit.head");

    /// <summary>32 random bytes, made when first needed.</summary>
    public byte[] Key => _key ??= FindKey() ?? CreateKey();

    /// <returns>Null when there is none.</returns>
    public byte[]? FindKey() => File.Exists(KeyFile) ? Convert.FromHexString(File.ReadAllText(KeyFile).Trim()) : null;

    /// <summary>Notes the last entry once it is stored. Whoever cuts the end off the table does not reach it by way of the database.</summary>
    public void WriteHead(AuditHead head) =>
        WriteWhole(HeadFile, string.Create(CultureInfo.InvariantCulture, $"{head.Sequence} {Convert.ToHexStringLower(head.Hash)}\n"), overwrite: true);

    /// <returns>Null when the file is absent or cannot be read.</returns>
    public AuditHead? ReadHead() =>
        File.Exists(HeadFile)
        && File.ReadAllText(HeadFile).Split(' ', StringSplitOptions.TrimEntries) is [var sequence, { Length: 64 } hash]
        && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new AuditHead(number, Convert.FromHexString(hash))
            : null;

    private byte[] CreateKey()
    {
        DataDirectory.CreatePrivate(directory.Keys);
        try
        {
            WriteWhole(KeyFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n", overwrite: false);
        }
        catch (IOException) when (File.Exists(KeyFile))
        {
            // Another process was faster.
        }

        return FindKey()!;
    }

    /// <summary>Under another name first: nobody reads half a file.</summary>
    private static void WriteWhole(string path, string text, bool overwrite)
    {
        var part = $"{path}.{Guid.NewGuid():N}";
        try
        {
            DataDirectory.Protect(part);
            File.WriteAllText(part, text);
            File.Move(part, path, overwrite);
        }
        finally
        {
            File.Delete(part);
        }
    }
}

/// <summary>An entry and its hash.</summary>
internal sealed record AuditHead(long Sequence, byte[] Hash);
