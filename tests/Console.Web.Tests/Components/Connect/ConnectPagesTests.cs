using Bunit;
using Bunit.TestDoubles;
using ConsoleWeb.Components.Pages.Connect;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Connect;
using ConsoleWeb.Tests.Features.Connect;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Gateway.Shared.Schema;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.Connect;

public sealed class ConnectPagesTests : ConsoleContext
{
    private readonly Overview.FakeRequestLogStore _store = new();

    [Fact]
    public void Connect_Nothing_OffersTheAgents()
    {
        Prepare();

        var page = Render<ConnectPage>();

        Assert.Equal(["/connect/claude-code", "/connect/codex", "/connect/other"], page.FindAll("a.agent").Select(a => a.GetAttribute("href")));
        Assert.Empty(page.FindAll("[data-testid=connections]"));
    }

    [Fact]
    public void Agent_Unknown_LeadsBack()
    {
        Prepare();

        Assert.Contains("There is no such agent", Open("nobody").Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_WithoutKey_SaysSoAtTheField()
    {
        var page = Open("codex");

        page.Click("[data-testid=create]");

        Assert.Contains("Enter the provider’s key", page.Find("[data-testid=error-summary]").TextContent, StringComparison.Ordinal);
        Assert.Contains("invalid", page.Find("#f-key").ClassList);
    }

    [Fact]
    public void Choice_GoesIntoTheAddress()
    {
        var page = Open("codex");

        page.Change("#f-path", "/mine");

        Assert.EndsWith("/connect/codex?path=%2fmine", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        Assert.Contains("/mine", page.Find("[data-testid=preview]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_ThenTraffic_TurnsGreenByItself()
    {
        var page = Open("claude-code");
        page.Change("#f-key", "fake-key");
        page.Click("[data-testid=create]");
        page.WaitForElement("[data-testid=checklist]");
        Assert.DoesNotContain("fake-key", page.Markup, StringComparison.Ordinal);
        Assert.EndsWith(" ANTHROPIC_MODEL=gpt-5-mini claude", page.Find("[data-testid=start-line]").TextContent, StringComparison.Ordinal);
        Assert.Equal("waiting", State(page, "reached"));

        var flow = Host.Services.GetRequiredService<ConnectService>().List()[0];
        _store.Append(SomeFlow.Good(flow) with { StartedAt = DateTimeOffset.UtcNow });

        page.WaitForAssertion(() => Assert.All(page.FindAll("[data-testid^=check-][data-state]"), c => Assert.Equal("ok", c.GetAttribute("data-state"))), TimeSpan.FromSeconds(10));
        page.Find("[data-testid=done]");
        Assert.Equal("/logs/good", page.Find("[data-testid=open-request]").GetAttribute("href"));
    }

    [Fact]
    public void TooLarge_OneClickRaisesTheLimit()
    {
        var page = Open("codex");
        page.Change("#f-key", "fake-key");
        page.Click("[data-testid=create]");
        page.WaitForElement("[data-testid=checklist]");
        var service = Host.Services.GetRequiredService<ConnectService>();
        _store.Append(SomeFlow.Bad(service.List()[0], 413, RequestOutcome.Rejected) with { StartedAt = DateTimeOffset.UtcNow });

        page.WaitForElement("[data-testid=raise-limit]", TimeSpan.FromSeconds(10)).Click();

        page.WaitForAssertion(() => Assert.Equal(16 * 1024 * 1024, service.List()[0].MaxBody));
    }

    [Fact]
    public void Remove_Asks_ThenTakesAllAway()
    {
        var page = Open("codex");
        page.Change("#f-key", "fake-key");
        page.Click("[data-testid=create]");
        page.WaitForElement("[data-testid=remove]").Click();
        Assert.Contains("request-transformer", page.WaitForElement("[data-testid=delete-dialog]").TextContent, StringComparison.Ordinal);
        Assert.True(page.Find("[data-testid=confirm-delete]").HasAttribute("disabled"));

        page.Input("[data-testid=delete-name]", "codex-route");
        page.Click("[data-testid=confirm-delete]");

        page.WaitForAssertion(() => Assert.Empty(Entities.List(EntityKinds.Routes, new(), 10, null, Person).Value!.Data));
        Assert.Empty(Entities.List(EntityKinds.Plugins, new(), 10, null, Person).Value!.Data);
        Assert.EndsWith("/connect", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void RouteOfAConnection_OnItsPage_LeadsToTheChecklistAndRemovesAllOfIt()
    {
        var page = Open("codex");
        page.Change("#f-key", "fake-key");
        page.Click("[data-testid=create]");
        page.WaitForElement("[data-testid=checklist]");
        var flow = Host.Services.GetRequiredService<ConnectService>().List()[0];

        var route = Render<FlowOfRoute>(p => p.Add(c => c.Route, Entities.Find(EntityKinds.Routes, flow.RouteId, Person)!));
        Assert.StartsWith("/connect/codex?flow=", route.Find("[data-testid=test-flow]").GetAttribute("href"), StringComparison.Ordinal);
        route.Click("[data-testid=remove-flow]");

        Assert.Equal(["plugin ai-proxy-advanced", "plugin file-log", "plugin request-transformer", "service codex-service"], route.WaitForElement("[data-testid=delete-dialog]").QuerySelectorAll(".deps li").Select(l => l.TextContent).Order(StringComparer.Ordinal));
    }

    private static string? State(IRenderedComponent<ConnectAgentPage> page, string id) => page.Find($"[data-testid=check-{id}]").GetAttribute("data-state");

    private IRenderedComponent<ConnectAgentPage> Open(string agent)
    {
        Prepare();
        var navigation = Services.GetRequiredService<BunitNavigationManager>();
        navigation.NavigateTo($"/connect/{agent}");
        var page = Render<ConnectAgentPage>(p => p.Add(c => c.AgentId, agent));

        // What the router does: the address decides which step is shown.
        navigation.LocationChanged += (_, change) => page.InvokeAsync(() => page.Render(p => p.Add(c => c.AgentId, agent)));
        return page;
    }

    private void Prepare()
    {
        if (Services.Any(s => s.ServiceType == typeof(TestRequest)))
        {
            return;
        }

        Borrow<ProviderKeyCheck>();
        Borrow<TestRequest>();
        Services.AddSingleton<IRequestLogStore>(_store);
        Services.AddSingleton(_ => Host.Services.GetRequiredService<IRequestFeed>());
    }
}
