using System.Net;
using System.Text.Json.Nodes;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Tests.AdminApi.Logs;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>What is taken out of the log: set over the Admin API, tried on samples, and what it does to calls.</summary>
public sealed class RedactionEndpointTests : IAsyncLifetime
{
    private const string Key = "sk-ant" + "-api03-aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY";

    private static readonly string Question = $$"""{"model":"gpt-asked","messages":[{"role":"user","content":"canaryword {{Key}} of ann@example.org"}]}""";

    private ReplayScene? _scene;

    private ReplayScene Scene => _scene!;

    private TestHost Host => Scene.Host;

    public async ValueTask InitializeAsync() => _scene = await ReplayScene.StartAsync();

    public async ValueTask DisposeAsync() => await Scene.DisposeAsync();

    [Fact]
    public async Task Redaction_NothingSet_TellsTheDefaults()
    {
        var answer = await Host.GetAsync("/redaction");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("""{"bodies":"plugins","presets":["api-key","bearer-token","jwt","private-key"],"rules":[],"fixed_rules":[],"changed_at":null,"changed_by":null}""", answer.Text);
    }

    [Fact]
    public async Task Redaction_Set_HoldsForCallsFromThenOn()
    {
        var before = await Scene.CallAsync(body: Question, headers: ("x-customer", "ACME"));
        var set = await Host.PutAsync("/redaction", """
            {"presets":["email"],"rules":[{"name":"canary","pattern":"canary[a-z]+"},{"name":"who","header":"X-Customer"},{"name":"answer","path":"choices[*].message.content"}]}
            """);
        Assert.True(set.Status == HttpStatusCode.OK, set.Text);

        var after = await Scene.CallAsync(body: Question, headers: ("x-customer", "ACME"));

        Assert.Contains("canaryword [redacted:api-key] of ann@example.org", Payload(before, "request"), StringComparison.Ordinal);
        Assert.Contains("[redacted:canary] [redacted:api-key] of [redacted:email]", Payload(after, "request"), StringComparison.Ordinal);
        Assert.Contains("\"content\":\"[redacted:answer]\"", Payload(after, "response"), StringComparison.Ordinal);
        Assert.Equal(["answer", "api-key", "canary", "email"], after.Record["gatehouse"]!["redacted"]!.AsArray().Select(n => n!.ToString()));
        Assert.Equal(("ACME", "[redacted:who]"), (Header(before), Header(after)));
        // The upstream got what the client sent.
        Assert.All(Scene.Upstream.Requests, r => Assert.Contains($"canaryword {Key} of ann@example.org", r.BodyText, StringComparison.Ordinal));
        // Neither is there anything to search for.
        Assert.Equal([before.Row.RequestId], (await Host.GetAsync("/logs?q=canaryword"))["data"]!.AsArray().Select(r => r!["gatehouse"]!["request_id"]!.ToString()));
        Assert.Empty((await Host.GetAsync("/logs?q=kL1mN2pQ4rS6"))["data"]!.AsArray());
        Assert.Equal("email", (await Host.GetAsync("/redaction"))["presets"]![0]!.ToString());
    }

    [Fact]
    public async Task Redaction_RuleForOnePlugin_LeavesOthers()
    {
        var plugin = (await Host.GetAsync("/routes/chat/plugins"))["data"]![0]!["id"];
        await Host.PutAsync("/redaction", $$"""{"rules":[{"name":"mine","path":"messages","plugins":["{{plugin}}"]}]}""");

        var chat = await Scene.CallAsync(body: Question);
        var other = await Scene.CallAsync("/messages/v1/messages", """{"model":"claude-x","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Contains("\"messages\":\"[redacted:mine]\"", Payload(chat, "request"), StringComparison.Ordinal);
        Assert.Contains("\"content\":\"Hi\"", Payload(other, "client_request"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redaction_BodiesNever_KeepsNoneWhateverPluginsSay()
    {
        await Host.PutAsync("/redaction", """{"bodies":"never"}""");

        var call = await Scene.CallAsync(body: Question);

        Assert.Null(call.Record["ai"]?["proxy"]?["payload"]);
        Assert.Equal((9, 4), (call.Row.InputTokens, call.Row.OutputTokens));
    }

    [Fact]
    public async Task Redaction_Change_IsAuditedWithBeforeAndAfterAndSoIsARefusal()
    {
        await Host.PutAsync("/redaction", """{"presets":["card"]}""");
        await Host.PutAsync("/redaction", """{"presets":["cards"]}""");

        Assert.True(await Poll.UntilAsync(async () => (await Host.GetAsync("/gatehouse/audit?q=logs.redaction"))["data"]!.AsArray().Count == 2));
        var entries = (await Host.GetAsync("/gatehouse/audit?q=logs.redaction"))["data"]!.AsArray();
        var (refused, set) = (entries[0]!.ToJsonString(), entries[1]!.ToJsonString());
        Assert.Contains("cards", refused, StringComparison.Ordinal);
        Assert.Contains("refused", refused, StringComparison.Ordinal);
        Assert.Contains("\"presets\":[\"card\"]", set, StringComparison.Ordinal);
        Assert.Contains("bearer-token", set, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"bodies":"always"}""", "bodies:")]
    [InlineData("""{"presets":["cards"]}""", "presets: 'cards' is not one of api-key")]
    [InlineData("""{"presets":"card"}""", "presets: a list")]
    [InlineData("""{"rules":[{"name":"a","path":"b"},{"name":"a b","path":"c"}]}""", "rules[1].name:")]
    [InlineData("""{"rules":[{"name":"a","path":"b","pattern":"c"}]}""", "rules[0].path: a rule has either")]
    [InlineData("""{"rules":[{"name":"a","pattern":"a(?=b)"}]}""", "rules[0].pattern: look-around")]
    [InlineData("""{"rules":[{"name":"a","pattern":"("}]}""", "rules[0].pattern:")]
    [InlineData("""{"rules":[{"name":"a","pattern":"a*"}]}""", "rules[0].pattern: matches the empty text")]
    [InlineData("""{"rules":[{"name":"a","header":"a b"}]}""", "rules[0].header:")]
    [InlineData("""{"rules":[{"name":"a","header":"a","plugins":["x"]}]}""", "rules[0].plugins:")]
    [InlineData("""{"rules":[{"name":"a","regex":"a"}]}""", "rules[0].regex: unknown field")]
    [InlineData("""{"rule":[]}""", "rule: unknown field")]
    public async Task Redaction_FaultyBody_IsRefusedAndNamesTheMember(string body, string message)
    {
        var answer = await Host.PutAsync("/redaction", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(message, answer["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Empty((await Host.GetAsync("/redaction"))["rules"]!.AsArray());
    }

    [Fact]
    public async Task Test_Sample_ShowsWhatWouldBeStoredAndChangesNothing()
    {
        var sample = new JsonObject { ["sample"] = $$"""{"a":"ann@example.org, bob@example.org","k":"{{Key}}","t":1}""", ["presets"] = new JsonArray("email"), ["rules"] = new JsonArray(new JsonObject { ["name"] = "t", ["path"] = "t" }) };

        var answer = await Host.PostAsync("/redaction/test", sample.ToJsonString());

        Assert.Equal("""{"a":"[redacted:email], [redacted:email]","k":"[redacted:api-key]","t":"[redacted:t]"}""", answer["stored"]!.ToString());
        Assert.Equal("""[{"name":"api-key","places":1},{"name":"email","places":2},{"name":"t","places":1}]""", answer["rules"]!.ToJsonString());
        Assert.Null((await Host.GetAsync("/redaction"))["changed_at"]);
    }

    [Fact]
    public async Task Test_WithoutSample_IsRefused()
    {
        var answer = await Host.PostAsync("/redaction/test", "{}");

        Assert.Equal((HttpStatusCode.BadRequest, true), (answer.Status, answer["message"]!.ToString().StartsWith("sample:", StringComparison.Ordinal)));
    }

    private static string Payload(StoredRequest stored, string name) => stored.Record["ai"]!["proxy"]!["payload"]![name]!.ToString();

    private static string? Header(StoredRequest stored) => stored.Record["request"]!["headers"]!["x-customer"]?.ToString();
}
