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

        page.Change("[data-testid=preset-email]", true);
        page.Click("[data-testid=add-rule]");
        page.Change("[data-testid=rule-name]", "ticket");
        page.Change("[data-testid=rule-kind]", "Pattern");
        page.Input("[data-testid=rule-text]", "TICKET-[0-9]+");
        page.Submit("[data-testid=redaction-form]");

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

        page.Click("[data-testid=add-rule]");
        page.Change("[data-testid=rule-name]", "a");
        page.Change("[data-testid=rule-kind]", "Pattern");
        page.Input("[data-testid=rule-text]", "a(?=b)");
        page.Submit("[data-testid=redaction-form]");

        page.WaitForAssertion(() => Assert.StartsWith("Rule 1, pattern: look-around", page.Find("[data-testid=redaction-problem]").TextContent, StringComparison.Ordinal));
        Assert.Empty(Service.Current.Settings.Rules);
    }

    [Fact]
    public void Try_RulesOfTheForm_AreAppliedBeforeTheyAreSavedAndMatchesAreMarked()
    {
        var page = RenderPage();

        page.Input("[data-testid=sample]", """{"a":"<b>ann@example.org</b>","b":"[redacted:mine] is no match"}""");
        Assert.Empty(page.FindAll("mark"));
        page.Change("[data-testid=preset-email]", true);

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
        page.Change("[data-testid=preset-email]", true);
        page.Change("[data-testid=preset-card]", true);

        page.Click("[data-testid=example]");

        Assert.Equal(["api-key", "bearer-token", "card", "email", "jwt"], page.FindAll("[data-rule]").Select(t => t.GetAttribute("data-rule")).Order());
    }

    [Fact]
    public void Try_FaultyRule_SaysWhatIsWrongInsteadOfAResult()
    {
        var page = RenderPage();

        page.Input("[data-testid=sample]", "x");
        page.Click("[data-testid=add-rule]");

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
        page.Click("[data-testid=add-rule]");
        page.Change("[data-testid=rule-name]", "a");
        page.Input("[data-testid=rule-text]", "a");
        var plugin = page.FindAll("[data-testid=rule-plugin] option")[1].GetAttribute("value");
        page.Change("[data-testid=rule-plugin]", plugin);
        page.Input("[data-testid=sample]", """{"a":1}""");
        Assert.Equal("""{"a":1}""", page.Find("[data-testid=stored]").TextContent);
        page.Change("[data-testid=sample-plugin]", plugin);

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
