using System.Net;
using System.Security.Claims;
using System.Text.Json.Nodes;
using ConsoleWeb.Auth;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.History;
using ConsoleWeb.Features.Transfer;
using ConsoleWeb.Tests.AdminApi;
using ConsoleWeb.Tests.Hosting;
using Gateway.Shared.Schema;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Audit;

/// <summary>What people and tokens do leaves an entry, whatever came of it.</summary>
public sealed class AuditLogTests : IAsyncLifetime
{
    private const string Passphrase = "four words do fit";

    private TestHost? _host;

    private TestHost Host => _host!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await TestHost.StartAsync();

    public async ValueTask DisposeAsync() => await Host.DisposeAsync();

    [Fact]
    public async Task ConfigurationChange_SaysWhoWhereFromAndWhatBeforeAndAfter()
    {
        await Host.PostAsync("/services", """{"name":"audited","host":"up.example"}""");
        await Host.PatchAsync("/services/audited", """{"retries":3}""");

        var entry = await FindAsync("config.change", e => e["target"]!.ToString() == "update service audited");

        Assert.Equal(("test", "admin-api", "127.0.0.1", "ok"), (entry["actor"]!.ToString(), entry["source"]!.ToString(), entry["address"]!.ToString(), entry["outcome"]!.ToString()));
        Assert.NotNull(entry["token_id"]);
        Assert.Equal(2, entry["details"]!["version"]!.GetValue<int>());
        AssertJson("""[{"field":"retries","before":5,"after":3}]""", entry["details"]!["changes"]![0]!["fields"]);
    }

    [Fact]
    public async Task Write_Refused_MakesNoEntryOfAChange()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await Host.PostAsync("/services", """{"name":"refused"}""")).Status);

        Assert.DoesNotContain(await ListAsync("config.change"), e => e["target"]!.ToString().Contains("refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restore_RefusedAndDone_BothAreThere()
    {
        await Host.PostAsync("/services", """{"name":"s","host":"up.example"}""");
        await Host.DeleteAsync("/services/s");
        await Host.PostAsync("/gatehouse/history/1/restore", "{}");
        await Host.PostAsync("/gatehouse/history/77/restore", "{}");

        await FindAsync("config.change", e => e["target"]!.ToString() == "restore version 1");
        var refused = await FindAsync("config.restore", _ => true);
        Assert.Equal(("version 77", "refused"), (refused["target"]!.ToString(), refused["outcome"]!.ToString()));
    }

    [Fact]
    public async Task Tokens_MadeUsedAndRevoked_EachOnce()
    {
        var made = await Host.PostAsync("/v3/users/me/access-tokens", """{"name":"audited","scopes":["config:read"]}""");
        var token = made["token"]!.ToString();
        for (var i = 0; i < 3; i++)
        {
            await Host.SendAsync(HttpMethod.Get, "/services", null, token);
            await Host.Services.GetRequiredService<TokenUse>().FlushAsync(all: true, Cancellation);
        }

        await Host.PostAsync($"/v3/users/me/access-tokens/{made["id"]}/revoke", "{}");
        await Host.SendAsync(HttpMethod.Get, "/services", null, token);

        var entries = await ListAsync(null);
        Assert.Equal("config:read", Assert.Single(entries, e => Is(e, "token.create", "audited"))["details"]!["scopes"]!.ToString());
        var use = Assert.Single(entries, e => Is(e, "token.first-use", "audited"));
        Assert.Equal((made["id"]!.ToString(), "127.0.0.1"), (use["token_id"]!.ToString(), use["address"]!.ToString()));
        Assert.Equal("test", Assert.Single(entries, e => Is(e, "token.revoke", "audited"))["actor"]!.ToString());
        var late = await FindAsync("admin.authentication", _ => true);
        Assert.Equal(("audited", "revoked token", "refused"), (late["actor"]!.ToString(), late["target"]!.ToString(), late["outcome"]!.ToString()));
        Assert.DoesNotContain(token, (await Host.GetAsync("/gatehouse/audit?size=1000")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AdminApi_WrongTokenAndMissingScope_AreRefusals()
    {
        await Host.SendAsync(HttpMethod.Get, "/services", null, TokenFormat.Create());
        await Host.SendAsync(HttpMethod.Delete, "/services/x", null, await Host.MakeTokenAsync(TokenScopes.ConfigRead));

        var unknown = await FindAsync("admin.authentication", _ => true);
        Assert.Equal(("unknown", "unknown token", "refused"), (unknown["actor"]!.ToString(), unknown["target"]!.ToString(), unknown["outcome"]!.ToString()));
        var forbidden = await FindAsync("admin.access", _ => true);
        Assert.Equal(("scoped", "DELETE /services/x", "refused"), (forbidden["actor"]!.ToString(), forbidden["target"]!.ToString(), forbidden["outcome"]!.ToString()));
    }

    [Fact]
    public async Task AdminApi_ClosedDoorKnockedAtAllTheTime_FillsNoLog()
    {
        var token = await Host.MakeTokenAsync(TokenScopes.ConfigRead);
        for (var i = 0; i < 40; i++)
        {
            await Host.SendAsync(HttpMethod.Delete, "/services/x", null, token);
        }

        await FindAsync("admin.access", _ => true);
        await Host.PostAsync("/gatehouse/history/77/restore", "{}");
        await FindAsync("config.restore", _ => true);
        Assert.InRange((await ListAsync("admin.access")).Count, 1, 10);
    }

    [Fact]
    public async Task People_CreatedAndSignedInOrNot_AreThereWithoutWhatTheyTyped()
    {
        await Host.Services.GetRequiredService<AccountService>().CreateFirstAdministratorAsync("ada", null, Passphrase, Cancellation);
        await SignInAsync("ada", "a wrong passphrase");
        await SignInAsync("typed my passphrase here", Passphrase);
        await SignInAsync("ada", Passphrase);
        await Host.Services.GetRequiredService<AccountService>().ResetPasswordAsync("ada", "another four words", Cancellation);

        await WaitAsync(async () => (await ListAsync("sign-in")).Count == 3);
        Assert.Equal(["ada ok", "ada refused", "unknown refused"], (await ListAsync("sign-in")).Select(e => $"{e["actor"]} {e["outcome"]}").Order(StringComparer.Ordinal));
        Assert.Equal("ada", (await FindAsync("user.create", _ => true))["target"]!.ToString());
        Assert.Equal("command-line", (await FindAsync("user.password", _ => true))["source"]!.ToString());
        Assert.DoesNotMatch("passphrase|four words", (await Host.GetAsync("/gatehouse/audit")).Text);
    }

    [Fact]
    public async Task People_InvitedChangedAndRemoved_EachByWhomAndInWhichRole()
    {
        var users = Host.Services.GetRequiredService<UserService>();
        var ada = (await Host.Services.GetRequiredService<AccountService>().CreateFirstAdministratorAsync("ada", null, Passphrase, Cancellation)).Value!.Id;
        await users.InviteAsync(ada, "bob", null, Roles.Viewer, Cancellation);
        var bob = (await users.ListAsync(ada, Cancellation)).Value!.Single(u => u.UserName == "bob").Id;
        await users.SetRoleAsync(ada, bob, Roles.Editor, Cancellation);
        await users.SetDisabledAsync(ada, bob, isDisabled: true, Cancellation);
        await users.SetRoleAsync(bob, bob, Roles.Admin, Cancellation);
        await users.DeleteAsync(ada, ada, Cancellation);
        await users.DeleteAsync(ada, bob, Cancellation);

        var refused = await FindAsync("user.change", _ => true);
        Assert.Equal(("bob", "refused"), (refused["actor"]!.ToString(), refused["outcome"]!.ToString()));
        var done = (await ListAsync(null)).Where(e => e["target"]?.ToString() == "bob" && e["outcome"]!.ToString() == "ok").Reverse().ToList();
        Assert.All(done, e => Assert.Equal("ada", e["actor"]!.ToString()));
        Assert.Equal(
            ["user.create Viewer", "user.role Editor", "user.disable ", "user.delete "],
            done.Select(e => $"{e["action"]} {e["details"]?["role"]}"));
        Assert.DoesNotContain(await ListAsync("user.delete"), e => e["target"]!.ToString() == "ada");
    }

    [Fact]
    public async Task Price_SetChangedAndEnded_SaysWhatItWasBeforeAndIsAfter()
    {
        var id = (await Host.PostAsync("/prices", """{"provider":"openai","pattern":"my-model","input":2,"output":8}"""))["id"]!.ToString();
        await Host.PatchAsync("/prices/" + id, """{"input":3}""");
        await Host.DeleteAsync("/prices/" + id);

        await FindAsync("config.change", e => e["target"]!.ToString() == "price openai/my-model ended");
        var changes = (await ListAsync("config.change")).Select(e => e["details"]!["changes"]![0]!).Reverse().ToList();
        Assert.Equal(["create", "update", "delete"], changes.Select(c => c["action"]!.ToString()));
        Assert.All(changes, c => Assert.Equal("price openai/my-model", $"{c["kind"]} {c["name"]}"));
        Assert.Equal([" 2", "2 3", "3 "], changes.Select(c => Field(c, "input")));
        Assert.Equal([" 8", "", "8 "], changes.Select(c => Field(c, "output")));

        static string Field(JsonNode change, string name) =>
            change["fields"]!.AsArray().SingleOrDefault(f => f!["field"]!.ToString() == name) is { } field ? $"{field["before"]} {field["after"]}" : "";
    }

    [Fact]
    public async Task Price_SetOverAShippedOne_SaysWhatTheShippedOneWas()
    {
        var shipped = (await Host.GetAsync("/prices"))["data"]!.AsArray().First(p => p!["origin"]!.ToString() == "table")!;
        await Host.PostAsync("/prices", $$"""{"provider":"{{shipped["provider"]}}","pattern":"{{shipped["pattern"]}}","input":77,"output":78}""");

        var change = (await FindAsync("config.change", _ => true))["details"]!["changes"]![0]!;
        Assert.Equal("update", change["action"]!.ToString());
        AssertJson($$"""{"field":"input","before":{{shipped["input"]}},"after":77}""", change["fields"]!.AsArray().Single(f => f!["field"]!.ToString() == "input"));
    }

    [Fact]
    public async Task Configuration_ImportedDeletedBroughtBackAndTakenAway_EachIsThere()
    {
        var imports = Host.Services.GetRequiredService<ImportService>();
        var actor = Actor.Named("ada", "console") with { MayWrite = true };
        var preview = await imports.PreviewAsync(new ImportInput("_format_version: '3.0'\nservices:\n- name: brought-in\n  host: up.example\n"), actor, Cancellation);
        Assert.False((await imports.ApplyAsync(preview.Value!, actor, Cancellation)).IsError);
        var service = (await Host.GetAsync("/services/brought-in"))["id"]!.ToString();
        var deleted = await Host.Services.GetRequiredService<DeletionService>().DeleteAsync(EntityKinds.Services, Guid.Parse(service), "brought-in", alsoBlocking: false, actor, Cancellation);
        Assert.Null(await Host.Services.GetRequiredService<HistoryService>().UndoAsync(deleted.Value!.Version, actor, Cancellation));
        await Host.Services.GetRequiredService<ExportService>().TakeAsync(new ExportOptions(), actor, Cancellation);

        var taken = await FindAsync("config.export", _ => true);
        Assert.Equal(("ada", "everything"), (taken["actor"]!.ToString(), taken["target"]!.ToString()));
        var changes = (await ListAsync("config.change")).Where(e => e["actor"]!.ToString() == "ada").Reverse().ToList();
        Assert.Equal(["create", "delete", "create"], changes.Select(e => e["details"]!["changes"]![0]!["action"]!.ToString()));
        Assert.StartsWith("import", changes[0]["target"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(["delete service brought-in", "undo delete service brought-in"], changes.Skip(1).Select(e => e["target"]!.ToString()));
        // What was there before a delete, and is there after the others.
        Assert.Equal([" up.example", "up.example ", " up.example"], changes.Select(e => Address(e["details"]!["changes"]![0]!)));

        static string Address(JsonNode change)
        {
            var field = change["fields"]!.AsArray().Single(f => f!["field"]!.ToString() == "host")!;
            return $"{field["before"]} {field["after"]}";
        }
    }

    [Fact]
    public async Task Requests_Exported_SaysInWhichShapeAndWhich()
    {
        await Host.GetAsync("/logs/export?format=csv&q=status:500");

        var entry = await FindAsync("logs.export", _ => true);
        Assert.Equal("test", entry["actor"]!.ToString());
        Assert.StartsWith("csv", entry["target"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains("status", entry["target"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignOut_IsThereWithWho()
    {
        var user = (await Host.Services.GetRequiredService<AccountService>().CreateFirstAdministratorAsync("ada", null, Passphrase, Cancellation)).Value!;
        using var scope = Host.Services.CreateScope();
        var http = Visit(scope);
        http.User = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, user.Id.ToString()), new(ClaimTypes.Name, "ada")], "cookie"));

        await scope.ServiceProvider.GetRequiredService<SignInService>().SignOutAsync(http);

        var entry = await FindAsync("sign-out", _ => true);
        Assert.Equal(("ada", "127.0.0.1", "ok"), (entry["actor"]!.ToString(), entry["address"]!.ToString(), entry["outcome"]!.ToString()));
    }

    [Fact]
    public async Task Payloads_LookedAt_NamesTheRequest()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await Host.PostAsync("/services", $$"""{"name":"seen","url":"{{upstream.Address}}"}""");
        await Host.PostAsync("/services/seen/routes", """{"paths":["/seen"]}""");
        await Host.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Host.ProxyUrl, "/seen")));
        await WaitAsync(async () => (await Host.GetAsync("/logs")).Json["data"]!.AsArray().Count > 0);
        var id = (await Host.GetAsync("/logs"))["data"]![0]!["gatehouse"]!["request_id"]!.ToString();
        var before = (await SettledAsync()).Count;

        var reader = await Host.MakeTokenAsync(TokenScopes.LogsRead);
        await Host.SendAsync(HttpMethod.Get, "/logs/" + id, null, reader);
        await Host.GetAsync("/logs/" + id);

        await WaitAsync(async () => (await ListAsync("payload.view")).Count > before);
        var seen = (await SettledAsync())[0];
        Assert.Equal((before + 1, "test", id), ((await ListAsync("payload.view")).Count, seen["actor"]!.ToString(), seen["target"]!.ToString()));

        // What was posted before is there once something posted later is.
        async Task<List<JsonObject>> SettledAsync()
        {
            var refusals = (await ListAsync("config.restore")).Count;
            await Host.PostAsync("/gatehouse/history/77/restore", "{}");
            await WaitAsync(async () => (await ListAsync("config.restore")).Count > refusals);
            return await ListAsync("payload.view");
        }
    }

    [Fact]
    public async Task List_NeedsAdminAndIsPaged()
    {
        for (var i = 0; i < 5; i++)
        {
            await Host.PostAsync("/consumers", $$"""{"username":"c{{i}}"}""");
        }

        var sequences = new List<int>();
        for (var path = "/gatehouse/audit?size=2&action=config.change"; path is not null;)
        {
            var page = await Host.GetAsync(path);
            sequences.AddRange(page["data"]!.AsArray().Select(e => e!["sequence"]!.GetValue<int>()));
            path = page["next"]?.ToString();
        }

        Assert.Equal(5, sequences.Count);
        Assert.Equal(sequences.OrderDescending().Distinct(), sequences);
        var token = await Host.MakeTokenAsync(TokenScopes.ConfigWrite, TokenScopes.LogsRead, TokenScopes.PayloadsRead);
        Assert.Equal(HttpStatusCode.Forbidden, (await Host.SendAsync(HttpMethod.Get, "/gatehouse/audit", null, token)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Host.SendAsync(HttpMethod.Get, "/default/gatehouse/audit/verify", null, token)).Status);
        await WaitAsync(async () => (await ListAsync(null)).Count(e => e["outcome"]!.ToString() == "refused") == 2);
        AdminFixture.AssertIs(HttpStatusCode.OK, $$"""{"whole":true,"entries":{{(await ListAsync(null)).Count}},"problem":null}""", await Host.GetAsync("/gatehouse/audit/verify"));
    }

    private static bool Is(JsonObject entry, string action, string target) => entry["action"]!.ToString() == action && entry["target"]?.ToString() == target;

    private static void AssertJson(string expected, JsonNode? actual) => Assert.Equal(CanonicalJson.Of(expected), CanonicalJson.Of(actual!.ToJsonString()));

    private async Task<List<JsonObject>> ListAsync(string? action) =>
        [.. (await Host.GetAsync($"/gatehouse/audit?size=1000&action={action}"))["data"]!.AsArray().Select(e => e!.AsObject())];

    private static async Task WaitAsync(Func<Task<bool>> condition) => Assert.True(await Poll.UntilAsync(condition));

    /// <summary>The newest entry of an action that fits; some are written a moment later.</summary>
    private async Task<JsonObject> FindAsync(string action, Func<JsonObject, bool> fits)
    {
        JsonObject? found = null;
        await WaitAsync(async () => (found = (await ListAsync(action)).FirstOrDefault(fits)) is not null);
        return found!;
    }

    /// <summary>Fills in the form of the sign-in page.</summary>
    private async Task SignInAsync(string name, string password)
    {
        using var scope = Host.Services.CreateScope();
        await scope.ServiceProvider.GetRequiredService<SignInService>().SignInAsync(Visit(scope), name, password, remember: false);
    }

    /// <summary>A request of a browser on this machine.</summary>
    private static DefaultHttpContext Visit(IServiceScope scope)
    {
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        http.Connection.RemoteIpAddress = IPAddress.Loopback;
        scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>().HttpContext = http;

        return http;
    }
}
