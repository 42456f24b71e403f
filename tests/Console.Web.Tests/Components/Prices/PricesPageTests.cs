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

        page.Click("[data-testid=add-price]");
        page.WaitForElement("[data-testid=price-provider]").Change("ollama");
        page.Change("[data-testid=price-pattern]", "llama3");
        page.Change("[data-testid=rate-input]", "0");
        page.Change("[data-testid=rate-output]", "0.5");
        page.Submit("[data-testid=price-form]");

        page.WaitForAssertion(() => Assert.Contains("set here, v1", page.Find("tr[data-name=llama3]").TextContent, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=price-form]")));
        Assert.Equal(0.5m, Host.Services.GetRequiredService<PriceService>().PriceOf("ollama", "llama3")?.Output);
    }

    [Fact]
    public async Task Page_FactorsOfLongPromptsAndTiers_AreSetAndShownWhenEdited()
    {
        var page = RenderPage();

        page.Click("[data-testid=add-price]");
        page.WaitForElement("[data-testid=price-provider]").Change("ollama");
        page.Change("[data-testid=price-pattern]", "llama3");
        page.Change("[data-testid=rate-input]", "1");
        page.Change("[data-testid=rate-output]", "2");
        page.Change("[data-testid=long-above]", "1000");
        page.Change("[data-testid=long-input]", "2");
        page.Change("[data-testid=tiers]", "flex 0.5, priority=1.75");
        page.Submit("[data-testid=price-form]");

        page.WaitForAssertion(() => Assert.Equal(
            "above 1,000 prompt tokens input × 2, output × 1; flex × 0.5; priority × 1.75", page.Find("tr[data-name=llama3] .factors").GetAttribute("title")));
        // The table may be drawn again at any moment; found and pressed in one go.
        page.Click("tr[data-name=llama3] button");
        Assert.Equal("flex 0.5, priority 1.75", page.WaitForElement("[data-testid=tiers]").GetAttribute("value"));
        page.Change("[data-testid=tiers]", "flex half");
        page.Submit("[data-testid=price-form]");
        page.WaitForAssertion(() => Assert.Contains("flex half", page.Find("[data-testid=price-form] [role=alert]").TextContent, StringComparison.Ordinal));
    }

    /// <summary>One name at two providers is two models.</summary>
    [Fact]
    public async Task Page_RequestsOfAMonth_AreCountedByProviderAndModel()
    {
        var queue = Host.Services.GetRequiredService<RequestLogQueue>();
        foreach (var provider in (string[])["openai", "openai", "azure"])
        {
            var call = SomeRecords.AiProxy(null, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            (call.Llm!.Provider, call.Llm.ResponseModel, call.Llm.IsPriced, call.Llm.Receipt) = (provider, "gpt-4o", false, null);
            queue.Add(call);
        }

        Assert.True(await Poll.UntilAsync(() => queue.Count().Queued == 0));
        var page = RenderPage();

        Assert.Equal("2", page.FindAll("[data-testid=price-table] tr[data-name=gpt-4o]").Single(r => r.Children[0].TextContent == "openai").Children[7].TextContent);
        Assert.Equal(["openai gpt-4o 2", "azure gpt-4o 1"], page.FindAll("[data-testid=unpriced-table] tbody tr").Select(r => string.Join(' ', r.Children.Take(3).Select(c => c.TextContent.Trim()))));
    }

    [Fact]
    public void Page_PriceWithoutProvider_SaysWhatIsMissing()
    {
        var page = RenderPage();

        page.Click("[data-testid=add-price]");
        page.WaitForElement("[data-testid=price-form]").Submit();

        page.WaitForAssertion(() => Assert.Contains("provider", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Page_Filter_LeavesWhatMatches()
    {
        var page = RenderPage();

        page.Input("[data-testid=price-filter]", "haiku-4");

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

        page.Click("[data-testid=add-price]");
        page.WaitForElement("[data-testid=price-provider]").Change("ollama");
        page.Change("[data-testid=price-pattern]", "llama3");
        page.Change("[data-testid=rate-input]", "40000");
        page.Change("[data-testid=rate-output]", "0");
        page.Submit("[data-testid=price-form]");

        var line = page.WaitForElement("[data-testid=reprice-table] tr[data-name=llama3]");
        Assert.Equal(["ollama", "llama3", "1", "1", "$0", "$1.000000", "+$1.000000"], line.Children.Select(c => c.TextContent));
        Assert.Null((await store.FindAsync("stored", TestContext.Current.CancellationToken))!.Row.Cost);
        page.Click("[data-testid=reprice-apply]");
        page.WaitForElement("[data-testid=reprice-done]");
        Assert.Equal(1m, (await store.FindAsync("stored", TestContext.Current.CancellationToken))!.Row.Cost);
    }

    [Fact]
    public void Page_RepriceWithoutCalls_SaysThatNothingWouldChange()
    {
        var page = RenderPage();

        page.Click("[data-testid=reprice]");

        page.WaitForElement("[data-testid=reprice-nothing]");
        Assert.Empty(page.FindAll("[data-testid=reprice-apply]"));
    }

    private IRenderedComponent<PricesPage> RenderPage()
    {
        Services.AddSingleton(_ => Host.Services.GetRequiredService<PriceService>());
        Services.AddSingleton(_ => Host.Services.GetRequiredService<RepriceRuns>());
        Services.AddSingleton(_ => Host.Services.GetRequiredService<IRequestLogStore>());
        var page = Render<PricesPage>();
        page.WaitForElement("[data-testid=price-table]");
        return page;
    }
}
