using Bunit;
using ConsoleWeb.Components.Pages.Entities;
using Gateway.Shared.Schema;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace ConsoleWeb.Tests.Components.Entities;

public sealed class EntityTableTests : ConsoleContext
{
    [Fact]
    public void List_Empty_TeachesWithOneAction()
    {
        var list = RenderList(EntityKinds.Services);

        Assert.Contains("upstream you send traffic to", list.Find("[data-testid=empty-state]").TextContent, StringComparison.Ordinal);
        Assert.Equal("/services/new", list.FindAll("a.btn").Single().GetAttribute("href"));
    }

    /// <summary>Each empty list says what its kind is for, leads on, and shows an example that can be stored as it stands.</summary>
    [Fact]
    public async Task List_EmptyOfEachKind_TeachesWithAnExampleThatWorks()
    {
        foreach (var kind in EntityTexts.Pages)
        {
            var lesson = EntityLesson.For(kind);
            var empty = RenderList(kind).Find("[data-testid=empty-state]");

            Assert.Contains(kind.Purpose, empty.TextContent, StringComparison.Ordinal);
            Assert.Contains(lesson.When, empty.TextContent, StringComparison.Ordinal);
            Assert.Contains(lesson.Next.Href, empty.QuerySelectorAll("a").Select(a => a.GetAttribute("href")));
            Assert.Equal(lesson.Example is not null, empty.QuerySelector("[data-testid=preview]") is not null);
            if (lesson.Example is { } example)
            {
                await StoreAsync(kind, example.ToJsonString());
            }
        }
    }

    [Fact]
    public async Task List_FilterInTheAddress_ShowsWhatMatches()
    {
        await StoreAsync(EntityKinds.Services, """{"name":"alpha","host":"a.example"}""");
        await StoreAsync(EntityKinds.Services, """{"name":"beta","host":"b.example"}""");
        var navigation = Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("/services?q=b.exam");

        var list = RenderList(EntityKinds.Services);
        Assert.Equal(["beta"], Names(list));

        list.Input("[data-testid=filter]", "nothing");
        list.WaitForAssertion(() => list.Find("[data-testid=no-results]"));
        Assert.Contains("q=nothing", navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_SortedTwice_TurnsAround()
    {
        await StoreAsync(EntityKinds.Services, """{"name":"alpha","host":"z.example"}""");
        await StoreAsync(EntityKinds.Services, """{"name":"beta","host":"a.example"}""");
        var list = RenderList(EntityKinds.Services);
        Assert.Equal(["alpha", "beta"], Names(list));

        Sort(list, "Endpoint");
        list.WaitForAssertion(() => Assert.Equal(["beta", "alpha"], Names(list)));
        Sort(list, "Endpoint");
        list.WaitForAssertion(() => Assert.Equal(["alpha", "beta"], Names(list)));
        Assert.Equal("descending", list.FindAll("th").Single(h => h.TextContent.StartsWith("Endpoint", StringComparison.Ordinal)).GetAttribute("aria-sort"));
    }

    [Fact]
    public async Task Switch_TurnedOff_DisablesTheService()
    {
        var id = await StoreAsync(EntityKinds.Services, """{"name":"alpha","host":"a.example"}""");
        var list = RenderList(EntityKinds.Services);

        list.Change("input[role=switch]", false);

        list.WaitForAssertion(() => Assert.False((bool)Entities.Find(EntityKinds.Services, id, Person)!["enabled"]!));
    }

    [Fact]
    public async Task Delete_ServiceWithRoute_NamesItAndTakesItAlongOnlyWhenAsked()
    {
        var service = await StoreAsync(EntityKinds.Services, """{"name":"svc","host":"a.example"}""");
        var route = await StoreAsync(EntityKinds.Routes, $$"""{"name":"road","paths":["/x"],"service":{"id":"{{service}}"} }""");
        await StoreAsync(EntityKinds.Plugins, $$"""{"name":"key-auth","service":{"id":"{{service}}"} }""");
        await StoreAsync(EntityKinds.Plugins, $$"""{"name":"correlation-id","route":{"id":"{{route}}"} }""");
        var list = RenderList(EntityKinds.Services);

        list.Click("button[aria-label='Delete svc']");
        // What goes in any case, what stands in the way, and what goes only with that.
        Assert.Equal(["plugin key-auth", "route road", "plugin correlation-id"], list.FindAll("[data-testid=delete-dialog] .deps").Select(d => d.TextContent.Trim()));
        Assert.Contains("If that goes, so do:", list.Find("[data-testid=delete-dialog]").TextContent, StringComparison.Ordinal);
        Assert.True(list.Find("[data-testid=confirm-delete]").HasAttribute("disabled"));

        list.Change("[data-testid=also-blocking]", true);
        Assert.True(list.Find("[data-testid=confirm-delete]").HasAttribute("disabled"));
        list.Input("[data-testid=delete-name]", "svc");
        list.Click("[data-testid=confirm-delete]");

        list.WaitForAssertion(() => Assert.Null(Entities.Find(EntityKinds.Services, service, Person)));
        Assert.Null(Entities.Find(EntityKinds.Routes, route, Person));
    }

    [Fact]
    public async Task Delete_Undone_BringsAllOfItBack()
    {
        var service = await StoreAsync(EntityKinds.Services, """{"name":"svc","host":"a.example"}""");
        var route = await StoreAsync(EntityKinds.Routes, $$"""{"name":"road","paths":["/x"],"service":{"id":"{{service}}"} }""");
        var list = RenderList(EntityKinds.Services);
        list.Click("button[aria-label='Delete svc']");
        list.Change("[data-testid=also-blocking]", true);
        list.Input("[data-testid=delete-name]", "svc");
        list.Click("[data-testid=confirm-delete]");

        var provider = Render<MudSnackbarProvider>();
        provider.WaitForAssertion(() => Assert.Single(provider.FindAll("button"), b => b.TextContent.Trim() == "Undo"));
        provider.Click("button", "Undo");

        list.WaitForAssertion(() => Assert.Equal(["svc"], Names(list)));
        Assert.NotNull(Entities.Find(EntityKinds.Routes, route, Person));
    }

    [Fact]
    public async Task Delete_DisableInstead_LeavesItThere()
    {
        var service = await StoreAsync(EntityKinds.Services, """{"name":"svc","host":"a.example"}""");
        var list = RenderList(EntityKinds.Services);
        list.Click("button[aria-label='Delete svc']");

        list.Click("[data-testid=disable-instead]");

        list.WaitForAssertion(() => Assert.Empty(list.FindAll("[data-testid=delete-dialog]")));
        Assert.False((bool)Entities.Find(EntityKinds.Services, service, Person)!["enabled"]!);
    }

    private static IEnumerable<string> Names(IRenderedComponent<EntityTable> list) => list.FindAll("td.main-cell a").Select(a => a.TextContent);

    private static void Sort(IRenderedComponent<EntityTable> list, string title) =>
        list.FindAll("button.sort").Single(b => b.TextContent.StartsWith(title, StringComparison.Ordinal)).Click();

    private IRenderedComponent<EntityTable> RenderList(EntityKind kind) => Render<EntityTable>(p => p.Add(t => t.Kind, kind));
}
