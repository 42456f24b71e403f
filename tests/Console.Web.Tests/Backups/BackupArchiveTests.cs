using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using ConsoleWeb.Backups;

namespace ConsoleWeb.Tests.Backups;

/// <summary>Whoever can write an archive can write its hashes too: nothing in it leaves the folder it is read into.</summary>
public sealed class BackupArchiveTests : IDisposable
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("content of a file");

    private readonly string _root = Directory.CreateTempSubdirectory("gatehouse-archive-").FullName;

    private string Folder => Path.Combine(_root, "deep", "folder");

    private string Archive => Path.Combine(_root, "archive.tgz");

    public BackupArchiveTests() => Directory.CreateDirectory(Folder);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Read_AWholeArchive_GivesItsFiles()
    {
        Write([Named("gatehouse.db"), Named("node-id")], Entry("gatehouse.db"), Entry("node-id"));

        var manifest = await ReadAsync();

        Assert.Equal(["gatehouse.db", "node-id"], manifest.Files.Select(f => f.Name));
        Assert.Equal(Content, await File.ReadAllBytesAsync(Path.Combine(Folder, "node-id"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("../../outside")]
    [InlineData("./gatehouse.db")]
    [InlineData("sub/gatehouse.db")]
    [InlineData("keys/audit.key")]
    [InlineData("keys.enc/../../outside")]
    [InlineData("/tmp/gatehouse-outside")]
    [InlineData("..")]
    [InlineData("lock")]
    public async Task Read_NamesThatNoBackupHas_AreRefused(string name)
    {
        // With and without the manifest's word for it.
        Write([Named("gatehouse.db"), Named(name)], Entry("gatehouse.db"), Entry(name));
        await AssertRefusedAsync("manifest names other files");
        Write([Named("gatehouse.db")], Entry("gatehouse.db"), Entry(name));
        await AssertRefusedAsync("not what a backup holds");
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Directory)]
    [InlineData(TarEntryType.Fifo)]
    public async Task Read_AnythingButAFile_IsRefused(TarEntryType type)
    {
        var entry = new PaxTarEntry(type, "node-id");
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
        {
            entry.LinkName = "../../outside";
        }

        Write([Named("gatehouse.db"), Named("node-id", size: 0)], Entry("gatehouse.db"), entry);

        await AssertRefusedAsync("not what a backup holds");
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""null""")]
    [InlineData("""{"format":1,"product":"1.0.0","createdAt":"2027-01-01T00:00:00Z","files":null}""")]
    [InlineData("""{"format":1,"product":"1.0.0","createdAt":"2027-01-01T00:00:00Z","files":[null]}""")]
    [InlineData("""{"format":1,"product":"1.0.0","createdAt":"2027-01-01T00:00:00Z","files":[]}""")]
    [InlineData("""{"format":2,"product":"9.0.0","createdAt":"2027-01-01T00:00:00Z","files":[]}""")]
    [InlineData("""{"format":1,"product":"1.0.0","createdAt":"2027-01-01T00:00:00Z","files":[{"name":"gatehouse.db","size":-1,"sha256":""}]}""")]
    [InlineData("""{"format":1,"product":"1.0.0","createdAt":"2027-01-01T00:00:00Z","files":[{"name":"gatehouse.db","size":17,"sha256":"00"}]}""")]
    [InlineData("""{"format":1,"product":"1.0.0","createdAt":"2027-01-01T00:00:00Z","files":[{"name":"gatehouse.db","size":9223372036854775807,"sha256":""},{"name":"logs.db","size":9223372036854775807,"sha256":""}]}""")]
    [InlineData("""{"format":1,"product":"1.0.0","createdAt":"2027-01-01T00:00:00Z","files":[{"name":"gatehouse.db","size":17,"sha256":"00"},{"name":"gatehouse.db","size":17,"sha256":"00"}]}""")]
    [InlineData("""{"format":1,"product":"1.0.0","createdAt":"2027""")]
    public async Task Read_AManifestThatIsNone_IsRefused(string manifest)
    {
        WriteText(manifest, Entry("gatehouse.db"));

        await AssertRefusedAsync("");
    }

    [Fact]
    public async Task Read_AnArchiveWithAnyByteChanged_GivesWhatWasWrittenOrIsRefused()
    {
        Write([Named("gatehouse.db")], Entry("gatehouse.db"));
        var whole = await UnzipAsync();
        for (var i = 0; i < whole.Length; i += 7)
        {
            var changed = whole.ToArray();
            changed[i] ^= 0x55;
            await using (var zip = new GZipStream(File.Create(Archive), CompressionLevel.Fastest))
            {
                await zip.WriteAsync(changed, TestContext.Current.CancellationToken);
            }

            try
            {
                await ReadAsync();
                Assert.Equal(Content, await File.ReadAllBytesAsync(Path.Combine(Folder, "gatehouse.db"), TestContext.Current.CancellationToken));
            }
            catch (BackupException)
            {
                // Refused in words.
            }
        }
    }

    private static BackupFile Named(string name, int? size = null) => new(name, size ?? Content.Length, Convert.ToHexStringLower(SHA256.HashData(size == 0 ? [] : Content)));

    private static PaxTarEntry Entry(string name) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Content) };

    private void Write(IReadOnlyList<BackupFile> files, params TarEntry[] entries) =>
        WriteText(System.Text.Json.JsonSerializer.Serialize(new BackupManifest(1, "1.0.0", DateTimeOffset.UnixEpoch, files), System.Text.Json.JsonSerializerOptions.Web), entries);

    private void WriteText(string manifest, params TarEntry[] entries)
    {
        using var zip = new GZipStream(File.Create(Archive), CompressionLevel.Fastest);
        using var tar = new TarWriter(zip, TarEntryFormat.Pax);
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "manifest.json") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(manifest)) });
        foreach (var entry in entries)
        {
            tar.WriteEntry(entry);
        }
    }

    private async Task<byte[]> UnzipAsync()
    {
        await using var zip = new GZipStream(File.OpenRead(Archive), CompressionMode.Decompress);
        var content = new MemoryStream();
        await zip.CopyToAsync(content, TestContext.Current.CancellationToken);
        return content.ToArray();
    }

    private Task<BackupManifest> ReadAsync() => BackupArchive.ReadAsync(Archive, Folder, TestContext.Current.CancellationToken);

    private async Task AssertRefusedAsync(string reason)
    {
        var refused = await Assert.ThrowsAsync<BackupException>(ReadAsync);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Equal([Archive], Directory.GetFiles(_root, "*", SearchOption.AllDirectories).Where(f => !f.StartsWith(Folder + "/", StringComparison.Ordinal)));
        Assert.False(File.Exists("/tmp/gatehouse-outside"));
        Assert.All(Directory.GetFileSystemEntries(Folder, "*", SearchOption.AllDirectories), f => Assert.Null(new FileInfo(f).LinkTarget));
    }
}
