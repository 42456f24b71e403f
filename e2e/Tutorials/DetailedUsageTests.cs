using System.Text;
using System.Text.Json.Nodes;
using Gateway.E2E.Harness;

namespace Gateway.E2E.Tutorials;

/// <summary>The record of the Claude walkthrough when the provider reports usage in full, as OpenAI does and the mock does not.</summary>
public sealed class DetailedUsageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, "oneshot")]
    [InlineData(true, "stream")]
    public async Task FileLog_ProviderWithDetails_MatchesTheSampleMemberForMember(bool stream, string requestMode)
    {
        await using var provider = await NodeServer.StartAsync("detailed-usage.mjs");
        await using var gatehouse = await GatehouseProcess.StartAsync(
            GatehouseProcess.ProvidersAt(provider.Address.GetLeftPart(UriPartial.Authority)));
        var log = Path.Combine(gatehouse.DataFolder, "claude.json");
        foreach (var step in new[] { "claude-1-entities.sh", "claude-2-ai-proxy.sh", "claude-3-file-log.sh" })
        {
            var lines = (await File.ReadAllTextAsync(RepositoryPaths.Walkthrough(step), Cancellation)).Replace("/tmp/claude.json", log, StringComparison.Ordinal);
            (await gatehouse.ShellAsync(lines, Cancellation, ("DECK_OPENAI_API_KEY", TestKeys.Provider))).EnsureSuccess();
        }

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{gatehouse.ProxyUrl}/anything/v1/messages?beta=true");
        request.Headers.UserAgent.ParseAdd("claude-cli/2.0.37");
        request.Content = new StringContent(
            $$"""{"model":"gpt-5-mini","max_tokens":300,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hello"}]}""",
            Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, Cancellation);
        Assert.Contains("drawer", await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        var record = await LastRecordAsync(log);

        Assert.Equal("POST", record.Text("method"));
        Assert.Equal("claude-cli/2.0.37", record.Text("headers.user-agent"));
        Assert.StartsWith("application/json", record.Text("headers.content-type"), StringComparison.Ordinal);
        Assert.Equal(
            ["llm_latency", "plugin_id", "provider_name", "request_mode", "request_model", "response_model"], record.Members("ai.meta"));
        Assert.Equal(requestMode, record.Text("ai.meta.request_mode"));
        Assert.Equal("gpt-5-mini-2025-08-07", record.Text("ai.meta.response_model"));
        Assert.True(Guid.TryParse(record.Text("ai.meta.plugin_id"), out _));
        Assert.Equal(
            [
                "completion_tokens", "completion_tokens_details", "cost", "prompt_tokens", "prompt_tokens_details", "time_per_token",
                "time_to_first_token", "total_tokens",
            ],
            record.Members("ai.usage"));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"accepted_prediction_tokens":0,"audio_tokens":0,"rejected_prediction_tokens":0,"reasoning_tokens":256}"""),
            record.At("ai.usage.completion_tokens_details")), record.ToJsonString());
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"cached_tokens":0,"audio_tokens":0}"""), record.At("ai.usage.prompt_tokens_details")), record.ToJsonString());
        Assert.Equal((456, 25, 481), (record.Number("ai.usage.completion_tokens"), record.Number("ai.usage.prompt_tokens"), record.Number("ai.usage.total_tokens")));
        Assert.True(JsonNode.DeepEquals(record.At("ai.meta"), record.At("ai.proxy.meta")));
        Assert.True(JsonNode.DeepEquals(record.At("ai.usage"), record.At("ai.proxy.usage")));
        Assert.Null(record.At("ai.proxy.tried_targets"));
    }

    private static async Task<JsonNode> LastRecordAsync(string path)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            if (File.Exists(path) && (await File.ReadAllLinesAsync(path, Cancellation)) is { Length: > 0 } lines)
            {
                return JsonNode.Parse(lines[^1])!;
            }

            await Task.Delay(100, Cancellation);
        }

        throw new InvalidOperationException($"{path} holds no record.");
    }
}
