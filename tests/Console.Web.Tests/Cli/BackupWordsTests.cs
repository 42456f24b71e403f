using System.Net;
using ConsoleWeb.Tests.Backups;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;

namespace ConsoleWeb.Tests.Cli;

/// <summary>A backup of a running product, brought back into the same directory or an empty one.</summary>
public sealed class BackupWordsTests : BackupTests
{
    [Fact]
    public async Task Backup_WhileRunning_BringsBackEntitiesSecretsTokensAndLogs()
    {
        string token, request;
        await using (var upstream = await FakeUpstream.StartAsync())
        await using (var host = await TestHost.StartInAsync(Data, keepsData: true))
        {
            token = host.Token;
            await host.PostAsync("/services", $$"""{"name":"kept","url":"{{upstream.Address}}"}""");
            await host.PostAsync("/services/kept/routes", """{"paths":["/kept"]}""");
            await host.PostAsync("/plugins", Plugin);
            await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(host.ProxyUrl, "/kept")));
            Assert.True(await Poll.UntilAsync(async () => (await host.GetAsync("/logs")).Json["data"]!.AsArray().Count > 0));
            request = (await host.GetAsync("/logs"))["data"]![0]!["gatehouse"]!["request_id"]!.ToString();

            AssertDone(await RunAsync("backup", Archive));

            await host.DeleteAsync("/plugins/" + (await host.GetAsync("/plugins"))["data"]![0]!["id"]);
            await host.PostAsync("/services", """{"name":"later","host":"up.example"}""");
        }

        AssertDone(await RunAsync("restore", Archive));

        await using var again = await TestHost.StartInAsync(Data, keepsData: true);
        Assert.Equal(Secret, (await again.SendAsync(HttpMethod.Get, "/plugins", null, token))["data"]![0]!["config"]!["auth"]!["header_value"]!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await again.GetAsync("/services/later")).Status);
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync("/logs/" + request)).Status);
        Assert.True((await again.GetAsync("/gatehouse/audit/verify"))["whole"]!.GetValue<bool>());
        Assert.Single((await again.GetAsync("/gatehouse/audit?action=backup.restore"))["data"]!.AsArray());
    }

    [Fact]
    public async Task Restore_KeepsWhatWasThere()
    {
        await FillAsync("old");
        AssertDone(await RunAsync("backup", Archive));
        await FillAsync("new");
        AssertDone(await RunAsync("restore", Archive));

        var aside = Assert.Single(Directory.GetDirectories(Path.Combine(Data, "backups")));
        File.Copy(Path.Combine(aside, "gatehouse.db"), Path.Combine(Data, "gatehouse.db"), overwrite: true);
        await using var host = await TestHost.StartInAsync(Data, keepsData: true);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/services/new")).Status);
    }

    [Fact]
    public async Task Restore_OnAnotherMachine_NeedsTheKeys()
    {
        await FillAsync("kept", Plugin);
        AssertDone(await RunAsync("backup", Archive));
        var withKeys = Path.Combine(Root, "with-keys.tgz");
        AssertDone(await RunAsync("backup", withKeys, "--with-keys"));
        var elsewhere = Path.Combine(Root, "elsewhere");

        AssertFailed("keys", await RunInAsync(elsewhere, "", "restore", Archive));
        AssertFailed("passphrase is wrong", await RunInAsync(elsewhere, "some other words\n", "restore", withKeys));
        AssertDone(await RunInAsync(elsewhere, Passphrase + "\n", "restore", withKeys));

        await using var host = await TestHost.StartInAsync(elsewhere, keepsData: true);
        Assert.Equal(Secret, (await host.GetAsync("/plugins"))["data"]![0]!["config"]!["auth"]!["header_value"]!.ToString());
        Assert.True((await host.GetAsync("/gatehouse/audit/verify"))["whole"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Restore_BesideARunningProduct_IsRefused()
    {
        await using var host = await TestHost.StartInAsync(Data, keepsData: true);
        await host.PostAsync("/services", """{"name":"running","host":"up.example"}""");
        AssertDone(await RunAsync("backup", Archive));
        await host.DeleteAsync("/services/running");

        AssertFailed("running", await RunAsync("restore", Archive));

        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/services/running")).Status);
        Assert.False(Directory.Exists(Path.Combine(Data, "backups")) && Directory.GetDirectories(Path.Combine(Data, "backups")).Length > 0);
    }

    [Theory]
    [InlineData("INSERT INTO __EFMigrationsHistory VALUES ('29991231000000_Later', '99.0')", "newer version")]
    [InlineData("PRAGMA writable_schema=ON; UPDATE sqlite_master SET rootpage = 9999 WHERE name = 'config_versions'", "")]
    public async Task Restore_OfWhatThisBuildCannotRead_ChangesNothing(string damage, string reason)
    {
        await FillAsync("first");
        await SqlAsync(Data, damage);

        var other = Path.Combine(Root, "other");
        Directory.CreateDirectory(other);
        var wrong = await WriteArchiveAsync(Path.Combine(Data, "gatehouse.db"));
        await FillInAsync(other, "untouched");

        AssertFailed(reason, await RunInAsync(other, "", "restore", wrong));

        await using var host = await TestHost.StartInAsync(other, keepsData: true);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/services/untouched")).Status);
        Assert.Empty(Directory.GetDirectories(Path.Combine(other, "backups")));
    }

    [Fact]
    public async Task Restore_OfADamagedFile_IsRefusedWhereverTheDamageIs()
    {
        await FillAsync("first");
        AssertDone(await RunAsync("backup", Archive));
        var whole = await File.ReadAllBytesAsync(Archive, TestContext.Current.CancellationToken);
        var wrong = Path.Combine(Root, "wrong.tgz");
        for (var i = 1; i < 12; i++)
        {
            var bytes = whole.ToArray();
            // More than one byte: a single one can be the length of a code that its block never uses, and then nothing is damaged.
            foreach (ref var damaged in bytes.AsSpan(whole.Length * i / 12, 32))
            {
                damaged ^= 0xFF;
            }

            await File.WriteAllBytesAsync(wrong, bytes, TestContext.Current.CancellationToken);
            AssertFailed("", await RunAsync("restore", wrong));
            await File.WriteAllBytesAsync(wrong, whole[..(whole.Length * i / 12)], TestContext.Current.CancellationToken);
            AssertFailed("", await RunAsync("restore", wrong));
        }

        AssertFailed("no backup", await RunAsync("restore", Path.Combine(Data, "gatehouse.db")));
        AssertFailed("", await RunAsync("restore", Path.Combine(Root, "absent")));
        await using var host = await TestHost.StartInAsync(Data, keepsData: true);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/services/first")).Status);
    }

    [Fact]
    public async Task Backup_IsForItsOwnerAlone_HoldsNoSecretAndNeverOverwrites()
    {
        await FillAsync("first", Plugin);
        AssertDone(await RunAsync("backup", Archive, "--with-keys"));

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Archive));
        }

        await using (var unzipped = new System.IO.Compression.GZipStream(File.OpenRead(Archive), System.IO.Compression.CompressionMode.Decompress))
        using (var reader = new StreamReader(unzipped, System.Text.Encoding.Latin1))
        {
            var text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
            Assert.DoesNotContain("<key id=", text, StringComparison.Ordinal);
        }

        AssertFailed("exists", await RunAsync("backup", Archive));
        AssertFailed("characters", await RunInAsync(Data, "short\n", "backup", Archive + "2", "--with-keys"));
        AssertFailed("nothing to back up", await RunInAsync(Path.Combine(Root, "empty"), "", "backup", Archive + "2"));
        Assert.False(File.Exists(Archive + "2"));
        Assert.Empty(Directory.GetFiles(Root, "*.part"));
    }

    [Fact]
    public async Task Verify_AfterTampering_FailsAndNamesTheEntry()
    {
        await FillAsync("first");
        AssertDone(await RunAsync("audit", "verify"));
        await SqlAsync(Data, "UPDATE audit_entries SET Actor = 'nobody' WHERE Sequence = 1");

        AssertFailed("entry 1 was changed", await RunAsync("audit", "verify"));
    }

    [Fact]
    public async Task Start_WhereAnotherRuns_IsRefused()
    {
        await using var host = await TestHost.StartInAsync(Data, keepsData: true);

        await Assert.ThrowsAsync<ConsoleWeb.Hosting.DataDirectoryException>(() => TestHost.StartInAsync(Data, keepsData: true));
    }

    /// <summary>An archive as the product writes it, of any database.</summary>
    private async Task<string> WriteArchiveAsync(string database)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, "made")).FullName;
        File.Copy(database, Path.Combine(folder, "gatehouse.db"));
        var path = Path.Combine(Root, "made.tgz");
        await ConsoleWeb.Backups.BackupArchive.WriteAsync(path, folder, ["gatehouse.db"], "9.9.9", DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);
        return path;
    }
}
