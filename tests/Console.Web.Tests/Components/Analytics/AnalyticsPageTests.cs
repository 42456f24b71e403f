using Bunit;
using ConsoleWeb.Components.Pages.Analytics;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Prices;
using ConsoleWeb.Tests.Components.Logs;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Gateway.Testing.Logging;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.Analytics;

public sealed class AnalyticsPageTests : ConsoleContext
{
    [Fact]
    public void Page_EmptyLog_SaysWhatWouldBeHere()
    {
        var page = RenderPage("/analytics");

        page.WaitForElement("[data-testid=empty-state]");
        Assert.Empty(page.FindAll("[data-testid=chart]"));
    }

    [Fact]
    public async Task Page_Traffic_ShowsFiguresChartsAndLinesThatAddUp()
    {
        await StoreAsync(Call("gpt-4o"), Call("gpt-4o"), Call("house-model", isPriced: false));
        var page = RenderPage("/analytics?tab=cost");

        page.WaitForElement("[data-testid=facts]");
        Assert.Equal("3", page.Find("[data-name=requests] .v").TextContent);
        Assert.Equal("$0.5000", page.Find("[data-testid=cost]").TextContent.Trim());
        Assert.Equal(("+ 1 without price", "/models"), (page.Find("[data-testid=unpriced]").TextContent, page.Find("[data-testid=unpriced]").GetAttribute("href")));
        Assert.Equal(["Cost by model", "Cost so far", "Calls without a price"], page.FindAll("[data-testid=chart]").Select(c => c.GetAttribute("data-name")));
        Assert.Equal("unpriced", page.Find("[data-testid=top] tr[data-name=house-model] td:nth-child(5)").TextContent.Trim());
        Assert.Equal(["gpt-4o", "house-model", "all"], page.FindAll("[data-testid=top] tr[data-name]").Select(r => r.GetAttribute("data-name")));
    }

    [Fact]
    public async Task Page_NameInTheTable_NarrowsTheFilterInTheAddress()
    {
        await StoreAsync(Call("gpt-4o"), Call("other"));
        var page = RenderPage("/analytics?range=7d");

        page.WaitForElement("tr[data-name=gpt-4o] .name-lnk").Click();

        page.WaitForAssertion(() => Assert.EndsWith("/analytics?range=7d&q=model%3Agpt-4o", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_NothingMatches_OffersToClearTheFilter()
    {
        await StoreAsync(Call("gpt-4o"));
        var page = RenderPage("/analytics?q=model%3Anothing");

        page.WaitForElement("[data-testid=no-results] button").Click();

        page.WaitForElement("[data-testid=facts]");
        Assert.EndsWith("/analytics", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_LogCannotBeRead_SaysSoWithARetry()
    {
        Services.AddSingleton<IRequestLogStore>(new FakeRequestLogStore { Failure = new InvalidOperationException("the disk is gone") });
        var page = RenderPage("/analytics", ownStore: true);

        page.WaitForAssertion(() => Assert.Contains("disk is gone", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Contains("Retry", page.Find(".loadfailed").TextContent, StringComparison.Ordinal);
    }

    private async Task StoreAsync(params RequestRecord[] calls)
    {
        var queue = Host.Services.GetRequiredService<RequestLogQueue>();
        foreach (var call in calls)
        {
            queue.Add(call);
        }

        Assert.True(await Poll.UntilAsync(() => queue.Count().Queued == 0));
    }

    private static RequestRecord Call(string model, bool isPriced = true)
    {
        var call = SomeRecords.AiProxy(null, DateTimeOffset.UtcNow.AddMinutes(-90).ToUnixTimeMilliseconds());
        (call.Llm!.ResponseModel, call.Llm.IsPriced, call.Llm.Cost, call.Llm.Receipt) = (model, isPriced, isPriced ? 0.25m : 0, null);
        return call;
    }

    private IRenderedComponent<AnalyticsPage> RenderPage(string address, bool ownStore = false)
    {
        if (!ownStore)
        {
            Borrow<IRequestLogStore>();
        }

        Borrow<ISessionStore>();
        Borrow<CacheSavings>();
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<AnalyticsPage>();
    }
}
