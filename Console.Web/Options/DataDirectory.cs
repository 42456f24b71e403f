namespace ConsoleWeb.Options;

/// <summary>The directory that holds databases, keys and backups; private to its owner.</summary>
internal sealed class DataDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public DataDirectory(string path)
    {
        Root = System.IO.Path.GetFullPath(path);
        CreatePrivate(Root);
    }

    public string Root { get; }

    /// <summary>Configuration, users, tokens.</summary>
    public string ConfigDatabase => File("gatehouse.db");

    /// <summary>The request log.</summary>
    public string LogDatabase => File("logs.db");

    /// <summary>Keys that protect cookies and stored secrets.</summary>
    public string Keys => File("keys");

    /// <summary>Files that vaults of the type <c>file</c> read, put there by the operator.</summary>
    public string Secrets => File("secrets");

    /// <summary>The self-signed certificate of the listeners, with its key.</summary>
    public string Certificate => File("tls.pem");

    /// <summary>The one-time link that creates the first administrator.</summary>
    public string SetupLink => File("setup-link");

    /// <summary>Where backups are made and where a restore keeps what was there.</summary>
    public string Backups => File("backups");

    /// <summary>Locked by the process whose data this is.</summary>
    public string Lock => File("lock");

    /// <summary>Exists while a restore moves files; says where the old ones go.</summary>
    public string Restoring => File("restoring");

    /// <summary>Exists while a checked backup waits to take the place of the data at the next start; says where it is.</summary>
    public string RestoreAtStart => File("restore-at-start");

    /// <summary>Everything that the product and its scripts keep here, and no plugin may write to.</summary>
    public IReadOnlyList<string> OwnFiles =>
        [ConfigDatabase, LogDatabase, Keys, Secrets, Certificate, SetupLink, Backups, Lock, Restoring, RestoreAtStart, .. Array.ConvertAll(["node-id", "control-plane.json", "quickstart.env", "run"], File)];

    /// <summary>Reads <c>Gateway:Data</c>; default <c>~/.gatehouse</c>.</summary>
    public static DataDirectory From(IConfiguration configuration) =>
        new(configuration["Gateway:Data"] is { Length: > 0 } set
            ? set
            : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".gatehouse"));

    /// <summary>Makes a directory that only its owner can use, unless it exists.</summary>
    public static DirectoryInfo CreatePrivate(string path) =>
        OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, OwnerOnly);

    /// <summary>Makes a file readable and writable for its owner alone, creating it when absent.</summary>
    public static void Protect(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (System.IO.File.Exists(path))
        {
            System.IO.File.SetUnixFileMode(path, mode);
        }
        else
        {
            using var created = new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = mode });
        }
    }

    private string File(string name) => System.IO.Path.Combine(Root, name);
}
