using Bunit;
using ConsoleWeb.Auth;
using ConsoleWeb.Components.Pages.History;
using ConsoleWeb.Features.History;
using Gateway.Shared.Schema;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.History;

public sealed class HistoryPageTests : ConsoleContext
{
    [Fact]
    public void Page_NoChanges_SaysWhatWillBeHere()
    {
        var page = RenderPage(null, Roles.Editor);

        page.WaitForAssertion(() => Assert.Contains("No changes yet", page.Find("[data-testid=empty-state]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_Changes_AreListedNewestFirstAndFiltered()
    {
        await FillAsync();

        var page = RenderPage(null, Roles.Viewer);
        page.WaitForAssertion(() => Assert.Equal(["3", "2", "1"], page.FindAll("tr[data-version]").Select(r => r.GetAttribute("data-version"))));
        Assert.Contains("owner", page.Find("tr[data-version='1']").TextContent, StringComparison.Ordinal);

        page.Input("[data-testid=filter]", "SECOND");
        page.WaitForAssertion(() => Assert.Equal(["2"], page.FindAll("tr[data-version]").Select(r => r.GetAttribute("data-version"))));
        page.Input("[data-testid=filter]", "nothing like it");
        page.WaitForAssertion(() => page.Find("[data-testid=no-results]"));
    }

    [Fact]
    public async Task Version_OfAnUpdate_ShowsTheFieldBeforeAndAfter()
    {
        await FillAsync();

        var page = RenderPage(3, Roles.Viewer);

        page.WaitForAssertion(() => Assert.Equal(["retries", "5", "2"], page.FindAll("[data-field=retries] td").Select(c => c.TextContent)));
        Assert.Empty(page.FindAll("[data-testid=restore]"));
    }

    [Fact]
    public async Task Page_OfOneEntity_ShowsOnlyItsVersions()
    {
        await FillAsync();
        var first = Entities.Find(EntityKinds.Services, "first", Owner)!["id"]!.ToString();
        await StoreAsync(EntityKinds.Routes, $$"""{"name":"road","paths":["/x"],"service":{"id":"{{first}}"} }""");

        var page = RenderPage(null, Roles.Viewer, $"/history?entity={first}");

        page.WaitForAssertion(() => Assert.Equal(["3", "1"], page.FindAll("tr[data-version]").Select(r => r.GetAttribute("data-version"))));
        Assert.Contains("service first", page.Find("[data-testid=of-entity]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_ThatIsNotKept_SaysSo()
    {
        await FillAsync();

        var page = RenderPage(99, Roles.Viewer);

        page.WaitForAssertion(() => Assert.Contains("99", page.Find("[data-testid=no-version]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restore_Viewer_MayNot()
    {
        await FillAsync();

        var page = RenderPage(1, Roles.Viewer);

        page.WaitForAssertion(() => Assert.True(page.Find("[data-testid=restore]").HasAttribute("disabled")));
    }

    [Fact]
    public async Task Restore_Editor_IsAskedAndThenItIsDone()
    {
        await FillAsync();
        var page = RenderPage(2, Roles.Editor);
        page.WaitForAssertion(() => page.Find("[data-testid=restore]"));

        page.Click("[data-testid=restore]");
        Assert.Contains("Restore version 2?", page.Find("#confirm-title").TextContent, StringComparison.Ordinal);
        Assert.Equal(2, Retries());
        page.Click("[data-testid=confirm]");

        page.WaitForAssertion(() => Assert.Contains("restore version 2", page.Find("tr[data-version='4']").TextContent, StringComparison.Ordinal));
        Assert.Contains("ada", page.Find("tr[data-version='4']").TextContent, StringComparison.Ordinal);
        Assert.Equal(5, Retries());
    }

    private long Retries() => Entities.Find(EntityKinds.Services, "first", Owner)!["retries"]!.GetValue<long>();

    private async Task FillAsync()
    {
        await StoreAsync(EntityKinds.Services, """{"name":"first","host":"up.example"}""");
        await StoreAsync(EntityKinds.Services, """{"name":"second","host":"up.example"}""");
        Assert.False((await Entities.PatchAsync(EntityKinds.Services, "first", new() { ["retries"] = 2 }, Owner, Xunit.TestContext.Current.CancellationToken)).IsError);
    }

    private IRenderedComponent<HistoryPage> RenderPage(long? number, string role, string? address = null)
    {
        Services.AddSingleton(_ => Host.Services.GetRequiredService<HistoryService>());
        AddAuthorization().SetAuthorized("ada").SetRoles(role);
        Services.GetRequiredService<NavigationManager>().NavigateTo(address is not null ? address : number is null ? "/history" : $"/history/{number}");
        return Render<HistoryPage>(p => p.Add(c => c.Number, number));
    }
}
