using System.Text.Json.Nodes;
using Gateway.E2E.Harness;

namespace Gateway.E2E.Sdks;

/// <summary>The vendors' own Node SDKs through the gateway: streaming and not, with tools, natively and translated.</summary>
public sealed class SdkTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    private const string Pong = "Pong from the mock provider.";
    private const string Umbrella = "Take an umbrella: drizzle in Bergen.";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenAI_Chat_GivesTextAndUsage()
    {
        var result = await OpenAIAsync("chat", "chat");

        Assert.Equal(Pong, result.Text("text"));
        Assert.True(result.Number("usage.total_tokens") > 0);
    }

    [Fact]
    public async Task OpenAI_ChatStreamWithoutUsageAsked_HidesTheUsageChunk()
    {
        var result = await OpenAIAsync("chat", "chat-stream");

        Assert.Equal(Pong, result.Text("text"));
        Assert.Equal("stop", result.Text("finish"));
        Assert.Equal(0, result.Number("usageChunks"));
        // The gateway asked for it all the same, for the record.
        var call = (await gateway.Provider.ReceivedAsync(Cancellation))[^1];
        Assert.Equal("true", call.Text("body.stream_options.include_usage"));
    }

    [Fact]
    public async Task OpenAI_ChatStreamWithUsageAsked_GivesUsage() =>
        Assert.True((await OpenAIAsync("chat", "chat-stream-usage")).Number("usage.total_tokens") > 0);

    [Fact]
    public async Task OpenAI_ChatTools_CallAndResultRoundTrip()
    {
        var result = await OpenAIAsync("chat", "chat-tools");

        Assert.Equal("tool_calls", result.Text("finish"));
        Assert.Equal("get_weather", result.Text("name"));
        Assert.Equal("Bergen", result.Text("arguments.city"));
        Assert.Equal(Umbrella, result.Text("text"));
    }

    [Fact]
    public async Task OpenAI_ChatToolsStream_AssemblesArguments()
    {
        var result = await OpenAIAsync("chat", "chat-tools-stream");

        Assert.Equal("tool_calls", result.Text("finish"));
        Assert.Equal("Bergen", result.Text("arguments.city"));
    }

    [Fact]
    public async Task OpenAI_Responses_GivesText()
    {
        var result = await OpenAIAsync("responses", "responses");

        Assert.Equal(Pong, result.Text("text"));
        Assert.Equal("completed", result.Text("status"));
    }

    [Fact]
    public async Task OpenAI_ResponsesStream_EndsWithCompleted()
    {
        var result = await OpenAIAsync("responses", "responses-stream");

        Assert.Equal(Pong, result.Text("text"));
        Assert.Equal("response.completed", result.Text("last"));
    }

    [Fact]
    public async Task OpenAI_ResponsesTools_CallAndResultRoundTrip()
    {
        var result = await OpenAIAsync("responses", "responses-tools");

        Assert.Equal("Bergen", result.Text("arguments.city"));
        Assert.Equal(Umbrella, result.Text("text"));
    }

    [Theory]
    [InlineData("messages")]
    [InlineData("translated")]
    public async Task Anthropic_Messages_GivesText(string route)
    {
        var result = await AnthropicAsync(route, "messages");

        Assert.Equal(Pong, result.Text("text"));
        Assert.Equal("end_turn", result.Text("stop"));
        Assert.Equal("assistant", result.Text("role"));
        Assert.NotNull(result.At("usage.output_tokens"));
    }

    [Theory]
    [InlineData("messages")]
    [InlineData("translated")]
    public async Task Anthropic_MessagesStream_HasTheWholeGrammar(string route)
    {
        var result = await AnthropicAsync(route, "messages-stream");

        Assert.Equal(Pong, result.Text("text"));
        Assert.Equal("end_turn", result.Text("stop"));
        Assert.Equal("message_start", result.Text("first"));
        Assert.Equal("message_stop", result.Text("last"));
    }

    [Theory]
    [InlineData("messages")]
    [InlineData("translated")]
    public async Task Anthropic_MessagesTools_CallAndResultRoundTrip(string route)
    {
        var result = await AnthropicAsync(route, "messages-tools");

        Assert.Equal("tool_use", result.Text("stop"));
        Assert.Equal("get_weather", result.Text("name"));
        Assert.Equal("Bergen", result.Text("arguments.city"));
        Assert.Equal(Umbrella, result.Text("text"));
    }

    [Theory]
    [InlineData("messages")]
    [InlineData("translated")]
    public async Task Anthropic_MessagesToolsStream_AssemblesInput(string route)
    {
        var result = await AnthropicAsync(route, "messages-tools-stream");

        Assert.Equal("tool_use", result.Text("stop"));
        Assert.Equal("Bergen", result.Text("arguments.city"));
    }

    [Fact]
    public async Task OpenAI_NoMessages_IsRefusedAsItsOwnError()
    {
        var result = await OpenAIAsync("chat", "error");

        Assert.Equal(400, result.Number("status"));
        Assert.Contains("valid prompts", result.Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("messages")]
    [InlineData("translated")]
    public async Task Anthropic_NoMessages_IsRefusedAsItsOwnError(string route)
    {
        var result = await AnthropicAsync(route, "error");

        Assert.Equal(400, result.Number("status"));
        Assert.Equal("invalid_request_error", result.Text("type"));
    }

    [Fact]
    public async Task Anthropic_NativeCall_ReachesTheProviderWithTheGatewaysKey()
    {
        await AnthropicAsync("messages", "messages");

        var call = (await gateway.Provider.ReceivedAsync(Cancellation))[^1];
        Assert.StartsWith("/v1/messages", call.Text("path"), StringComparison.Ordinal);
        Assert.NotNull(call.At("headers.x-api-key"));
        Assert.Null(call.At("headers.authorization"));
        Assert.NotNull(call.At("headers.anthropic-version"));
        Assert.DoesNotContain(TestKeys.Client, call.ToJsonString(), StringComparison.Ordinal);
    }

    private Task<JsonNode> OpenAIAsync(string route, string scenario) => RunAsync("openai-sdk.mjs", route, scenario);

    private Task<JsonNode> AnthropicAsync(string route, string scenario) => RunAsync("anthropic-sdk.mjs", route, scenario);

    private async Task<JsonNode> RunAsync(string script, string route, string scenario)
    {
        var result = await new Command("node", script, $"{gateway.Gatehouse.ProxyUrl}/{route}", scenario)
            .In(RepositoryPaths.Clients)
            .With("CLIENT_KEY", TestKeys.Client)
            .RunAsync(Cancellation);

        return JsonNode.Parse(result.EnsureSuccess().Output)!;
    }
}
