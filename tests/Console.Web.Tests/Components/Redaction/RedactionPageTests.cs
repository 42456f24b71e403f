using Bunit;
using ConsoleWeb.Components.Pages.Redaction;
using ConsoleWeb.Features.Redaction;
using Gateway.Core.Configuration;
using Gateway.Shared.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.Redaction;

public sealed class RedactionPageTests : ConsoleContext
{
    private RedactionService Service => Host.Services.GetRequiredService<RedactionService>();

    [Fact]
    public void Page_PresetAndRuleSaved_AreInForceAndTheFormIsClean()
    {
        var page = RenderPage();
        Assert.True(page.Find("[data-testid=save-redaction]").HasAttribute("disabled"));

        page.Find("[data-testid=preset-email]").Change(true);
        page.Find("[data-testid=add-rule]").Click();
        page.Find("[data-testid=rule-name]").Change("ticket");
        page.Find("[data-testid=rule-kind]").Change("Pattern");
        page.Find("[data-testid=rule-text]").Input("TICKET-[0-9]+");
        page.Find("[data-testid=redaction-form]").Submit();

        page.WaitForAssertion(() => Assert.Contains("Saved.", page.Find("[data-testid=redaction-status]").TextContent, StringComparison.Ordinal));
        Assert.True(page.Find("[data-testid=save-redaction]").HasAttribute("disabled"));
        var settings = Service.Current.Settings;
        Assert.Contains("email", settings.Presets);
        Assert.Equal(("ticket", "TICKET-[0-9]+", null), (settings.Rules[0].Name, settings.Rules[0].Pattern, settings.Rules[0].Path));
        Assert.Equal("ada", Service.Current.ChangedBy);
    }

    [Fact]
    public void Page_FaultyRule_IsNotSavedAndNamed()
    {
        var page = RenderPage();

        page.Find("[data-testid=add-rule]").Click();
        page.Find("[data-testid=rule-name]").Change("a");
        page.Find("[data-testid=rule-kind]").Change("Pattern");
        page.Find("[data-testid=rule-text]").Input("a(?=b)");
        page.Find("[data-testid=redaction-form]").Submit();

        page.WaitForAssertion(() => Assert.StartsWith("Rule 1, pattern: look-around", page.Find("[data-testid=redaction-problem]").TextContent, StringComparison.Ordinal));
        Assert.Empty(Service.Current.Settings.Rules);
    }

    [Fact]
    public void Try_RulesOfTheForm_AreAppliedBeforeTheyAreSavedAndMatchesAreMarked()
    {
        var page = RenderPage();

        page.Find("[data-testid=sample]").Input("""{"a":"<b>ann@example.org</b>","b":"[redacted:mine] is no match"}""");
        Assert.Empty(page.FindAll("mark"));
        page.Find("[data-testid=preset-email]").Change(true);

        var stored = page.Find("[data-testid=stored]");
        Assert.Equal("""{"a":"<b>[redacted:email]</b>","b":"[redacted:mine] is no match"}""", stored.TextContent);
        Assert.Equal(["[redacted:email]"], page.FindAll("mark").Select(m => m.TextContent));
        Assert.NotNull(page.Find("[data-rule=email]"));
        Assert.Null(Service.Current.ChangedAt);
    }

    [Fact]
    public void Try_Example_MakesEveryKindOfPresetFind()
    {
        var page = RenderPage();
        page.Find("[data-testid=preset-email]").Change(true);
        page.Find("[data-testid=preset-card]").Change(true);

        page.Find("[data-testid=example]").Click();

        Assert.Equal(["api-key", "bearer-token", "card", "email", "jwt"], page.FindAll("[data-rule]").Select(t => t.GetAttribute("data-rule")).Order());
    }

    [Fact]
    public void Try_FaultyRule_SaysWhatIsWrongInsteadOfAResult()
    {
        var page = RenderPage();

        page.Find("[data-testid=sample]").Input("x");
        page.Find("[data-testid=add-rule]").Click();

        Assert.StartsWith("Rule 1, name:", page.Find("[data-testid=trial-problem]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[data-testid=stored]"));
    }

    [Fact]
    public async Task Try_RuleOfOnePlugin_ShowsWhatItsCallsLose()
    {
        await StoreAsync(EntityKinds.Services, """{"name":"s","url":"http://localhost:1"}""");
        await StoreAsync(EntityKinds.Routes, """{"name":"codex","paths":["/x"],"service":{"name":"s"}}""");
        await StoreAsync(EntityKinds.Plugins, """
            {"name":"ai-proxy","route":{"name":"codex"},"config":{"route_type":"llm/v1/chat","logging":{"log_payloads":true},"auth":{"header_name":"a","header_value":"b"},"model":{"provider":"openai","name":"gpt"}}}
            """);
        var page = RenderPage();

        Assert.Contains("Now: ai-proxy on route codex.", page.Markup, StringComparison.Ordinal);
        page.Find("[data-testid=add-rule]").Click();
        page.Find("[data-testid=rule-name]").Change("a");
        page.Find("[data-testid=rule-text]").Input("a");
        var plugin = page.FindAll("[data-testid=rule-plugin] option")[1].GetAttribute("value");
        page.Find("[data-testid=rule-plugin]").Change(plugin);
        page.Find("[data-testid=sample]").Input("""{"a":1}""");
        Assert.Equal("""{"a":1}""", page.Find("[data-testid=stored]").TextContent);
        page.Find("[data-testid=sample-plugin]").Change(plugin);

        Assert.Equal("""{"a":"[redacted:a]"}""", page.Find("[data-testid=stored]").TextContent);
    }

    [Fact]
    public void Page_LockedPreset_CannotBeTurnedOff()
    {
        var page = RenderPage();

        var key = page.Find("[data-testid=preset-api-key]");

        Assert.True(key.HasAttribute("disabled") && key.HasAttribute("checked"));
    }

    private IRenderedComponent<RedactionPage> RenderPage()
    {
        Services.AddSingleton(_ => Host.Services.GetRequiredService<RedactionService>());
        Services.AddSingleton(_ => Host.Services.GetRequiredService<SnapshotHolder>());
        var page = Render<RedactionPage>();
        page.WaitForElement("[data-testid=redaction-form]");
        return page;
    }
}
