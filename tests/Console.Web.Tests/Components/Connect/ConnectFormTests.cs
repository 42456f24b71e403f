using System.Text.Json.Nodes;
using Bunit;
using ConsoleWeb.Components.Pages.Connect;
using ConsoleWeb.Components.Pages.Keys;
using ConsoleWeb.Features.Connect;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Schema;
using Microsoft.Extensions.DependencyInjection;
using TestContext = Xunit.TestContext;

namespace ConsoleWeb.Tests.Components.Connect;

public sealed class ConnectFormTests : ConsoleContext
{
    private const string Saved = """
        {"name":"ai-proxy","config":{"route_type":"llm/v1/chat","model":{"provider":"openai"},"auth":{"header_name":"Authorization","header_value":"Bearer fake-saved"}}}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ConnectService Service => Host.Services.GetRequiredService<ConnectService>();

    [Fact]
    public void New_Codex_ShowsTheTutorialsConfiguration()
    {
        var form = Form(AgentPreset.CodexId);

        var yaml = form.Texts("http://admin")[0].Text;

        foreach (var line in new[] { "- name: codex-service", "- /codex", "- name: ai-proxy-advanced", "max_request_body_size: 131072", "- route_type: llm/v1/responses", "uri: /", "path: /tmp/file.json" })
        {
            Assert.Contains(line, yaml, StringComparison.Ordinal);
        }

        Assert.Contains("""header_value: Bearer ${{ env "DECK_OPENAI_API_KEY" }}""", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void Scope_ClaudeCodeForAllTraffic_IsTheTutorial()
    {
        var form = Form(AgentPreset.ClaudeCodeId);

        form.Draft = form.Draft.WithScope(isGlobal: true, Service.Names);

        var plan = form.Plan;
        Assert.Equal(["example-service", "example-route", "ai-proxy", "file-log"], plan.Select(p => p.Name));
        Assert.Equal("http://httpbin.konghq.com/anything", plan[0].Document["url"]!.ToString());
        Assert.Equal("/anything", plan[1].Document["paths"]![0]!.ToString());
        Assert.Null(plan[2].Document["service"]);
        Assert.Equal("gpt-5-mini", plan[2].Document["config"]!["model"]!["name"]!.ToString());
    }

    [Fact]
    public async Task Create_IsOneVersionAndOneStepAwayAgain()
    {
        var before = Entities.Version;
        var form = Form(AgentPreset.CodexId);
        form.TypeKey("fake-key");
        form.Draft = form.Draft with { RequiresKey = true };

        var made = await form.CreateAsync(Person, Cancellation);

        Assert.NotNull(made);
        Assert.Equal(before + 1, Entities.Version);
        Assert.Equal("Bearer fake-key", Plugin("ai-proxy-advanced")["config"]!["targets"]![0]!["auth"]!["header_value"]!.ToString());
        var flow = Service.Find(made.Tag)!;
        Assert.Equal(("codex-route", "/codex", ApiShape.Responses, "openai", 131_072), (flow.RouteName, flow.Path, flow.Shape, flow.Provider, flow.MaxBody));
        Assert.NotNull(flow.ConsumerId);
        Assert.Equal([made.Tag], Service.List().Select(f => f.Tag));

        var removed = await Host.Services.GetRequiredService<DeletionService>()
            .DeleteAsync(EntityKinds.Routes, Guid.Parse(flow.RouteId), flow.RouteName, alsoBlocking: false, Person, Cancellation, made.Tag);
        Assert.Equal(7, removed.Value!.Others);

        Assert.Equal(before + 2, Entities.Version);
        Assert.All(EntityKinds.All, kind => Assert.Empty(Entities.List(kind, new(), 10, null, Person).Value!.Data));
    }

    [Fact]
    public async Task Create_OnePartRefused_WritesNothing()
    {
        var form = Form(AgentPreset.ClaudeCodeId);
        form.TypeKey("fake-key");
        form.Draft = form.Draft with { LogFile = "no/absolute\0path" };

        Assert.Null(await form.CreateAsync(Person, Cancellation));

        Assert.Contains("plugin file-log", Assert.Single(form.Errors), StringComparison.Ordinal);
        Assert.Empty(Entities.List(EntityKinds.Services, new(), 10, null, Person).Value!.Data);
    }

    [Fact]
    public async Task Create_Viewer_IsRefused()
    {
        var form = Form(AgentPreset.CodexId);
        form.TypeKey("fake-key");

        Assert.Null(await form.CreateAsync(Person with { MayWrite = false }, Cancellation));

        Assert.Contains("may not change", Assert.Single(form.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_Taken_SayByWhatAndWhatIsFree()
    {
        await StoreAsync(EntityKinds.Routes, """{"name":"codex-route","paths":["/codex","/mine"]}""");

        var form = Form(AgentPreset.CodexId);

        Assert.Equal(("codex-2-service", "codex-2-route", "/codex-2"), (form.Draft.ServiceName, form.Draft.RouteName, form.Draft.Path));
        form.Draft = form.Draft with { Path = "/mine", RouteName = "codex-route" };
        Assert.Equal(new NameTaken("The route codex-route has this path already.", "/mine-2"), form.PathTaken);
        Assert.Equal("codex-route-2", form.RouteTaken?.Free);
        Assert.Contains(form.Problems(), p => p.Field == "f-path");
    }

    [Fact]
    public async Task SavedKey_IsTakenWithoutBeingShown()
    {
        var id = await StoreAsync(EntityKinds.Plugins, Saved);
        var form = Form(AgentPreset.CodexId);

        Assert.Equal(id, form.SavedKey?.PluginId);
        Assert.DoesNotContain("fake-saved", string.Concat(form.Texts("http://admin").Select(t => t.Text)), StringComparison.Ordinal);
        Assert.NotNull(await form.CreateAsync(Person, Cancellation));
        Assert.Equal("Bearer fake-saved", Plugin("ai-proxy-advanced")["config"]!["targets"]![0]!["auth"]!["header_value"]!.ToString());
    }

    [Fact]
    public async Task SavedKey_OfAnotherProvider_IsNotSent()
    {
        var id = await StoreAsync(EntityKinds.Plugins, Saved);

        Assert.Null(Service.HeaderValueOf("xai", new KeySource(null, id)));
        Assert.Empty(FormOf(AgentPreset.CodexId, "?provider=xai").Saved);
    }

    /// <summary>A key that the check takes and the gateway then sends otherwise would be no use.</summary>
    [Theory]
    [InlineData("canary")]
    [InlineData("Bearer canary")]
    public async Task Key_KeptElsewhere_IsCheckedAsItWillBeSent(string content)
    {
        var secrets = Directory.CreateDirectory(Path.Combine(Host.Directory, "secrets")).FullName;
        await File.WriteAllTextAsync(Path.Combine(secrets, "openai"), content, Cancellation);

        Assert.Equal(content, Service.Resolve("openai", new KeySource("{vault://file/openai}")));
        Assert.Equal("Bearer typed", Service.Resolve("openai", new KeySource("typed")));
        Assert.Equal("typed", Service.Resolve("anthropic", new KeySource("typed")));
    }

    [Fact]
    public void Query_KeepsEveryChoiceButTheKey()
    {
        var form = Form(AgentPreset.OtherId);
        form.TypeKey("fake-key");
        form.Draft = form.Draft.WithShape(ApiShape.Messages).WithProvider("mistral") with { Path = "/mine", LogPayloads = true, LogFile = "", MaxBody = 16 * 1024 * 1024, RequiresKey = true, IsGlobal = true };

        var again = FormOf(AgentPreset.OtherId, "?" + form.Query);

        Assert.Equal(form.Draft, again.Draft);
        Assert.DoesNotContain("fake-key", form.Query, StringComparison.Ordinal);
        Assert.Equal("", Form(AgentPreset.OtherId).Query);
    }

    [Fact]
    public void Provider_ThatCannotAnswerResponses_IsNotOfferedToCodex()
    {
        Assert.Equal(["openai", "xai"], AgentPreset.ProvidersOf(ApiShape.Responses).Select(p => p.Id));
        Assert.Equal("openai", FormOf(AgentPreset.CodexId, "?provider=mistral").Draft.Provider);
    }

    [Theory]
    [InlineData("openai", "gpt-5-mini")]
    [InlineData("mistral", "mistral-small-latest")]
    [InlineData("anthropic", "")]
    public void Model_ClaudeCode_FollowsTheProvider(string provider, string expected)
    {
        var form = Form(AgentPreset.ClaudeCodeId);

        form.Draft = form.Draft.WithProvider(provider);

        Assert.Equal(expected, form.Draft.Model);
    }

    private ConnectForm Form(string agent) => FormOf(agent, "");

    private ConnectForm FormOf(string agent, string query)
    {
        var plugins = Entities.List(EntityKinds.Plugins, new(), 100, null, Person).Value!.Data;
        return new(Service, Host.Services.GetRequiredService<ProviderKeyCheck>(), ProviderKey.List(plugins), AgentPreset.Find(agent)!, query);
    }

    private JsonObject Plugin(string name) => Entities.List(EntityKinds.Plugins, new(), 100, null, Owner).Value!.Data.First(p => p["name"]!.ToString() == name);
}
