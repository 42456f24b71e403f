namespace Gateway.Core.Llm.Providers;

/// <summary>What the gateway knows about a provider: where it lives, which APIs it has and where, how it takes keys.</summary>
internal sealed record ProviderProfile
{
    /// <summary>Name in the configuration: <c>openai</c>, <c>azure</c>…</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Public address, perhaps with one placeholder: <c>{azure_instance}</c>, <c>{workspace_instance_id}</c>. Null: the provider has
    /// no address of its own and <c>upstream_url</c> (or the base URL setting) must name one.
    /// </summary>
    public string? BaseUrl { get; init; }

    /// <summary>Paths by route type; a route type that is missing is not offered.</summary>
    public required IReadOnlyDictionary<string, string> Paths { get; init; }

    /// <summary>Header in which the provider expects its key.</summary>
    public string AuthHeader { get; init; } = "Authorization";

    /// <summary>The format that <c>llm/v1/chat</c> speaks upstream.</summary>
    public LlmFormat ChatFormat { get; init; } = LlmFormat.OpenAIChat;

    /// <summary>Whether the provider's own API is newline-delimited JSON, so that its OpenAI-compatible path is called instead.</summary>
    public bool HasNativeChatPath { get; init; }

    /// <summary>Why calls are not possible in this version; null when they are.</summary>
    public string? Unsupported { get; init; }

    /// <summary>Format of a route type upstream.</summary>
    public LlmFormat FormatOf(string routeType) => routeType == RouteTypes.Chat ? ChatFormat : RouteTypes.FormatOf(routeType);
}
