using System.Text.Json.Nodes;
using Bunit;
using ConsoleWeb.Components.Pages.Entities;
using Gateway.Shared.Schema;
using TestContext = Xunit.TestContext;

namespace ConsoleWeb.Tests.Components.Entities;

/// <summary>What may come between an edit and its save.</summary>
public sealed class EntityFormEditTests : ConsoleContext
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Every record of a form has a place to write to; what nobody has filled is not asked for.</summary>
    [Fact]
    public void Plugin_OnlyWhatIsWanted_IsStoredWithoutTheRecordsThatWereNotTouched()
    {
        var form = Render<EntityForm>(p => p.Add(f => f.Kind, EntityKinds.Plugins).Add(f => f.Plugin, "ai-proxy-advanced"));

        form.Change("#f-config-targets-1-model-provider", "openai");
        form.Change("#f-config-targets-1-auth-header_value", "fake-key");
        form.Click("[data-testid=save]");

        form.WaitForAssertion(() => Assert.Single(Entities.List(EntityKinds.Plugins, new(), 10, null, Person).Value!.Data));
        var config = Entities.List(EntityKinds.Plugins, new(), 10, null, Person).Value!.Data[0]["config"]!;
        Assert.Null(config["embeddings"]);
        Assert.Null(config["vectordb"]);
        Assert.Equal("openai", config["targets"]![0]!["model"]!["provider"]!.ToString());
    }

    [Fact]
    public async Task Name_ThatIsTaken_IsSaidBeforeTheSaveAndGoesWhenMended()
    {
        await StoreAsync(EntityKinds.Services, """{"name":"taken","host":"a.example"}""");
        var form = RenderNew(EntityKinds.Services);

        form.Change("#f-name", "taken");
        form.WaitForAssertion(() => Assert.Contains("Another service is called taken.", form.Find("#f-name-help").TextContent, StringComparison.Ordinal));
        form.Change("#f-name", "free");

        form.WaitForAssertion(() => Assert.Empty(form.FindAll("[data-testid=error-summary]")));
    }

    [Fact]
    public void Field_WithAFault_SaysSoWhenItIsLeft()
    {
        var form = RenderNew(EntityKinds.Services);

        form.Change("#f-port", "99999");

        form.WaitForAssertion(() => Assert.NotEmpty(form.FindAll("#f-port-help .st")));
        form.WaitForAssertion(() => Assert.Empty(form.FindAll("#f-host[aria-invalid]")));
    }

    [Fact]
    public async Task Conflict_FieldByField_SavesTheMixture()
    {
        var id = await StoreAsync(EntityKinds.Services, """{"name":"both","host":"a.example","path":"/a"}""");
        var form = RenderStored(EntityKinds.Services, id);
        form.Change("#f-path", "/mine");
        form.Change("#f-host", "mine.example");
        await Entities.PatchAsync(EntityKinds.Services, id, new JsonObject { ["host"] = "theirs.example", ["path"] = "/theirs", ["retries"] = 1 }, Owner, Cancellation);
        form.WaitForAssertion(() => Assert.Equal(["host", "path", "retries"], form.FindAll("[data-testid=conflict-table] tr[data-field]").Select(r => r.GetAttribute("data-field")).Order(StringComparer.Ordinal)));
        form.WaitForAssertion(() => Assert.Contains("changed meanwhile by owner", form.Find(".stale").TextContent, StringComparison.Ordinal));

        form.Change("tr[data-field=host] input", true);
        form.WaitForElement("[data-testid=save-merged]").Click();

        form.WaitForAssertion(() => Assert.Equal("/mine", Entities.Find(EntityKinds.Services, id, Person)!["path"]!.ToString()));
        var stored = Entities.Find(EntityKinds.Services, id, Person)!;
        Assert.Equal("theirs.example 1", $"{stored["host"]} {stored["retries"]}");
        form.WaitForAssertion(() => Assert.Empty(form.FindAll(".stale")));
    }

    [Fact]
    public async Task Yaml_ValueChanged_IsInTheFormAndSaved()
    {
        var service = await StoreAsync(EntityKinds.Services, """{"name":"svc","host":"a.example"}""");
        var id = await StoreAsync(EntityKinds.Routes, $$"""{"name":"road","paths":["/x"],"service":{"id":"{{service}}"} }""");
        var form = RenderStored(EntityKinds.Routes, id);

        form.Click("[data-testid=as-yaml]");
        var text = form.WaitForElement("[data-testid=yaml-text]").GetAttribute("value")!;
        Assert.Contains("service:\n  name: svc", text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        form.WaitForElement("[data-testid=yaml-text]").Change(text.Replace("/x", "/y", StringComparison.Ordinal));
        form.Click(".seg button", "Form");
        form.WaitForAssertion(() => Assert.Contains("/y", form.Find(".chips").TextContent, StringComparison.Ordinal));
        form.Click("[data-testid=save]");

        form.WaitForAssertion(() => Assert.Equal("/y", Entities.Find(EntityKinds.Routes, id, Person)!["paths"]![0]!.ToString()));
        Assert.Equal(service, Entities.Find(EntityKinds.Routes, id, Person)!["service"]!["id"]!.ToString());
    }

    [Theory]
    [InlineData("name: road\npathz: [/x]\n", "line 2, column 1", "did you mean 'paths'?")]
    [InlineData("name: road\n  paths: [/x]\n", "line 2, column 8", "")]
    [InlineData("name: road\npaths:\n- /ok\n- nothing\n", "line 4, column 3", "paths.2")]
    [InlineData("name: road\npaths: [/x]\nservice: nowhere\n", "line 3, column 1", "there is no service nowhere")]
    public void Yaml_Faulty_NamesThePlaceAndStays(string text, string place, string reason)
    {
        var form = RenderNew(EntityKinds.Routes);
        form.Click("[data-testid=as-yaml]");

        form.WaitForElement("[data-testid=yaml-text]").Change(text);
        form.Click(".seg button", "Form");

        form.WaitForAssertion(() => Assert.Contains(place, form.FindAll("[data-testid=yaml-problems] button").Select(b => b.TextContent)));
        form.WaitForAssertion(() => Assert.Contains(reason, form.Find("[data-testid=yaml-problems]").TextContent, StringComparison.Ordinal));
        form.WaitForAssertion(() => Assert.NotNull(form.Find("[data-testid=yaml-mode]")));
    }

    /// <summary>A form that is not complete yet can be looked at as text and back.</summary>
    [Fact]
    public void Yaml_OfAnUnfinishedForm_LeadsBackWithItsChange()
    {
        var form = Render<EntityForm>(p => p.Add(f => f.Kind, EntityKinds.Plugins).Add(f => f.Plugin, "ai-proxy-advanced"));
        form.Click("[data-testid=as-yaml]");
        var text = form.WaitForElement("[data-testid=yaml-text]").GetAttribute("value")!;

        form.WaitForElement("[data-testid=yaml-text]").Change(text.Replace("llm/v1/chat", "llm/v1/responses", StringComparison.Ordinal));
        form.Click(".seg button", "Form");

        form.WaitForAssertion(() => Assert.Empty(form.FindAll("[data-testid=yaml-mode]")));
        form.WaitForAssertion(() => Assert.Contains("llm/v1/responses", form.Find("[data-testid=preview]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Yaml_SecretBehindItsMask_StaysWhatItWas()
    {
        var id = await StoreAsync(EntityKinds.Plugins, """{"name":"ai-proxy","config":{"route_type":"llm/v1/chat","auth":{"header_name":"x-api-key","header_value":"fake-inside"},"model":{"provider":"openai"}}}""");
        var form = RenderStored(EntityKinds.Plugins, id);
        form.Click("[data-testid=as-yaml]");
        var text = form.WaitForElement("[data-testid=yaml-text]").GetAttribute("value")!;
        Assert.DoesNotContain("fake-inside", form.Markup, StringComparison.Ordinal);

        form.WaitForElement("[data-testid=yaml-text]").Change(text.Replace("provider: openai", "provider: openai\n    name: gpt-5-mini", StringComparison.Ordinal));
        form.Click("[data-testid=save]");

        form.WaitForAssertion(() => Assert.Equal("gpt-5-mini", Entities.Find(EntityKinds.Plugins, id, Owner)!["config"]!["model"]!["name"]?.ToString()));
        Assert.Equal("fake-inside", Entities.Find(EntityKinds.Plugins, id, Owner)!["config"]!["auth"]!["header_value"]!.ToString());
    }

    [Fact]
    public void Draft_OfAnEarlierVisit_IsOfferedAndRestored()
    {
        JSInterop.Setup<string?>("gatehouse.readDraft", _ => true).SetResult("""{"at":1700000000000,"document":{"name":"half","host":"h.example"}}""");
        var form = RenderNew(EntityKinds.Services);

        form.WaitForAssertion(() => form.Find("[data-testid=restore-draft]"));
        form.Click("[data-testid=restore-draft]");

        form.WaitForAssertion(() => Assert.Equal("half", form.Find("#f-name").GetAttribute("value")));
        form.WaitForAssertion(() => Assert.Contains("unsaved", form.Find("[data-testid=save-state]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Draft_Kept_HoldsNoSecret()
    {
        const string key = "fake-key-that-stays-inside";
        var form = Render<EntityForm>(p => p.Add(f => f.Kind, EntityKinds.Plugins).Add(f => f.Plugin, "ai-proxy"));

        form.Change("#f-config-auth-header_value", key);
        form.Change("#f-config-model-name", "gpt-4o");

        var kept = JSInterop.Invocations["gatehouse.keepDraft"];
        Assert.NotEmpty(kept);
        Assert.All(kept, k => Assert.DoesNotContain(key, (string)k.Arguments[1]!, StringComparison.Ordinal));
        Assert.Contains("gpt-4o", (string)kept[^1].Arguments[1]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Route_CoveredByAnother_SaysWhoWinsAndTheTestAgrees()
    {
        var service = await StoreAsync(EntityKinds.Services, """{"name":"svc","host":"a.example"}""");
        await StoreAsync(EntityKinds.Routes, $$"""{"name":"wide","paths":["/cod"],"service":{"id":"{{service}}"} }""");
        var form = RenderNew(EntityKinds.Routes);

        form.Change("#f-paths", "/codex");
        form.WaitForAssertion(() => Assert.Contains("also matched by wide", form.Find("[data-testid=conflict]").TextContent, StringComparison.Ordinal));
        Try("/codex/responses");
        form.WaitForAssertion(() => Assert.Contains("this one", form.Find("[data-testid=verdict]").TextContent, StringComparison.Ordinal));
        Try("/code");

        form.WaitForAssertion(() => Assert.Contains("wide", form.Find("[data-testid=verdict]").TextContent, StringComparison.Ordinal));
        form.WaitForAssertion(() => Assert.Contains("http://a.example/", form.Find("[data-testid=verdict]").TextContent, StringComparison.Ordinal));

        void Try(string address)
        {
            form.Change("#match-url", address);
            form.Submit("[data-testid=match-test] form");
        }
    }

    private IRenderedComponent<EntityForm> RenderNew(EntityKind kind) => Render<EntityForm>(p => p.Add(f => f.Kind, kind));

    private IRenderedComponent<EntityForm> RenderStored(EntityKind kind, string id) => Render<EntityForm>(p => p.Add(f => f.Kind, kind).Add(f => f.Id, id));
}
