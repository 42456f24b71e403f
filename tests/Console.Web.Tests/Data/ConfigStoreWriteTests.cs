using System.Net;
using ConsoleWeb.Data;
using ConsoleWeb.Features.Health;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;
using Gateway.Testing.Faults;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Data;

/// <summary>
/// Whoever writes to the configuration's database while it cannot be written – entities, tokens, prices, rules of redaction – is told why
/// and what to do; calls, reads and the sign-in go on, and what was stored before is there afterwards.
/// </summary>
public sealed class ConfigStoreWriteTests
{
    private const string Password = "some words that do fit";

    private static readonly (string Method, string Path, string Json)[] Writes =
    [
        ("POST", "/services", """{"name":"other","url":"http://localhost:9"}"""),
        ("PATCH", "/services/s", """{"retries":3}"""),
        ("DELETE", "/services/s/routes/r", ""),
        ("POST", "/v3/users/{me}/access-tokens", """{"name":"ci","scopes":["config:read"]}"""),
        ("POST", "/prices", """{"provider":"ollama","pattern":"*","input":0,"output":0}"""),
        ("PUT", "/redaction", """{"presets":["email"],"rules":[]}"""),
    ];

    [Fact]
    public async Task Database_ReadOnly_EveryWriteIsRefusedWithAdviceAndAllElseGoesOn()
    {
        await using var upstream = new FaultUpstream(FaultScripts.Answer(200, "text/plain", "ok"));
        await using var host = await StartAsync(upstream);
        var me = (await host.GetAsync("/v3/users/me"))["id"]!.GetValue<string>();
        var pragmas = host.Services.GetRequiredService<SqlitePragmas>();
        pragmas.Further = "PRAGMA query_only=1;";

        foreach (var (method, path, json) in Writes)
        {
            var refused = await host.SendAsync(new HttpMethod(method), path.Replace("{me}", me, StringComparison.Ordinal), json.Length > 0 ? json : null);

            Assert.True(refused.Status == HttpStatusCode.ServiceUnavailable, $"{method} {path}: {refused.Status} {refused.Text}");
            Assert.Contains("read-only; make the data directory and its files writable", refused["message"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        await AssertServesAsync(host);
        Assert.Equal(5, (await host.GetAsync("/services/s"))["retries"]!.GetValue<int>());
        var status = (await host.GetAsync("/status"))["database"]!;
        Assert.False(status["reachable"]!.GetValue<bool>());
        Assert.Contains("read-only", status["trouble"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/status/ready")).Status);
        Assert.Contains("kong_datastore_reachable 0", (await host.GetAsync("/metrics")).Text, StringComparison.Ordinal);
        using (var browser = new ConsoleBrowser(host.ConsoleUrl))
        {
            Assert.Equal(HttpStatusCode.Redirect, await browser.SignInAsync("ada", Password));
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/services")).Status);
        }

        pragmas.Further = "PRAGMA query_only=0;";
        await RecoveredAsync(host);
        foreach (var (method, path, json) in Writes)
        {
            var done = await host.SendAsync(new HttpMethod(method), path.Replace("{me}", me, StringComparison.Ordinal), json.Length > 0 ? json : null);
            Assert.True((int)done.Status is >= 200 and < 300, $"{method} {path}: {done.Status} {done.Text}");
        }

        // What happened meanwhile is told now.
        Assert.True(await Poll.UntilAsync(async () => (await host.GetAsync("/gatehouse/audit?size=200")).Text.Contains("\"sign-in\"", StringComparison.Ordinal)), (await host.GetAsync("/gatehouse/audit?size=200")).Text);
    }

    /// <summary>Everything that was answered with success is there after a restart; nothing of what was refused.</summary>
    [Fact]
    public async Task Disk_Full_NothingCommittedIsLostAndRoomIsNoticed()
    {
        var directory = Path.Combine(Path.GetTempPath(), "gatehouse-tests", Guid.NewGuid().ToString("N"));
        var stored = new List<string>();
        await using var upstream = new FaultUpstream(FaultScripts.Answer(200, "text/plain", "ok"));
        await using (var host = await StartAsync(upstream, directory))
        {
            var pragmas = host.Services.GetRequiredService<SqlitePragmas>();
            pragmas.Further = "PRAGMA max_page_count=1;";
            var refusals = 0;
            for (var i = 0; i < 200 && refusals < 3; i++)
            {
                var answer = await host.PostAsync("/services", $$"""{"name":"full-{{i}}","url":"http://localhost:9","tags":["{{new string('x', 3000)}}"]}""");
                if (answer.Status == HttpStatusCode.Created)
                {
                    stored.Add($"full-{i}");
                    continue;
                }

                refusals++;
                Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
                Assert.Contains("the disk is full; make room", answer["message"]!.GetValue<string>(), StringComparison.Ordinal);
                await AssertServesAsync(host);
            }

            Assert.Equal(3, refusals);
            Assert.Contains("full", host.Services.GetRequiredService<StoreHealth>().Configuration!.Reason, StringComparison.Ordinal);

            pragmas.Further = "PRAGMA max_page_count=1073741823;";
            await RecoveredAsync(host);
            Assert.Equal(HttpStatusCode.Created, (await host.PostAsync("/services", """{"name":"after","url":"http://localhost:9"}""")).Status);
            stored.Add("after");
        }

        await using var next = await TestHost.StartInAsync(directory, keepsData: false);
        var services = (await next.GetAsync("/services?size=1000"))["data"]!.AsArray().Select(s => s!["name"]!.GetValue<string>());
        Assert.Equal(stored.Append("s").Order(StringComparer.Ordinal), services.Order(StringComparer.Ordinal));
    }

    /// <summary>A file that was deleted still takes what is written through an open handle, and nobody would ever see it again.</summary>
    [Fact]
    public async Task File_Deleted_NobodyWritesIntoTheVoid()
    {
        await using var upstream = new FaultUpstream(FaultScripts.Answer(200, "text/plain", "ok"));
        await using var host = await StartAsync(upstream);
        var me = (await host.GetAsync("/v3/users/me"))["id"]!.GetValue<string>();
        var path = Path.Combine(host.Directory, "gatehouse.db");
        File.Move(path, path + ".aside");

        foreach (var (method, target, json) in Writes)
        {
            var refused = await host.SendAsync(new HttpMethod(method), target.Replace("{me}", me, StringComparison.Ordinal), json.Length > 0 ? json : null);

            Assert.True(refused.Status == HttpStatusCode.ServiceUnavailable, $"{method} {target}: {refused.Status} {refused.Text}");
            Assert.Contains("gatehouse.db is gone; put it back", refused["message"]!.GetValue<string>(), StringComparison.Ordinal);
            SqliteConnection.ClearAllPools();
            Assert.False(File.Exists(path), "a new file is in the place of the one that is to be put back");
        }

        await AssertServesAsync(host);
        File.Move(path + ".aside", path);
        await RecoveredAsync(host);
        Assert.Equal(HttpStatusCode.OK, (await host.PatchAsync("/services/s", """{"retries":4}""")).Status);
    }

    private static async Task<TestHost> StartAsync(FaultUpstream upstream, string? directory = null)
    {
        string[] settings = ["Gateway:Console:AdminUser=ada", $"Gateway:Console:AdminPassword={Password}"];
        var host = directory is null ? await TestHost.StartAsync(settings) : await TestHost.StartInAsync(directory, keepsData: true, settings);
        Assert.Equal(HttpStatusCode.Created, (await host.PostAsync("/services", $$"""{"name":"s","url":"{{upstream.Address}}"}""")).Status);
        Assert.Equal(HttpStatusCode.Created, (await host.PostAsync("/services/s/routes", """{"name":"r","paths":["/s"]}""")).Status);
        return host;
    }

    private static async Task AssertServesAsync(TestHost host)
    {
        using var client = await FaultClient.ConnectAsync(host.ProxyUrl.Port, TestContext.Current.CancellationToken);
        await client.SendAsync(FaultClient.Request("GET", "/s", []), TestContext.Current.CancellationToken);
        Assert.Equal((200, "ok"), await client.ReadAnswerAsync(TestContext.Current.CancellationToken) is { } answer ? (answer.Status, answer.Text) : default);
    }

    private static async Task RecoveredAsync(TestHost host) =>
        Assert.True(await Poll.UntilAsync(() => host.Services.GetRequiredService<StoreHealth>().Configuration is null, TimeSpan.FromSeconds(20)), host.Services.GetRequiredService<StoreHealth>().Configuration?.Reason);
}
