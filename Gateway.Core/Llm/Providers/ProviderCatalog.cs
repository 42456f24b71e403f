using System.Collections.Frozen;

namespace Gateway.Core.Llm.Providers;

/// <summary>The providers of the configuration schema and what is known about each (base addresses and paths as in Kong Gateway 3.15).</summary>
internal static class ProviderCatalog
{
    private static readonly FrozenDictionary<string, ProviderProfile> Profiles = Create().ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);

    /// <summary>Names of all providers, supported or not.</summary>
    public static IEnumerable<string> Names => Profiles.Keys;

    public static ProviderProfile? Find(string name) => Profiles.GetValueOrDefault(name);

    private static IEnumerable<ProviderProfile> Create()
    {
        yield return new()
        {
            Name = "openai",
            BaseUrl = "https://api.openai.com",
            Paths = new Dictionary<string, string>
            {
                [RouteTypes.Chat] = "/v1/chat/completions",
                [RouteTypes.Completions] = "/v1/completions",
                [RouteTypes.Embeddings] = "/v1/embeddings",
                [RouteTypes.Responses] = "/v1/responses",
                [RouteTypes.Files] = "/v1/files",
                [RouteTypes.Batches] = "/v1/batches",
                [RouteTypes.Assistants] = "/v1/assistants",
                [RouteTypes.Speech] = "/v1/audio/speech",
                [RouteTypes.Transcriptions] = "/v1/audio/transcriptions",
                [RouteTypes.Translations] = "/v1/audio/translations",
                [RouteTypes.ImageGenerations] = "/v1/images/generations",
                [RouteTypes.ImageEdits] = "/v1/images/edits",
            },
        };
        yield return new()
        {
            Name = "azure",
            BaseUrl = "https://{azure_instance}.openai.azure.com",
            AuthHeader = "api-key",
            Paths = new Dictionary<string, string>
            {
                [RouteTypes.Chat] = "/openai/deployments/{azure_deployment_id}/chat/completions",
                [RouteTypes.Completions] = "/openai/deployments/{azure_deployment_id}/completions",
                [RouteTypes.Embeddings] = "/openai/deployments/{azure_deployment_id}/embeddings",
                [RouteTypes.Responses] = "/openai/v1/responses",
                [RouteTypes.Files] = "/openai/files",
                [RouteTypes.Batches] = "/openai/batches",
                [RouteTypes.Assistants] = "/openai/assistants",
                [RouteTypes.Speech] = "/openai/deployments/{azure_deployment_id}/audio/speech",
                [RouteTypes.Transcriptions] = "/openai/deployments/{azure_deployment_id}/audio/transcriptions",
                [RouteTypes.Translations] = "/openai/deployments/{azure_deployment_id}/audio/translations",
                [RouteTypes.ImageGenerations] = "/openai/deployments/{azure_deployment_id}/images/generations",
                [RouteTypes.ImageEdits] = "/openai/deployments/{azure_deployment_id}/images/edits",
            },
        };
        yield return new()
        {
            Name = "anthropic",
            BaseUrl = "https://api.anthropic.com",
            AuthHeader = "x-api-key",
            ChatFormat = LlmFormat.AnthropicMessages,
            Paths = new Dictionary<string, string>
            {
                [RouteTypes.Chat] = "/v1/messages",
                [RouteTypes.Completions] = "/v1/complete",
                [RouteTypes.Batches] = "/v1/messages/batches",
            },
        };
        yield return OpenAIShaped("mistral", "https://api.mistral.ai", ("/v1/chat/completions", "/v1/embeddings", null)) with { HasNativeChatPath = true };
        yield return OpenAIShaped("deepseek", "https://api.deepseek.com", ("/v1/chat/completions", null, null));
        yield return OpenAIShaped("xai", "https://api.x.ai", ("/v1/chat/completions", null, "/v1/responses"));
        yield return OpenAIShaped("cerebras", "https://api.cerebras.ai", ("/v1/chat/completions", null, null));
        yield return OpenAIShaped("dashscope", "{dashscope}", ("/compatible-mode/v1/chat/completions", "/compatible-mode/v1/embeddings", null));
        yield return OpenAIShaped("databricks", "https://{workspace_instance_id}.cloud.databricks.com", ("/serving-endpoints/v1/chat/completions", null, null));
        yield return OpenAIShaped("vllm", null, ("/v1/chat/completions", "/v1/embeddings", "/v1/responses"));
        yield return OpenAIShaped("ollama", null, ("/v1/chat/completions", "/v1/embeddings", null)) with { HasNativeChatPath = true };
        yield return OpenAIShaped("llama2", null, ("/v1/chat/completions", "/v1/embeddings", null)) with { HasNativeChatPath = true };
        foreach (var name in new[] { "gemini", "bedrock", "cohere", "huggingface" })
        {
            yield return new()
            {
                Name = name,
                Paths = new Dictionary<string, string>(),
                Unsupported = $"provider '{name}' can be configured, but this version cannot call it",
            };
        }
    }

    private static ProviderProfile OpenAIShaped(string name, string? baseUrl, (string Chat, string? Embeddings, string? Responses) paths)
    {
        var byType = new Dictionary<string, string>
        {
            [RouteTypes.Chat] = paths.Chat,
            [RouteTypes.Completions] = paths.Chat.Replace("/chat/completions", "/completions", StringComparison.Ordinal),
        };
        if (paths.Embeddings is { } embeddings)
        {
            byType[RouteTypes.Embeddings] = embeddings;
        }

        if (paths.Responses is { } responses)
        {
            byType[RouteTypes.Responses] = responses;
        }

        if (name is not ("vllm" or "ollama" or "llama2"))
        {
            byType.Remove(RouteTypes.Completions);
        }

        return new() { Name = name, BaseUrl = baseUrl, Paths = byType };
    }
}
