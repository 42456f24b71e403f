using Bunit;
using ConsoleWeb.Components.Pages.Prices;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Pricing;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.Prices;

/// <summary>What a cost is made of, as it is shown.</summary>
public sealed class ReceiptDialogTests : BunitContext
{
    private readonly FakeReceipts _receipts = new();

    public ReceiptDialogTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton<ICostReceipts>(_receipts);
        Services.AddSingleton(new ReceiptDesk());
    }

    [Fact]
    public void Cost_Click_ShowsLinesCountsAndWhatIsNotInTheSum()
    {
        _receipts.Answer = new(
            12, 8, 2, 2,
            [
                new("openai", "gpt-5", "table", "openai/gpt-5", "2026-01-31", 8, 0, 0.0175m, [new("input", 4000, 1.25m, 0.005m), new("output", 1250, 10m, 0.0125m)]),
                new("openai", "gpt-4o", "admin", "set", "2026-02-01", 2, 2, 0.002m, [new("cache_read", 1600, 1.25m, 0.002m)]),
            ],
            [new("ollama", "llama3", 2)],
            IsItemized: true);
        var cost = Render<CostReceipt>(p => p.Add(c => c.Amount, 0.0195m).Add(c => c.Filter, RequestFilter.None).Add(c => c.Title, "Fix it").Add(c => c.LogsHref, "/logs?q=x"));
        var host = Render<ReceiptHost>();
        Assert.Empty(host.FindAll("dialog"));

        cost.Click("[data-testid=cost]");

        Assert.Equal(
            ["gpt-5 at openai8 calls · built-in price as of 2026-01-31", "$0.017500", "input", "4,000", "1.25", "$0.005000", "output", "1,250", "10", "$0.012500", "gpt-4o at openai2 calls, 2 estimated · price set here, valid from 2026-02-01", "$0.002000", "cache read", "1,600", "1.25", "$0.002000"],
            host.FindAll("[data-testid=receipt] tbody th, [data-testid=receipt] tbody td").Select(c => c.TextContent));
        Assert.Equal("$0.019500", host.Find("[data-testid=receipt-sum]").TextContent);
        Assert.Equal("12 calls of models · 8 with tokens counted by the provider · 2 estimated by the gateway · 2 without a known price", host.Find("[data-testid=receipt-counts]").TextContent);
        Assert.Equal("/models?provider=ollama&model=llama3", host.Find("[data-testid=receipt-unpriced] a").GetAttribute("href"));
        Assert.Empty(host.FindAll("[data-testid=not-itemized]"));
        host.Click("button[aria-label=Close]");
        Assert.Empty(host.FindAll("dialog"));
    }

    [Fact]
    public void Dialog_SumsByModelOnly_SaysSo()
    {
        _receipts.Answer = new(50_000, 50_000, 0, 0, [new("openai", "gpt-5", null, null, null, 50_000, 0, 12m, [new("input", 9_000_000, null, null)])], [], IsItemized: false);

        var dialog = Render<ReceiptDialog>(p => p.Add(d => d.Filter, RequestFilter.None).Add(d => d.Title, "All"));

        Assert.Contains("added up by model only", dialog.Find("[data-testid=not-itemized]").TextContent, StringComparison.Ordinal);
        Assert.Equal(["input", "9,000,000", "", ""], dialog.FindAll("[data-testid=receipt] tbody tr:last-child td").Select(c => c.TextContent));
    }

    [Fact]
    public void Dialog_ReadFails_OffersAnotherTry()
    {
        var dialog = Render<ReceiptDialog>(p => p.Add(d => d.Filter, RequestFilter.None).Add(d => d.Title, "All"));
        Assert.Contains("narrow the time range", dialog.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        _receipts.Answer = new(0, 0, 0, 0, [], [], IsItemized: true);

        dialog.Click("[role=alert] button");

        Assert.Equal("$0", dialog.Find("[data-testid=receipt-sum]").TextContent);
    }

    private sealed class FakeReceipts : ICostReceipts
    {
        /// <summary>Null: reading takes too long.</summary>
        public SummedReceipt? Answer { get; set; }

        public Task<SummedReceipt> SumAsync(RequestFilter filter, CancellationToken cancellationToken) =>
            Answer is { } answer ? Task.FromResult(answer) : Task.FromException<SummedReceipt>(new TimeoutException("The search took too long; narrow the time range."));
    }
}
