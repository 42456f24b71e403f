using System.Text.Json.Nodes;
using Bunit;
using ConsoleWeb.Components.Pages.Logs;
using ConsoleWeb.Data.Logs;
using Gateway.Shared.Logging;

namespace ConsoleWeb.Tests.Components.Logs;

public sealed class TokensAndCostTests : BunitContext
{
    [Fact]
    public void Table_WithAPrice_HasRateAndCostOfEachKind()
    {
        var table = Table(Rows.Call() with { Cost = 0.0042m, InputTokens = 1000, CacheReadTokens = 8, OutputTokens = 100, ReasoningTokens = 0 }, """
            {"source":"plugin","lines":[{"bucket":"input","tokens":1000,"rate":3,"amount":0.003},{"bucket":"cache_read","tokens":8,"rate":0.02,"amount":0.00000016},
            {"bucket":"output","tokens":60,"rate":10,"amount":0.0006},{"bucket":"reasoning","tokens":40,"rate":15,"amount":0.0006}]}
            """);

        Assert.Equal(["Kind", "Tokens", "Share", "per million", "Cost"], table.FindAll("th").Select(c => c.TextContent));
        Assert.Equal(["Input", "1,000", "90.3\u202f%", "$3.00", "$0.003000"], Cells(table, 0));
        Assert.Equal(["Cache read", "8", "0.7\u202f%", "$0.02", "$0.00000016"], Cells(table, 1));
        Assert.Equal(["Cache write", "0", "0.0\u202f%", "", "–"], Cells(table, 2));
        Assert.Equal(["Output", "100", "9.0\u202f%", "mixed", "$0.001200"], Cells(table, 3));
        Assert.Equal("$0.004200", table.Find("[data-testid=cost]").TextContent);
        Assert.Equal("By the prices in the plugin’s model options.", table.Find("[data-testid=price]").TextContent);
    }

    [Theory]
    [InlineData(RequestOutcome.Ok, null, "unpriced")]
    [InlineData(RequestOutcome.InFlight, null, "–")]
    [InlineData(RequestOutcome.InFlight, 0.0, "–")]
    [InlineData(RequestOutcome.Ok, 0.0, "$0")]
    public void Table_WithoutAReceipt_HasTokensAndNoEmptyColumn(RequestOutcome outcome, double? cost, string shown)
    {
        var table = Table(Rows.Call() with { Outcome = outcome, Cost = (decimal?)cost }, null);

        Assert.Equal(["Kind", "Tokens", "Share", "Cost"], table.FindAll("th").Select(c => c.TextContent));
        Assert.Equal(shown, table.Find("[data-testid=cost]").TextContent);
        Assert.Equal(outcome == RequestOutcome.Ok && cost is null, table.FindAll("[data-testid=no-price]").Count == 1);
    }

    private static List<string> Cells(IRenderedComponent<TokensAndCost> table, int row) => [.. table.FindAll("tbody tr")[row].Children.Select(c => c.TextContent)];

    private IRenderedComponent<TokensAndCost> Table(RequestRow row, string? receipt) =>
        Render<TokensAndCost>(p => p.Add(c => c.Row, row).Add(c => c.Cost, receipt is null ? null : JsonNode.Parse(receipt)!.AsObject()));
}
