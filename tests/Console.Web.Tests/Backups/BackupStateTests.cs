using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;

namespace ConsoleWeb.Tests.Backups;

/// <summary>What a backup holds, and what a restore makes of it.</summary>
public sealed class BackupStateTests : BackupTests
{
    [Fact]
    public async Task Backup_BesideWriters_IsOneStateThatTheyWentThrough()
    {
        JsonArray services, routes, rows;
        int writtenBefore, writtenAfter;
        await using (var upstream = await FakeUpstream.StartAsync())
        await using (var host = await TestHost.StartInAsync(Data, keepsData: true))
        {
            await host.PostAsync("/services", $$"""{"name":"up","url":"{{upstream.Address}}"}""");
            await host.PostAsync("/services/up/routes", """{"name":"up","paths":["/up"]}""");
            for (var i = 0; i < 20; i++)
            {
                await CallAsync(host);
            }

            Assert.True(await Poll.UntilAsync(async () => (await ListAsync(host, "/logs")).Count == 20));
            (services, routes, rows) = (await ListAsync(host, "/services"), await ListAsync(host, "/routes"), await ListAsync(host, "/logs"));

            using var stop = new CancellationTokenSource();
            var written = 0;
            var writer = WriteAsync(host, () => written++, stop.Token);
            Assert.True(await Poll.UntilAsync(() => written > 3));
            writtenBefore = written;
            AssertDone(await RunAsync("backup", Archive));
            writtenAfter = written;
            Assert.True(await Poll.UntilAsync(() => written > writtenAfter + 3));
            await stop.CancelAsync();
            await writer;
        }

        AssertDone(await RunAsync("restore", Archive));

        await using var again = await TestHost.StartInAsync(Data, keepsData: true);
        AssertHolds(services, await ListAsync(again, "/services"));
        AssertHolds(routes, await ListAsync(again, "/routes"));
        AssertHolds(rows, await ListAsync(again, "/logs"));
        var kept = (await ListAsync(again, "/services")).Select(s => s!["name"]!.ToString()).Where(n => n != "up").ToHashSet();

        // A beginning of what was written, no shorter than when the backup began and no longer than when it ended.
        Assert.InRange(kept.Count, writtenBefore, writtenAfter + 1);
        Assert.Equal(Enumerable.Range(0, kept.Count).Select(i => $"service-{i}").ToHashSet(), kept);
        Assert.True((await again.GetAsync("/gatehouse/audit/verify"))["whole"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Backup_WithoutItsKeys_HoldsNoSecretInAnyForm()
    {
        var canaries = new List<string>();
        string Canary(string of)
        {
            canaries.Add($"canary-{of}-{Guid.NewGuid():N}");
            return canaries[^1];
        }

        await using (var upstream = await FakeUpstream.StartAsync())
        await using (var host = await TestHost.StartInAsync(Data, keepsData: true))
        {
            await host.PostAsync("/services", $$"""{"name":"up","url":"{{upstream.Address}}"}""");
            await host.PostAsync("/services/up/routes", """{"name":"up","paths":["/up"]}""");
            await PutAsync(host, "/consumers/ada", "{}");
            await PutAsync(host, "/consumers/ada/key-auth/3f0e8a52-65bb-4c5c-9c5d-3c2ed9a6b301", $$"""{"key":"{{Canary("key")}}"}""");
            await PutAsync(host, "/consumers/ada/basic-auth/3f0e8a52-65bb-4c5c-9c5d-3c2ed9a6b302", $$"""{"username":"ada","password":"{{Canary("password")}}"}""");
            await PutAsync(host, "/consumers/ada/jwt/3f0e8a52-65bb-4c5c-9c5d-3c2ed9a6b303", $$"""{"key":"issuer","secret":"{{Canary("jwt")}}"}""");
            const string plugin = "/plugins/3f0e8a52-65bb-4c5c-9c5d-3c2ed9a6b304";
            await PutAsync(host, plugin, Plugin.Replace(Secret, Canary("first"), StringComparison.Ordinal));
            await PutAsync(host, plugin, Plugin.Replace(Secret, Canary("second"), StringComparison.Ordinal));
            await host.DeleteAsync(plugin);
            await PutAsync(host, "/plugins/3f0e8a52-65bb-4c5c-9c5d-3c2ed9a6b305", Plugin.Replace(Secret, Canary("plugin"), StringComparison.Ordinal));
            canaries.Add(host.Token);
            var call = new HttpRequestMessage(HttpMethod.Get, new Uri(host.ProxyUrl, "/up?api_key=" + Canary("query")));
            call.Headers.Add("Authorization", "Bearer " + Canary("header"));
            await host.SendAsync(call);
            Assert.True(await Poll.UntilAsync(async () => (await ListAsync(host, "/logs")).Count == 1));
            AssertDone(await RunAsync("backup", Archive));
        }

        AssertDone(await RunAsync("backup", Archive + "2", "--with-keys"));
        foreach (var archive in new[] { Archive, Archive + "2" })
        {
            var content = new MemoryStream();
            await using (var zip = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress))
            {
                await zip.CopyToAsync(content, TestContext.Current.CancellationToken);
            }

            var bytes = content.ToArray();
            Assert.True(bytes.AsSpan().IndexOf("\"paths\""u8) > 0, "the archive holds no configuration");
            Assert.All(canaries.SelectMany(Forms), form => Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(form)) < 0, form));
            Assert.True(bytes.AsSpan().IndexOf("<masterKey"u8) < 0);
        }
    }

    [Fact]
    public async Task Backup_OfDataOfAnotherVersion_LeavesItsSchemaAsItIs()
    {
        const string newest = "SELECT max(MigrationId) FROM __EFMigrationsHistory";
        await FillAsync("first");
        var left = await SqlAsync(Data, newest);
        await SqlAsync(Data, $"DELETE FROM __EFMigrationsHistory WHERE MigrationId = '{left}'");

        var run = await RunAsync("backup", Archive);

        AssertDone(run);
        Assert.Contains("another version", run.Stderr, StringComparison.Ordinal);
        var unpacked = Directory.CreateDirectory(Path.Combine(Root, "unpacked")).FullName;
        await ConsoleWeb.Backups.BackupArchive.ReadAsync(Archive, unpacked, TestContext.Current.CancellationToken);
        Assert.NotEqual(left, await SqlAsync(Data, newest));
        Assert.NotEqual(left, await SqlAsync(unpacked, newest));
    }

    [Fact]
    public async Task Restore_WhereTheAuditLogHasNoKey_IsRefused()
    {
        // No stored secret needs the keys here; the record of who did what does.
        await FillAsync("first");
        AssertDone(await RunAsync("backup", Archive));

        AssertFailed("keys", await RunInAsync(Path.Combine(Root, "elsewhere"), "", "restore", Archive));
    }

    [Fact]
    public async Task Restore_OfATamperedAuditLog_SaysSo()
    {
        await FillAsync("first");
        await SqlAsync(Data, "UPDATE audit_entries SET Actor = 'nobody' WHERE Sequence = 1");
        AssertDone(await RunAsync("backup", Archive));

        var run = await RunAsync("restore", Archive);

        AssertDone(run);
        Assert.Contains("entry 1 was changed", run.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AfterARestoreThatWasCutShort_IsRefusedUntilItIsRestored()
    {
        await FillAsync("first");
        AssertDone(await RunAsync("backup", Archive));

        // As after a power cut between two renames: the old database is aside, the new one is not in its place.
        var aside = Directory.CreateDirectory(Path.Combine(Data, "backups", "replaced-1")).FullName;
        await File.WriteAllTextAsync(Path.Combine(Data, "restoring"), aside, TestContext.Current.CancellationToken);
        File.Move(Path.Combine(Data, "gatehouse.db"), Path.Combine(aside, "gatehouse.db"));

        var refused = await Assert.ThrowsAsync<ConsoleWeb.Hosting.DataDirectoryException>(() => TestHost.StartInAsync(Data, keepsData: true));
        Assert.Contains(aside, refused.Message, StringComparison.Ordinal);
        AssertFailed("did not end", await RunAsync("token", "list"));
        AssertFailed("did not end", await RunAsync("backup", Archive + "2"));
        Assert.False(File.Exists(Path.Combine(Data, "gatehouse.db")));

        AssertDone(await RunAsync("restore", Archive));
        await using var host = await TestHost.StartInAsync(Data, keepsData: true);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/services/first")).Status);
        Assert.True(File.Exists(Path.Combine(aside, "gatehouse.db")));
    }

    private static IEnumerable<string> Forms(string canary)
    {
        var bytes = Encoding.UTF8.GetBytes(canary);
        return [canary, Convert.ToHexStringLower(bytes), Convert.ToHexString(bytes), .. Enumerable.Range(0, 3).Select(i => Convert.ToBase64String(bytes.AsSpan(i, (bytes.Length - i) / 3 * 3)))];
    }

    private static async Task CallAsync(TestHost host) => await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(host.ProxyUrl, "/up")));

    private static async Task PutAsync(TestHost host, string path, string json) => Assert.Equal(HttpStatusCode.OK, (await host.PutAsync(path, json)).Status);

    private static async Task<JsonArray> ListAsync(TestHost host, string path) => (await host.GetAsync(path + "?size=1000"))["data"]!.AsArray();

    private static async Task WriteAsync(TestHost host, Func<int> count, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            await host.PostAsync("/services", $$"""{"name":"service-{{i}}","host":"up.example"}""");
            count();
            await CallAsync(host);
        }
    }

    private static void AssertHolds(JsonArray expected, JsonArray actual) =>
        Assert.All(expected, e => Assert.Contains(actual, a => JsonNode.DeepEquals(e, a)));
}
