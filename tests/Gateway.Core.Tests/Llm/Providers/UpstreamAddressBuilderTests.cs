using Gateway.Core.Llm;
using Gateway.Core.Llm.Providers;

namespace Gateway.Core.Tests.Llm.Providers;

public sealed class UpstreamAddressBuilderTests
{
    [Theory]
    [InlineData("openai", RouteTypes.Chat, "https://api.openai.com:443/v1/chat/completions")]
    [InlineData("openai", RouteTypes.Completions, "https://api.openai.com:443/v1/completions")]
    [InlineData("openai", RouteTypes.Embeddings, "https://api.openai.com:443/v1/embeddings")]
    [InlineData("openai", RouteTypes.Responses, "https://api.openai.com:443/v1/responses")]
    [InlineData("openai", RouteTypes.Files, "https://api.openai.com:443/v1/files")]
    [InlineData("anthropic", RouteTypes.Chat, "https://api.anthropic.com:443/v1/messages")]
    [InlineData("mistral", RouteTypes.Chat, "https://api.mistral.ai:443/v1/chat/completions")]
    [InlineData("deepseek", RouteTypes.Chat, "https://api.deepseek.com:443/v1/chat/completions")]
    [InlineData("xai", RouteTypes.Responses, "https://api.x.ai:443/v1/responses")]
    [InlineData("cerebras", RouteTypes.Chat, "https://api.cerebras.ai:443/v1/chat/completions")]
    [InlineData("dashscope", RouteTypes.Chat, "https://dashscope-intl.aliyuncs.com:443/compatible-mode/v1/chat/completions")]
    public void Build_PublicAddress_IsThatOfTheProvider(string provider, string routeType, string expected) =>
        Assert.Equal(expected, Text(Build(Target(provider, routeType))));

    [Fact]
    public void Build_Azure_HasInstanceDeploymentAndVersion()
    {
        var options = new TargetOptions { AzureInstance = "my-instance", AzureDeploymentId = "gpt 4o" };

        Assert.Equal(
            "https://my-instance.openai.azure.com:443/openai/deployments/gpt%204o/chat/completions?api-version=2023-05-15",
            Text(Build(Target("azure", RouteTypes.Chat) with { Options = options })));
        Assert.Equal(
            "https://my-instance.openai.azure.com:443/openai/v1/responses?api-version=preview",
            Text(Build(Target("azure", RouteTypes.Responses) with { Options = options })));
        Assert.Equal(
            "https://my-instance.openai.azure.com:443/openai/v1/responses?api-version=2025-01-01",
            Text(Build(Target("azure", RouteTypes.Responses) with { Options = options }, query: "?api-version=2025-01-01")));
    }

    [Fact]
    public void Build_Databricks_HasWorkspaceHost() => Assert.Equal(
        "https://dbc-1.cloud.databricks.com:443/serving-endpoints/v1/chat/completions",
        Text(Build(Target("databricks", RouteTypes.Chat) with { Options = new TargetOptions { DatabricksWorkspace = "dbc-1" } })));

    [Theory]
    [InlineData("evil.example/x")]
    [InlineData("a@b")]
    [InlineData("")]
    public void Build_InstanceIsNoHostName_IsRefused(string instance)
    {
        var fault = Assert.IsType<LlmFault>(UpstreamAddressBuilder.Build(
            Target("azure", RouteTypes.Chat), new TargetOptions { AzureInstance = instance, AzureDeploymentId = "d" }, null, Request()).Error);

        Assert.Equal(500, fault.Status);
    }

    [Theory]
    [InlineData("http://127.0.0.1:4010", "http://127.0.0.1:4010/v1/chat/completions")]
    [InlineData("http://127.0.0.1:4010/", "http://127.0.0.1:4010/v1/chat/completions")]
    [InlineData("https://egress.example/openai", "https://egress.example:443/openai/v1/chat/completions")]
    [InlineData("http://127.0.0.1:4010/v1", "http://127.0.0.1:4010/v1/chat/completions")]
    public void Build_BaseUrlSetting_TakesThePlaceOfThePublicAddress(string baseUrl, string expected) =>
        Assert.Equal(expected, Text(Build(Target("openai", RouteTypes.Chat), baseUrl)));

    [Theory]
    [InlineData("vllm", "http://gpu.local:8000/v1/chat/completions", "http://gpu.local:8000/v1/chat/completions")]
    [InlineData("vllm", "http://gpu.local", "http://gpu.local:80/v1/chat/completions")]
    [InlineData("ollama", "http://localhost:11434/api/chat", "http://localhost:11434/v1/chat/completions")]
    [InlineData("openai", "https://x.example:8443/own/path", "https://x.example:8443/own/path")]
    public void Build_UpstreamUrl_WinsOverEverything(string provider, string url, string expected) => Assert.Equal(
        expected,
        Text(Build(Target(provider, RouteTypes.Chat) with { Options = new TargetOptions { UpstreamUrl = url, UpstreamPath = "/ignored" } }, "http://setting.example")));

    [Fact]
    public void Build_UpstreamPath_ReplacesThePath() => Assert.Equal(
        "https://api.openai.com:443/other/path",
        Text(Build(Target("openai", RouteTypes.Chat) with { Options = new TargetOptions { UpstreamPath = "other/path" } })));

    [Fact]
    public void Build_Preserve_KeepsTheClientsPath()
    {
        var target = Target("openai", RouteTypes.Preserve);

        Assert.Equal("https://api.openai.com:443/ai/anything", Text(Build(target, clientPath: "/ai/anything")));
        Assert.Equal("https://x.example:443/ai/anything", Text(Build(target with { Options = new TargetOptions { UpstreamUrl = "https://x.example/p" } }, clientPath: "/ai/anything")));
        Assert.Equal("https://x.example:443/q", Text(Build(target with { Options = new TargetOptions { UpstreamUrl = "https://x.example/p", UpstreamPath = "/q" } })));
    }

    [Fact]
    public void Build_Query_IsKeptNativelyAndDroppedAcrossFormats()
    {
        Assert.EndsWith("?beta=true", Text(Build(Target("openai", RouteTypes.Chat), query: "?beta=true")), StringComparison.Ordinal);
        var address = UpstreamAddressBuilder.Build(
            Target("openai", RouteTypes.Chat), TargetOptions.None, null, new AddressRequest(null, "", "/", "?beta=true", KeepsQuery: false));
        Assert.Equal("", address.Value!.Query);
    }

    [Theory]
    [InlineData("", false, "?key=ours")]
    [InlineData("?key=theirs&a=1", false, "?a=1&key=ours")]
    [InlineData("?key=theirs&a=1", true, "?key=theirs&a=1")]
    [InlineData("?a=1", true, "?a=1&key=ours")]
    public void Build_QueryCredential_FollowsTheOverrideRule(string query, bool allowOverride, string expected)
    {
        var auth = new TargetAuth { ParamLocation = "query", ParamName = "key", ParamValue = "ours", AllowOverride = allowOverride };

        Assert.Equal(expected, Build(Target("openai", RouteTypes.Chat) with { Auth = auth }, query: query).Query);
    }

    [Theory]
    [InlineData("/", null, "", "")]
    [InlineData("/responses", null, "", "")]
    [InlineData("/v1/responses", null, "", "")]
    [InlineData("/responses/resp_1", null, "", "resp_1")]
    [InlineData("/v1/responses/resp_1/cancel", null, "", "resp_1/cancel")]
    [InlineData("/resp_1", null, "", "resp_1")]
    [InlineData("/anything/responses/compact", "/anything", "", "compact")]
    [InlineData("/codex/responses", null, "/codex", "")]
    [InlineData("/responsesx", null, "", "responsesx")]
    public void Remainder_Path_GivesTheSubResource(string path, string? servicePath, string prefix, string expected) =>
        Assert.Equal(expected, UpstreamAddressBuilder.Remainder(path, servicePath, prefix, "responses"));

    [Theory]
    [InlineData("gemini")]
    [InlineData("bedrock")]
    [InlineData("cohere")]
    [InlineData("huggingface")]
    public void Build_ProviderOfALaterVersion_Is501(string provider)
    {
        var fault = Assert.IsType<LlmFault>(UpstreamAddressBuilder.Build(Target(provider, RouteTypes.Chat), TargetOptions.None, null, Request()).Error);

        Assert.Equal(501, fault.Status);
        Assert.Contains(provider, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_RouteTypeThatIsNotOffered_Is501() =>
        Assert.Equal(501, Assert.IsType<LlmFault>(UpstreamAddressBuilder.Build(Target("cerebras", RouteTypes.Responses), TargetOptions.None, null, Request()).Error).Status);

    private static LlmTarget Target(string provider, string routeType) => new() { Provider = ProviderCatalog.Find(provider)!, RouteType = routeType };

    private static AddressRequest Request(string query = "", string clientPath = "/") => new("gpt-4o", "", clientPath, query);

    private static UpstreamAddress Build(LlmTarget target, string? baseUrl = null, string query = "", string clientPath = "/")
    {
        var built = UpstreamAddressBuilder.Build(target, target.Options, baseUrl, Request(query, clientPath));
        Assert.False(built.IsError, built.Error?.Message);
        return built.Value;
    }

    private static string Text(UpstreamAddress address) => $"{address.Scheme}://{address.Host}:{address.Port}{address.Path}{address.Query}";
}
