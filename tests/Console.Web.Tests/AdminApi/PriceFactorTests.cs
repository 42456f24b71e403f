using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ConsoleWeb.Tests.Hosting;
using Gateway.Core.Llm.Pricing;
using Gateway.Shared.Usage;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Factors for long prompts and service tiers of prices that administrators set, to the last digit.</summary>
public sealed class PriceFactorTests : IAsyncLifetime
{
    private const string Sonnet =
        """{"provider":"anthropic","pattern":"house-sonnet","input":3,"output":15,"cache_read":0.3,"cache_write_5m":3.75,"long_context":{"above":200000,"input":2,"output":1.5},"tiers":{"batch":0.5,"Priority":1.75}}""";

    private TestHost? _host;

    private TestHost Host => _host!;

    public async ValueTask InitializeAsync() => _host = await TestHost.StartAsync();

    public async ValueTask DisposeAsync() => await Host.DisposeAsync();

    /// <summary>Worked out by hand: tokens × rate × factors / million.</summary>
    [Theory]
    [InlineData(200_000, 0, 1000, null, "0.615")] // 200000×3 + 1000×15, exactly at the threshold
    [InlineData(200_001, 0, 1000, null, "1.222506")] // 200001×6 + 1000×22.5
    [InlineData(200_001, 150_000, 1000, null, "0.412506")] // 50001×6 + 150000×0.6 + 1000×22.5: cached tokens count as prompt
    [InlineData(1000, 0, 1000, "batch", "0.009")] // half of 0.018
    [InlineData(1000, 0, 1000, "priority", "0.0315")] // 1.75 × 0.018, whatever the case
    [InlineData(1000, 0, 1000, "standard", "0.018")]
    [InlineData(1000, 0, 1000, "something new", "0.018")] // what somebody set is meant for all calls
    [InlineData(200_001, 0, 1000, "batch", "0.611253")] // both factors
    public async Task Price_Factors_MakeTheReceipt(long prompt, long cached, long output, string? tier, string amount)
    {
        Assert.Equal(HttpStatusCode.Created, (await Host.PostAsync("/prices", Sonnet)).Status);

        var receipt = Host.Services.GetRequiredService<PriceBook>().Find("anthropic", "house-sonnet", null, DateTimeOffset.UtcNow)!
            .Compute(new TokenUsage { PromptTokens = prompt, CacheReadTokens = cached, CompletionTokens = output }, tier)!;

        Assert.Equal(decimal.Parse(amount, CultureInfo.InvariantCulture), receipt.Amount);
        Assert.Equal(("admin/anthropic/house-sonnet@v1", PriceSource.Admin), (receipt.PriceId, receipt.Source));
        Assert.Equal(receipt.Amount, receipt.Lines.Sum(l => l.Amount));
        Assert.All(receipt.Lines, l => Assert.Equal(l.Tokens * l.Rate / 1_000_000, l.Amount));
    }

    [Fact]
    public async Task Price_Factors_AreListedChangedAndTakenAway()
    {
        var set = await Host.PostAsync("/prices", Sonnet);
        Assert.Equal("""{"above":200000,"input":2,"output":1.5}""", set["long_context"]!.ToJsonString());
        Assert.Equal("""{"batch":0.5,"Priority":1.75}""", set["tiers"]!.ToJsonString());

        var changed = await Host.PatchAsync("/prices/" + set["id"], """{"tiers":{"batch":0.4},"long_context":null}""");

        Assert.Equal(("""{"batch":0.4}""", true, "3"), (changed["tiers"]!.ToJsonString(), changed["long_context"] is null, changed["input"]!.ToString()));
        Assert.Equal("0.4", (await Host.PatchAsync("/prices/" + set["id"], """{"input":4}"""))["tiers"]!["batch"]!.ToString());
    }

    [Theory]
    [InlineData("""{"long_context":{"above":1000}}""", "long_context")]
    [InlineData("""{"long_context":{"above":0,"input":1,"output":1}}""", "above")]
    [InlineData("""{"long_context":{"above":1.5,"input":1,"output":1}}""", "above")]
    [InlineData("""{"long_context":{"above":1,"input":-1,"output":1}}""", "factors")]
    [InlineData("""{"long_context":7}""", "object")]
    [InlineData("""{"tiers":{"flex":"half"}}""", "tiers.flex")]
    [InlineData("""{"tiers":{"flex":101}}""", "factor")]
    [InlineData("""{"tiers":{"no blanks":1}}""", "no blanks")]
    public async Task Price_WrongFactors_AreRefusedByName(string factors, string word)
    {
        var body = JsonNode.Parse(factors)!.AsObject();
        (body["provider"], body["pattern"], body["input"], body["output"]) = ("openai", "x", 1, 1);

        var refused = await Host.PostAsync("/prices", body.ToJsonString());

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains(word, refused["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prices_ExportedAndImported_AreTheSameAndMakeNoNewVersionTwice()
    {
        await Host.PostAsync("/prices", Sonnet);
        await Host.PostAsync("/prices", """{"provider":"ollama","pattern":"*","input":0,"output":0}""");
        var file = new JsonObject { ["data"] = (await Host.GetAsync("/prices?origin=admin"))["data"]!.DeepClone() };
        Assert.Equal(2, file["data"]!.AsArray().Count);

        Assert.Equal("0", (await Host.PutAsync("/prices", file.ToJsonString()))["set"]!.ToString());

        await using var other = await TestHost.StartAsync();
        Assert.Equal("2", (await other.PutAsync("/prices", file.ToJsonString()))["set"]!.ToString());
        var copied = (await other.GetAsync("/prices?origin=admin"))["data"]!.AsArray();
        Assert.Equal(file["data"]!.AsArray().Select(Rates), copied.Select(Rates));

        static string Rates(JsonNode? row)
        {
            var rates = row!.DeepClone().AsObject();
            rates.Remove("id");
            return rates.ToJsonString();
        }
    }

    [Fact]
    public async Task Prices_ImportWithOneWrong_SetsNone()
    {
        var refused = await Host.PutAsync("/prices", """{"data":[{"provider":"ollama","pattern":"a","input":1,"output":1},{"provider":"ollama","pattern":"b","input":1}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("data[1]: output", refused["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Empty((await Host.GetAsync("/prices?origin=admin"))["data"]!.AsArray());
    }
}
