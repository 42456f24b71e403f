using Bunit;
using ConsoleWeb.Auth;
using ConsoleWeb.Components.Pages.Transfer;
using ConsoleWeb.Features.Transfer;
using Gateway.Shared.Schema;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.Transfer;

public sealed class TransferPageTests : ConsoleContext
{
    private const string File = "_format_version: \"3.0\"\nservices:\n- name: first\n  url: http://up.example\n- name: second\n  url: http://up.example\n";

    [Fact]
    public void Import_NewFile_IsShownAndThenMade()
    {
        var page = RenderPage(Roles.Editor);
        Look(page, File);

        page.WaitForAssertion(() => Assert.Equal("2 to create", page.Find("[data-testid=summary]").TextContent));
        Assert.Equal(["Create service first", "Create service second"], page.FindAll("[data-testid=import-preview] h3").Select(h => Words(h.TextContent)));
        Assert.Empty(page.FindAll("[data-testid=confirm-text]"));
        Assert.Equal(0, Entities.Version);

        page.Click("[data-testid=apply]");
        page.WaitForAssertion(() => Assert.Equal("/history/1", page.Find("[data-testid=applied] a").GetAttribute("href")));
        Assert.NotNull(Entities.Find(EntityKinds.Services, "second", Person));
        Assert.Empty(page.FindAll("[data-testid=import-preview]"));

        page.Click("[data-testid=look]");
        page.WaitForAssertion(() => Assert.Contains("No changes", page.Find("[data-testid=import-preview]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Import_SyncThatDeletes_NeedsTheTypedWord()
    {
        await StoreAsync(EntityKinds.Services, """{"name":"other","host":"up.example"}""");
        var page = RenderPage(Roles.Editor);
        page.Change("[data-testid=mode-sync]", true);
        Look(page, File);

        page.WaitForAssertion(() => Assert.Equal("2 to create · 1 to delete", page.Find("[data-testid=summary]").TextContent));
        var changes = page.FindAll("[data-testid=import-preview] h3").Select(h => Words(h.TextContent));
        Assert.Equal(["Delete service other"], changes.Where(c => c.StartsWith("Delete", StringComparison.Ordinal)));
        Assert.True(page.Find("[data-testid=apply]").HasAttribute("disabled"));
        page.Input("[data-testid=confirm-text]", "delete 2");
        Assert.True(page.Find("[data-testid=apply]").HasAttribute("disabled"));
        page.Input("[data-testid=confirm-text]", "delete 1");
        page.Click("[data-testid=apply]");

        page.WaitForAssertion(() => page.Find("[data-testid=applied]"));
        Assert.Null(Entities.Find(EntityKinds.Services, "other", Person));
    }

    [Fact]
    public void Import_FaultyFile_LeadsToTheLine()
    {
        var page = RenderPage(Roles.Editor);
        Look(page, "_format_version: \"3.0\"\nservices:\n- name: first\n  hots: up.example\n");

        page.WaitForAssertion(() => Assert.Contains("did you mean 'host'?", page.Find("[data-testid=problems]").TextContent, StringComparison.Ordinal));
        var place = page.Find("[data-testid=problems] button");
        Assert.Equal("line 4, column 3", place.TextContent);
        place.Click();
        Assert.Equal<object?>(["state-text", 4, 3], JSInterop.VerifyInvoke("gatehouse.selectLine").Arguments);
    }

    [Fact]
    public void Import_VariableThatIsNotSet_IsNamedAndCanBeTyped()
    {
        var page = RenderPage(Roles.Editor);
        var text = File.Replace("name: first", "name: ${{ env \"DECK_FIRST_NAME\" }}", StringComparison.Ordinal);
        Look(page, text);

        Assert.Contains("not set", page.Find("[data-variable=DECK_FIRST_NAME]").TextContent, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Contains("'DECK_FIRST_NAME' present in state file but not set", page.Find("[data-testid=problems]").TextContent, StringComparison.Ordinal));

        page.Change("[data-variable=DECK_FIRST_NAME] input", "typed-name");
        page.Click("[data-testid=look]");
        page.WaitForAssertion(() => Assert.Equal("2 to create", page.Find("[data-testid=summary]").TextContent));
        Assert.DoesNotContain("typed-name", page.Find("[data-testid=import-preview]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_ChangedMeanwhile_MustBeLookedAtAgain()
    {
        var page = RenderPage(Roles.Editor);
        Look(page, File);
        page.WaitForAssertion(() => page.Find("[data-testid=apply]"));

        await StoreAsync(EntityKinds.Services, """{"name":"first","host":"elsewhere.example"}""");

        page.WaitForAssertion(() => Assert.Contains("changed meanwhile", page.Find("[data-testid=import-preview]").TextContent, StringComparison.Ordinal));
        Assert.True(page.Find("[data-testid=apply]").HasAttribute("disabled"));
        page.Click("[data-testid=look]");
        page.WaitForAssertion(() => Assert.Equal("1 to create · 1 to change", page.Find("[data-testid=summary]").TextContent));
    }

    [Fact]
    public void Import_Viewer_MayNot()
    {
        var page = RenderPage(Roles.Viewer);

        Assert.True(page.Find("[data-testid=look]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Export_Configuration_IsShownWithoutSecrets()
    {
        var secret = string.Concat("sk-", "exported-", "123");
        await StoreAsync(EntityKinds.Plugins, $$$"""{"name":"ai-proxy","config":{"route_type":"llm/v1/chat","auth":{"header_name":"Authorization","header_value":"Bearer {{{secret}}}"},"model":{"provider":"openai","name":"gpt-4o"}} }""");
        var page = RenderPage(Roles.Viewer, "/config/export");

        page.WaitForAssertion(() => Assert.Contains("""header_value: 'Bearer ${{ env "DECK_OPENAI_API_KEY" }}'""", page.Find("[data-testid=preview]").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain(secret, page.Markup, StringComparison.Ordinal);
        Assert.Contains("DECK_OPENAI_API_KEY", page.Find("[data-testid=export-variables]").TextContent, StringComparison.Ordinal);
        Assert.Equal("1 entity", page.Find("[data-testid=count]").TextContent);

        page.Click("[data-testid=download-json]");
        page.WaitForAssertion(() => Assert.Equal("gatehouse.json", JSInterop.VerifyInvoke("gatehouseCharts.download").Arguments[0]));
    }

    private static void Look(IRenderedComponent<TransferPage> page, string text)
    {
        page.Change("[data-testid=state-text]", text);
        page.Click("[data-testid=look]");
    }

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private IRenderedComponent<TransferPage> RenderPage(string role, string address = "/config")
    {
        Borrow<ImportService>();
        Borrow<ExportService>();
        AddAuthorization().SetAuthorized("ada").SetRoles(role);
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<TransferPage>();
    }
}
