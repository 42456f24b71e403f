using System.Net;
using System.Text.Json.Nodes;
using ConsoleWeb.Auth;
using ConsoleWeb.Data;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Versions of the configuration, and the way back to one. A host of its own for each test: a restore changes everything.</summary>
public sealed class HistoryTests : IAsyncLifetime
{
    private TestHost? _host;

    private TestHost Host => _host!;

    public async ValueTask InitializeAsync() => _host = await TestHost.StartAsync();

    public async ValueTask DisposeAsync() => await Host.DisposeAsync();

    [Fact]
    public async Task List_OfChanges_SaysWhoWhenAndWhat()
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        var service = await CreateAsync("/services", """{"name":"history-service","host":"up.example"}""");
        await Host.PatchAsync("/services/history-service", """{"retries":3}""");
        await Host.DeleteAsync("/services/" + service["id"]);

        var rows = (await Host.GetAsync("/gatehouse/history"))["data"]!.AsArray();

        Assert.Equal(["delete service history-service", "update service history-service", "create service history-service"], rows.Select(r => r!["summary"]!.ToString()));
        Assert.Equal([3, 2, 1], rows.Select(r => r!["version"]!.GetValue<int>()));
        Assert.All(rows, r => Assert.Equal(("test", "admin-api"), (r!["actor"]!.ToString(), r["source"]!.ToString())));
        Assert.All(rows, r => Assert.InRange(DateTimeOffset.Parse(r!["at"]!.ToString(), null), before, DateTimeOffset.UtcNow.AddSeconds(1)));
    }

    [Fact]
    public async Task List_Paged_MissesAndRepeatsNothing()
    {
        for (var i = 0; i < 7; i++)
        {
            await CreateAsync("/services", $$"""{"name":"paged-{{i}}","host":"up.example"}""");
        }

        var seen = new List<int>();
        for (var path = "/gatehouse/history?size=3&q=PAGED"; path is not null;)
        {
            var page = await Host.GetAsync(path);
            seen.AddRange(page["data"]!.AsArray().Select(r => r!["version"]!.GetValue<int>()));
            path = page["next"]?.ToString();
        }

        Assert.Equal([7, 6, 5, 4, 3, 2, 1], seen);
        Assert.Equal(HttpStatusCode.BadRequest, (await Host.GetAsync("/gatehouse/history?size=0")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Host.GetAsync("/gatehouse/history?offset=nonsense")).Status);
        Assert.Empty((await Host.GetAsync("/gatehouse/history?q=paged%25")).Json["data"]!.AsArray());
        Assert.Empty((await Host.GetAsync("/gatehouse/history?source=console")).Json["data"]!.AsArray());
    }

    [Fact]
    public async Task Version_OfAnUpdate_NamesTheFieldsAndHidesSecrets()
    {
        var plugin = await CreateAsync("/plugins", AiProxy("first-secret-of-many", "gpt-5-mini"));
        await Host.PatchAsync($"/plugins/{plugin["id"]}", """{"tags":["x"],"config":{"auth":{"header_value":"second-secret-of-many"},"model":{"name":"gpt-5"}}}""");

        var created = await Host.GetAsync("/gatehouse/history/1");
        var updated = await Host.GetAsync("/gatehouse/history/2");

        var change = Assert.Single(updated["changes"]!.AsArray())!;
        Assert.Equal(("update", "plugins", plugin["id"]!.ToString(), "ai-proxy"), (change["action"]!.ToString(), change["kind"]!.ToString(), change["id"]!.ToString(), change["name"]!.ToString()));
        Assert.Equal(
            CanonicalJson.Of("""
            [{"field":"tags","before":null,"after":["x"]},
             {"field":"config.model.name","before":"gpt-5-mini","after":"gpt-5"},
             {"field":"config.auth.header_value","before":"********","after":"********"}]
            """),
            CanonicalJson.Of(new JsonArray([.. change["fields"]!.AsArray().OrderByDescending(f => f!["field"]!.ToString()).Select(f => f!.DeepClone())]).ToJsonString()));
        Assert.Equal("create", created["changes"]![0]!["action"]!.ToString());
        Assert.Contains(created["changes"]![0]!["fields"]!.AsArray(), f => f!["field"]!.ToString() == "config.route_type" && f["after"]!.ToString() == "llm/v1/chat");
        Assert.DoesNotContain("secret-of-many", created.Text + updated.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await Host.GetAsync("/gatehouse/history/3")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Host.GetAsync("/gatehouse/history/x")).Status);
    }

    [Fact]
    public async Task Restore_AfterChangesAndDeletes_BringsBackEntitiesAndTheirSecrets()
    {
        await using var upstream = await FakeUpstream.StartAsync(200, "from upstream");
        await CreateAsync("/services", $$"""{"name":"kept","url":"{{upstream.Address}}"}""");
        var route = await CreateAsync("/services/kept/routes", """{"name":"kept","paths":["/kept"]}""");
        var plugin = await CreateAsync("/routes/kept/plugins", """{"name":"request-transformer","config":{"add":{"headers":["x-added:1"]}}}""");
        var ai = await CreateAsync("/plugins", AiProxy("a-secret-to-bring-back", "gpt-5-mini"));
        await Host.PatchAsync($"/plugins/{ai["id"]}", """{"enabled":false}""");
        var wanted = await StateAsync();
        await Host.PatchAsync($"/plugins/{ai["id"]}", """{"config":{"auth":{"header_value":"another-secret"}}}""");
        await Host.PatchAsync("/services/kept", """{"host":"elsewhere.example"}""");
        await Host.DeleteAsync("/plugins/" + ai["id"]);
        await Host.DeleteAsync("/plugins/" + plugin["id"]);
        await Host.DeleteAsync("/routes/" + route["id"]);
        await Host.DeleteAsync("/services/kept");
        await CreateAsync("/services", """{"name":"newer","host":"up.example"}""");
        await CreateAsync("/services/newer/routes", """{"name":"newer","paths":["/newer"]}""");

        var restored = await Host.PostAsync("/gatehouse/history/5/restore", "{}");

        Assert.Equal((HttpStatusCode.OK, 5, 14), (restored.Status, restored["restored"]!.GetValue<int>(), restored["version"]!.GetValue<int>()));
        Assert.Equal(wanted, await StateAsync());
        var answer = await Host.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Host.ProxyUrl, "/kept")));
        Assert.Equal("from upstream", answer.Text);
        Assert.Equal("1", upstream.Requests[^1].Headers["x-added"]);
        var newest = (await Host.GetAsync("/gatehouse/history?size=1"))["data"]![0]!;
        Assert.Equal(("restore version 5", "test"), (newest["summary"]!.ToString(), newest["actor"]!.ToString()));
    }

    [Fact]
    public async Task Restore_ThenRestoreOfTheNewest_UndoesIt()
    {
        var ai = await CreateAsync("/plugins", AiProxy("the-first-secret", "gpt-5-mini"));
        await Host.PatchAsync($"/plugins/{ai["id"]}", """{"config":{"auth":{"header_value":"the-second-secret"}}}""");
        var changed = await StateAsync();

        await Host.PostAsync("/gatehouse/history/1/restore", "{}");
        Assert.Contains("the-first-secret", await StateAsync(), StringComparison.Ordinal);
        await Host.PostAsync("/gatehouse/history/2/restore", "{}");

        Assert.Equal(changed, await StateAsync());
    }

    [Fact]
    public async Task Restore_OfSwappedNames_KeepsEachNameUnique()
    {
        var a = (await CreateAsync("/consumers", """{"username":"a"}"""))["id"];
        var b = (await CreateAsync("/consumers", """{"username":"b"}"""))["id"];
        foreach (var (id, name) in new[] { (a, "c"), (b, "a"), (a, "b") })
        {
            Assert.Equal(HttpStatusCode.OK, (await Host.PatchAsync("/consumers/" + id, $$"""{"username":"{{name}}"}""")).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await Host.PostAsync("/gatehouse/history/2/restore", "{}")).Status);

        Assert.Equal(a!.ToString(), (await Host.GetAsync("/consumers/a"))["id"]!.ToString());
        Assert.Equal(b!.ToString(), (await Host.GetAsync("/consumers/b"))["id"]!.ToString());
        Assert.Equal(HttpStatusCode.Conflict, (await Host.PostAsync("/consumers", """{"username":"a"}""")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await Host.PostAsync("/consumers", """{"username":"b"}""")).Status);
    }

    [Fact]
    public async Task Restore_OfWhatIsInPlace_MakesNoVersion()
    {
        await CreateAsync("/services", """{"name":"s","host":"up.example"}""");

        var restored = await Host.PostAsync("/gatehouse/history/1/restore", "{}");

        Assert.Equal((HttpStatusCode.OK, 0), (restored.Status, restored["entities"]!.GetValue<int>()));
        Assert.Null(restored["version"]);
        Assert.Single((await Host.GetAsync("/gatehouse/history"))["data"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotFound, (await Host.PostAsync("/gatehouse/history/2/restore", "{}")).Status);
    }

    /// <summary>A version of an older build, whose secrets nobody kept.</summary>
    [Fact]
    public async Task Restore_WithoutTheSecrets_IsRefusedWhole()
    {
        var ai = await CreateAsync("/plugins", AiProxy("a-secret-nobody-kept", "gpt-5-mini"));
        await CreateAsync("/services", """{"name":"stays","host":"up.example"}""");
        await Host.DeleteAsync("/plugins/" + ai["id"]);
        await EditVersionsAsync(v => v.SetProperty(x => x.Protected, (string?)null));

        await AssertRefusedAsync("/gatehouse/history/1/restore", "secrets");
    }

    /// <summary>What was accepted once may be against the rules of a later build.</summary>
    [Theory]
    [InlineData("\"/rules\"", "\"no-path\"", "paths")]
    [InlineData("\"/rules\"", "\"~/(?=x)\"", "")]
    public async Task Restore_AgainstTodaysRules_IsRefusedWhole(string kept, string wrong, string named)
    {
        await CreateAsync("/services", """{"name":"stays","host":"up.example"}""");
        var route = await CreateAsync("/services/stays/routes", """{"name":"rules","paths":["/rules"]}""");
        await Host.PatchAsync("/services/stays", """{"retries":1}""");
        await Host.DeleteAsync("/routes/" + route["id"]);
        await EditVersionsAsync(v => v.SetProperty(x => x.Changes, x => x.Changes.Replace(kept, wrong)));

        await AssertRefusedAsync("/gatehouse/history/2/restore", named);
    }

    [Fact]
    public async Task Restore_AcrossAMissingVersion_Answers404()
    {
        await CreateAsync("/services", """{"name":"a","host":"up.example"}""");
        await CreateAsync("/services", """{"name":"b","host":"up.example"}""");
        await CreateAsync("/services", """{"name":"c","host":"up.example"}""");
        await using (var context = await ContextAsync())
        {
            await context.Versions.Where(v => v.Number == 2).ExecuteDeleteAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await Host.PostAsync("/gatehouse/history/1/restore", "{}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Host.GetAsync("/services/c")).Status);
    }

    [Fact]
    public async Task Scopes_ReadShowsAndWriteRestores()
    {
        await CreateAsync("/services", """{"name":"s","host":"up.example"}""");
        await Host.PatchAsync("/services/s", """{"retries":1}""");
        var (read, write, logs) = (await Host.MakeTokenAsync(TokenScopes.ConfigRead), await Host.MakeTokenAsync(TokenScopes.ConfigWrite), await Host.MakeTokenAsync(TokenScopes.LogsRead));

        Assert.Equal(HttpStatusCode.OK, (await Host.SendAsync(HttpMethod.Get, "/gatehouse/history/1", null, read)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Host.SendAsync(HttpMethod.Post, "/gatehouse/history/1/restore", "{}", read)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Host.SendAsync(HttpMethod.Get, "/gatehouse/history", null, logs)).Status);
        Assert.Equal(1, (await Host.GetAsync("/services/s"))["retries"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.OK, (await Host.SendAsync(HttpMethod.Post, "/gatehouse/history/1/restore", "{}", write)).Status);
        Assert.Equal(5, (await Host.GetAsync("/services/s"))["retries"]!.GetValue<int>());
    }

    private static string AiProxy(string secret, string model) => new JsonObject
    {
        ["name"] = "ai-proxy",
        ["config"] = new JsonObject
        {
            ["route_type"] = "llm/v1/chat",
            ["auth"] = new JsonObject { ["header_name"] = "Authorization", ["header_value"] = secret },
            ["model"] = new JsonObject { ["provider"] = "openai", ["name"] = model },
        },
    }.ToJsonString();

    private async Task<JsonObject> CreateAsync(string collection, string json)
    {
        var answer = await Host.PostAsync(collection, json);
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        return answer.Json;
    }

    /// <summary>Everything that is configured, secrets in clear, but for when it was written.</summary>
    private async Task<string> StateAsync()
    {
        var text = "";
        foreach (var collection in (string[])["/services", "/routes", "/plugins", "/consumers"])
        {
            foreach (var entity in (await Host.GetAsync(collection))["data"]!.AsArray())
            {
                entity!.AsObject().Remove("updated_at");
                text += CanonicalJson.Of(entity.ToJsonString()) + "\n";
            }
        }

        return text;
    }

    private async Task AssertRefusedAsync(string path, string named)
    {
        var before = await StateAsync();

        var answer = await Host.PostAsync(path, "{}");

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains(named, answer["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, await StateAsync());
    }

    private Task<ConsoleDbContext> ContextAsync() =>
        Host.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);

    private async Task EditVersionsAsync(Action<Microsoft.EntityFrameworkCore.Query.UpdateSettersBuilder<ConsoleWeb.Data.Entities.ConfigVersion>> edit)
    {
        await using var context = await ContextAsync();
        await context.Versions.ExecuteUpdateAsync(edit, TestContext.Current.CancellationToken);
    }
}
