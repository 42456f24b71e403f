using Bunit;
using ConsoleWeb.Components.Pages.Prices;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Prices;
using Gateway.Testing;
using Gateway.Testing.Logging;
using Microsoft.Extensions.DependencyInjection;
using TestContext = Xunit.TestContext;

namespace ConsoleWeb.Tests.Components.Prices;

public sealed class PricesPageTests : ConsoleContext
{
    [Fact]
    public void Page_PriceSetInPlace_IsListedAndCounts()
    {
        var page = RenderPage();

        page.Find("[data-testid=add-price]").Click();
        page.WaitForElement("[data-testid=price-provider]").Change("ollama");
        page.Find("[data-testid=price-pattern]").Change("llama3");
        page.Find("[data-testid=rate-input]").Change("0");
        page.Find("[data-testid=rate-output]").Change("0.5");
        page.Find("[data-testid=price-form]").Submit();

        page.WaitForAssertion(() => Assert.Contains("set here, v1", page.Find("tr[data-name=llama3]").TextContent, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=price-form]")));
        Assert.Equal(0.5m, Host.Services.GetRequiredService<PriceService>().PriceOf("ollama", "llama3")?.Output);
    }

    [Fact]
    public void Page_PriceWithoutProvider_SaysWhatIsMissing()
    {
        var page = RenderPage();

        page.Find("[data-testid=add-price]").Click();
        page.WaitForElement("[data-testid=price-form]").Submit();

        page.WaitForAssertion(() => Assert.Contains("provider", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Page_Filter_LeavesWhatMatches()
    {
        var page = RenderPage();

        page.Find("[data-testid=price-filter]").Input("haiku-4");

        page.WaitForAssertion(() => Assert.Equal(["claude-haiku-4-5"], page.FindAll("[data-testid=price-table] tr[data-name]").Select(r => r.GetAttribute("data-name"))));
    }

    [Fact]
    public async Task Page_PriceSet_OffersToPriceStoredRequestsAndShowsTheDifferenceFirst()
    {
        var call = SomeRecords.AiProxy("stored", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        (call.Llm!.Provider, call.Llm.RequestModel, call.Llm.ResponseModel) = ("ollama", "llama3", "llama3");
        Host.Services.GetRequiredService<RequestLogQueue>().Add(call);
        var store = Host.Services.GetRequiredService<IRequestLogStore>();
        Assert.True(await Poll.UntilAsync(async () => await store.FindAsync("stored", TestContext.Current.CancellationToken) is not null));
        var page = RenderPage();

        page.Find("[data-testid=add-price]").Click();
        page.WaitForElement("[data-testid=price-provider]").Change("ollama");
        page.Find("[data-testid=price-pattern]").Change("llama3");
        page.Find("[data-testid=rate-input]").Change("40000");
        page.Find("[data-testid=rate-output]").Change("0");
        page.Find("[data-testid=price-form]").Submit();

        var line = page.WaitForElement("[data-testid=reprice-table] tr[data-name=llama3]");
        Assert.Equal(["ollama", "llama3", "1", "1", "$0", "$1.000000", "+$1.000000"], line.Children.Select(c => c.TextContent));
        Assert.Null((await store.FindAsync("stored", TestContext.Current.CancellationToken))!.Row.Cost);
        page.Find("[data-testid=reprice-apply]").Click();
        page.WaitForElement("[data-testid=reprice-done]");
        Assert.Equal(1m, (await store.FindAsync("stored", TestContext.Current.CancellationToken))!.Row.Cost);
    }

    [Fact]
    public void Page_RepriceWithoutCalls_SaysThatNothingWouldChange()
    {
        var page = RenderPage();

        page.Find("[data-testid=reprice]").Click();

        page.WaitForElement("[data-testid=reprice-nothing]");
        Assert.Empty(page.FindAll("[data-testid=reprice-apply]"));
    }

    private IRenderedComponent<PricesPage> RenderPage()
    {
        Services.AddSingleton(_ => Host.Services.GetRequiredService<PriceService>());
        Services.AddSingleton(_ => Host.Services.GetRequiredService<IRequestLogStore>());
        var page = Render<PricesPage>();
        page.WaitForElement("[data-testid=price-table]");
        return page;
    }
}
