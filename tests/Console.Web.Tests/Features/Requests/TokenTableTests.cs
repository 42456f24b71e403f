using System.Text.Json.Nodes;
using ConsoleWeb.Features.Requests;
using ConsoleWeb.Tests.Components.Logs;

namespace ConsoleWeb.Tests.Features.Requests;

public sealed class TokenTableTests
{
    private static readonly JsonObject Receipt = Parse("""
        {"source":"table","price_id":"openai/gpt-5-codex","price_date":"2025-09-15","amount":0.022384,"lines":[
        {"bucket":"input","tokens":3120,"rate":1.25,"amount":0.0039},{"bucket":"cache_read","tokens":52992,"rate":0.125,"amount":0.006624},
        {"bucket":"output","tokens":546,"rate":10,"amount":0.00546},{"bucket":"reasoning","tokens":640,"rate":10,"amount":0.0064}]}
        """);

    [Fact]
    public void Of_AReceipt_HasTheCostOfEachKindAndWhatTheCacheSaved()
    {
        var table = TokenTable.Of(Rows.Call(), Receipt);

        Assert.Equal(
            [("Input", 3120, 1.25m, 0.0039m), ("Cache read", 52_992, 0.125m, 0.006624m), ("Cache write", 0, null, null), ("Output", 1186, 10m, 0.01186m), ("of it reasoning", 640, 10m, 0.0064m)],
            table.Lines.Select(l => (l.Name, l.Tokens, l.Rate, l.Amount)));
        Assert.Equal(0.022384m, table.Lines.Where(l => !l.IsPart).Sum(l => l.Amount));
        Assert.Equal(57_298, table.Tokens);
        Assert.Equal(52_992 * 1.125m / 1_000_000, table.Saved);
        Assert.Equal("By the built-in table: openai/gpt-5-codex, as of 2025-09-15.", table.Origin);
    }

    [Fact]
    public void Of_BothKindsOfCacheWrites_ShowsEachWithItsRate()
    {
        var table = TokenTable.Of(Rows.Call() with { CacheReadTokens = 0, CacheWriteTokens = 300, ReasoningTokens = 0 }, Parse("""
            {"source":"admin","price_id":"p1","price_date":"2026-01-01","lines":[{"bucket":"input","tokens":3120,"rate":3,"amount":0.00936},
            {"bucket":"cache_write_5m","tokens":100,"rate":3.75,"amount":0.000375},{"bucket":"cache_write_1h","tokens":200,"rate":6,"amount":0.0012}]}
            """));

        Assert.Equal(
            [("Cache write", 300, null, 0.001575m, 2, false), ("of it for 5 minutes", 100, 3.75m, 0.000375m, 1, true), ("of it for an hour", 200, 6m, 0.0012m, 1, true)],
            table.Lines.Where(l => l.Css == "b-write").Select(l => (l.Name, l.Tokens, l.Rate, l.Amount, l.Rates, l.IsPart)));
        Assert.Equal((300 * 3m / 1_000_000) - 0.001575m, table.Saved);
    }

    [Fact]
    public void Of_NoReceipt_HasTokensOnly()
    {
        var table = TokenTable.Of(Rows.Call() with { Cost = null }, null);

        Assert.False(table.IsPriced);
        Assert.Null(table.Saved);
        Assert.Null(table.Origin);
        Assert.All(table.Lines, l => Assert.Null(l.Amount));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"lines":"none"}""")]
    [InlineData("""{"lines":[1,null,"x"]}""")]
    [InlineData("""{"lines":[{"bucket":7,"tokens":"many","rate":[],"amount":null}]}""")]
    public void Of_ADamagedReceipt_ShowsTheTokens(string text) =>
        Assert.Equal(57_298, TokenTable.Of(Rows.Call(), Parse(text)).Tokens);

    private static JsonObject Parse(string text) => JsonNode.Parse(text)!.AsObject();
}
