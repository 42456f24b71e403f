using System.Text.Json.Nodes;
using Gateway.Core.Logging;
using Gateway.Core.Tests.Plugins.AiProxy;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;
using Gateway.Testing;

namespace Gateway.Core.Tests.Llm.Pricing;

/// <summary>The receipt in the record of a proxied call.</summary>
public sealed class PricedCallTests
{
    private const string Body = """{"messages":[{"role":"user","content":"Hi"}]}""";

    private const string Answer = """
        {"id":"c","object":"chat.completion","model":"gpt-4o-2024-08-06","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],
         "usage":{"prompt_tokens":25,"completion_tokens":12,"total_tokens":37},"service_tier":"default"}
        """;

    [Theory]
    [InlineData("gpt-4o", "{}", 0.0, """{"amount":0.0001825,"currency":"USD","price_id":"openai/gpt-4o@2025-12-15","price_date":"2025-12-15","source":"table","lines":[{"bucket":"input","tokens":25,"rate":2.5,"amount":0.0000625},{"bucket":"output","tokens":12,"rate":10,"amount":0.00012}],"is_estimate":false}""")]
    [InlineData("gpt-4o", """{"input_cost":10,"output_cost":10}""", 0.00037, """{"amount":0.00037,"currency":"USD","price_id":null,"source":"plugin","lines":[{"bucket":"input","tokens":25,"rate":10,"amount":0.00025},{"bucket":"output","tokens":12,"rate":10,"amount":0.00012}],"is_estimate":false}""")]
    public async Task Call_WithAndWithoutPricesOfThePlugin_HasItsReceiptAndKongsCost(string model, string options, double kongsCost, string expected)
    {
        await using var upstream = await FakeUpstream.StartAsync(200, Answer, ("Content-Type", "application/json"));
        await using var gateway = await AiProxyPipelineTests.StartAsync(upstream, AiProxyPipelineTests.Config("openai", model, options: options));

        using var response = await AiProxyPipelineTests.PostAsync(gateway, "/ai", Body);
        var record = await gateway.NextRecordAsync();

        record.Llm!.LogStatistics = true;
        var json = Written(record);
        Assert.Equal(expected, json["gatehouse"]!["cost"]!.ToJsonString());
        Assert.Equal(kongsCost, (double)json["ai"]!["proxy"]!["usage"]!["cost"]!);
        Assert.Equal("default", (string?)json["gatehouse"]!["service_tier"]);
    }

    [Fact]
    public async Task Call_StreamThatBreaksOff_IsPricedByAnEstimate()
    {
        await using var upstream = await AiProxyPipelineTests.StreamingAsync("""{"model":"gpt-4o","choices":[{"index":0,"delta":{"content":"12345678"},"finish_reason":null}]}""");
        await using var gateway = await AiProxyPipelineTests.StartAsync(upstream, AiProxyPipelineTests.Config("openai", "gpt-4o"));

        await AiProxyPipelineTests.AssertBrokenOffAsync(gateway, """{"messages":[{"role":"user","content":"Hi"}],"stream":true}""");
        var receipt = (await gateway.NextRecordAsync()).Llm!.Receipt!;

        Assert.True(receipt is { IsEstimate: true, Source: PriceSource.Table, Amount: > 0 });
        Assert.Equal(2, receipt.Lines.Single(l => l.Bucket == "output").Tokens);
    }

    /// <summary>Anthropic counts the prompt first and the output last: of a stream that breaks off the one is known, the other is what has passed.</summary>
    [Fact]
    public async Task Call_MessagesStreamThatBreaksOff_CostsItsPromptAsToldAndTheOutputThatPassed()
    {
        await using var upstream = await AiProxyPipelineTests.StreamingAsync(
            """{"type":"message_start","message":{"id":"m","model":"claude-haiku-4-5","usage":{"input_tokens":10,"cache_read_input_tokens":1000,"output_tokens":1}}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"12345678 0"}}""");
        await using var gateway = await AiProxyPipelineTests.StartAsync(upstream, AiProxyPipelineTests.Config("anthropic", "claude-haiku-4-5", "anthropic", """{"anthropic_version":"2023-06-01"}"""));

        await AiProxyPipelineTests.AssertBrokenOffAsync(gateway, """{"max_tokens":5,"messages":[{"role":"user","content":"Hi"}],"stream":true}""");
        var llm = (await gateway.NextRecordAsync()).Llm!;

        Assert.Equal((1010, 1000, 3, UsageSource.Estimate), (llm.Usage!.PromptTokens, llm.Usage.CacheReadTokens, llm.Usage.CompletionTokens, llm.Usage.Source));
        Assert.Equal((0.000125m, true), (llm.Receipt!.Amount, llm.Receipt.IsEstimate));
    }

    [Fact]
    public async Task Call_UnknownModel_IsUnpricedAndNotFree()
    {
        await using var upstream = await FakeUpstream.StartAsync(200, Answer.Replace("gpt-4o-2024-08-06", "own-model", StringComparison.Ordinal), ("Content-Type", "application/json"));
        await using var gateway = await AiProxyPipelineTests.StartAsync(upstream, AiProxyPipelineTests.Config("openai", "own-model"));

        using var response = await AiProxyPipelineTests.PostAsync(gateway, "/ai", Body);
        var record = await gateway.NextRecordAsync();

        Assert.Equal("""{"amount":null,"price_id":null}""", Written(record)["gatehouse"]!["cost"]!.ToJsonString());
        Assert.Null(record.Llm!.KnownCost);
    }

    private static JsonNode Written(RequestRecord record)
    {
        using var json = new JsonLineWriter();
        RequestRecordWriter.Write(json, record, RecordParts.Gatehouse);
        return JsonNode.Parse(json.WrittenSpan)!;
    }
}
