using Bunit;
using ConsoleWeb.Components.Pages.Prices;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Prices;
using Microsoft.Extensions.DependencyInjection;

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

    private IRenderedComponent<PricesPage> RenderPage()
    {
        Services.AddSingleton(_ => Host.Services.GetRequiredService<PriceService>());
        Services.AddSingleton(_ => Host.Services.GetRequiredService<IRequestLogStore>());
        var page = Render<PricesPage>();
        page.WaitForElement("[data-testid=price-table]");
        return page;
    }
}
