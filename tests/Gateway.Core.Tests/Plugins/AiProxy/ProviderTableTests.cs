using System.Net;
using Gateway.Core.Tests.Pipeline;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.AiProxy;

/// <summary>Each provider's address, credential, version and body, as its server sees them.</summary>
public sealed class ProviderTableTests
{
    private const string Theirs = "theirs-and-nobody-elses";
    private const string Ours = "ours";
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
    private const string Usage = ",\"stream_options\":{\"include_usage\":true}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    // Sent: max_tokens 9, top_k 3, temperature 0.5, stream true.
    [InlineData("openai", "gpt-4o", "Authorization", "{}", "/v1/chat/completions", "\"max_tokens\":9,\"temperature\":0.5,\"stream\":true,\"model\":\"gpt-4o\"" + Usage)]
    [InlineData("openai", "gpt-5-mini", "Authorization", "{}", "/v1/chat/completions", "\"stream\":true,\"model\":\"gpt-5-mini\",\"max_completion_tokens\":9" + Usage)]
    [InlineData("azure", "gpt-4o", "api-key", """{"azure_instance":"i","azure_deployment_id":"d","azure_api_version":"2024-10-21"}""", "/openai/deployments/d/chat/completions?api-version=2024-10-21", "\"max_tokens\":9,\"temperature\":0.5,\"stream\":true,\"model\":\"gpt-4o\"" + Usage)]
    [InlineData("azure", "gpt-4o", "api-key", """{"azure_instance":"i","azure_deployment_id":"d","azure_api_version":"2023-05-15"}""", "/openai/deployments/d/chat/completions?api-version=2023-05-15", "\"max_tokens\":9,\"temperature\":0.5,\"stream\":true,\"model\":\"gpt-4o\"")]
    [InlineData("mistral", "mistral-large", "Authorization", """{"mistral_format":"openai"}""", "/v1/chat/completions", "\"max_tokens\":9,\"temperature\":0.5,\"stream\":true,\"model\":\"mistral-large\"")]
    [InlineData("deepseek", "deepseek-chat", "Authorization", "{}", "/v1/chat/completions", "\"max_tokens\":9,\"temperature\":0.5,\"stream\":true,\"model\":\"deepseek-chat\"" + Usage)]
    [InlineData("xai", "grok-4", "Authorization", "{}", "/v1/chat/completions", "\"max_tokens\":9,\"temperature\":0.5,\"stream\":true,\"model\":\"grok-4\"" + Usage)]
    [InlineData("cerebras", "llama-3.3-70b", "Authorization", "{}", "/v1/chat/completions", "\"max_tokens\":9,\"temperature\":0.5,\"stream\":true,\"model\":\"llama-3.3-70b\"" + Usage)]
    [InlineData("dashscope", "qwen-plus", "Authorization", "{}", "/compatible-mode/v1/chat/completions", "\"max_tokens\":9,\"temperature\":0.5,\"stream\":true,\"model\":\"qwen-plus\"" + Usage)]
    [InlineData("databricks", "dbrx", "Authorization", """{"databricks":{"workspace_instance_id":"w"}}""", "/serving-endpoints/v1/chat/completions", "\"max_tokens\":9,\"temperature\":0.5,\"stream\":true,\"model\":\"dbrx\"")]
    [InlineData("vllm", "m", "Authorization", """{"upstream_url":"UPSTREAM/v1/chat/completions"}""", "/v1/chat/completions", "\"max_tokens\":9,\"top_k\":3,\"temperature\":0.5,\"stream\":true,\"model\":\"m\"" + Usage)]
    [InlineData("ollama", "m", "Authorization", """{"upstream_url":"UPSTREAM/api/chat"}""", "/v1/chat/completions", "\"max_tokens\":9,\"top_k\":3,\"temperature\":0.5,\"stream\":true,\"model\":\"m\"" + Usage)]
    [InlineData("llama2", "m", "Authorization", """{"llama2_format":"openai","upstream_url":"UPSTREAM/v1/chat/completions"}""", "/v1/chat/completions", "\"max_tokens\":9,\"top_k\":3,\"temperature\":0.5,\"stream\":true,\"model\":\"m\"" + Usage)]
    public async Task ChatShaped_EachProvider_GetsItsOwn(string provider, string model, string header, string options, string target, string expected)
    {
        var sent = await CallAsync(provider, model, header, options, "/ai/v1/chat/completions", $$"""{{{Messages}},"max_tokens":9,"top_k":3,"temperature":0.5,"stream":true}""");

        Assert.Equal(target, sent.Target);
        Assert.Equal($"{{{Messages},{expected}}}", sent.BodyText);
        Assert.Equal("text/event-stream", sent.Headers["Accept"]);
        Assert.False(sent.Headers.ContainsKey("anthropic-version"));
    }

    [Fact]
    public async Task Anthropic_GetsItsVersionAndItsFormat()
    {
        var sent = await CallAsync("anthropic", "claude-x", "x-api-key", """{"anthropic_version":"2023-06-01"}""", "/ai", $$"""{{{Messages}},"max_tokens":9,"top_k":3,"temperature":0.5}""");

        Assert.Equal("/v1/messages", sent.Target);
        Assert.Equal("2023-06-01", sent.Headers["anthropic-version"]);
        Assert.Equal($$"""{"model":"claude-x","max_tokens":9,{{Messages}},"temperature":0.5,"top_k":3}""", sent.BodyText);
    }

    [Fact]
    public async Task Llama2_RawFormat_IsRefusedInTheClientsWords()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "llama2", "m", "Authorization", """{"llama2_format":"raw","upstream_url":"UPSTREAM/x"}""");

        using var response = await AiProxyPipelineTests.PostAsync(gateway, "/ai", $"{{{Messages}}}");

        Assert.Equal(HttpStatusCode.NotImplemented, response.StatusCode);
        Assert.Contains("\"error\":{\"message\":\"llama2_format 'raw'", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Empty(upstream.Requests);
    }

    /// <summary>Calls with every credential a client may have; none of them may arrive, and ours must.</summary>
    private static async Task<ReceivedRequest> CallAsync(string provider, string model, string header, string options, string path, string body)
    {
        await using var upstream = await FakeUpstream.StartAsync(500, "{}", ("Content-Type", "application/json"));
        await using var gateway = await StartAsync(upstream, provider, model, header, options);

        string[] names = ["Authorization", "x-api-key", "api-key", "apikey", "x-goog-api-key", "Cookie", "Proxy-Authorization", "chatgpt-account-id"];
        using var response = await AiProxyPipelineTests.PostAsync(gateway, path, body, [.. names.Select(name => (name, Theirs))]);
        await response.Content.ReadAsByteArrayAsync(Cancel);

        var sent = Assert.Single(upstream.Requests);
        Assert.Equal(Ours, sent.Headers[header]);
        Assert.DoesNotContain(Theirs, string.Join('\n', sent.Headers.Select(h => $"{h.Key}: {h.Value}")), StringComparison.Ordinal);
        Assert.DoesNotContain(Theirs, sent.Target + sent.BodyText, StringComparison.Ordinal);
        return sent;
    }

    private static Task<GatewayHost> StartAsync(FakeUpstream upstream, string provider, string model, string header, string options)
    {
        var address = upstream.Address.ToString().TrimEnd('/');
        var config = $$"""
            {"route_type":"llm/v1/chat","auth":{"header_name":"{{header}}","header_value":"{{Ours}}"},
             "model":{"provider":"{{provider}}","name":"{{model}}","options":{{options.Replace("UPSTREAM", address, StringComparison.Ordinal)}} } }
            """;
        return GatewayHost.StartAsync(GatewayHost.Config("ai-proxy", config), ($"Gateway:Providers:{provider}:BaseUrl", address));
    }
}
