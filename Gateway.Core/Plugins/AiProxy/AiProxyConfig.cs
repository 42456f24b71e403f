using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.AiProxy;

/// <summary>Config of the plugin <c>ai-proxy</c>: one provider, one model.</summary>
internal sealed record AiProxyConfig : IPluginConfig, IModelTarget
{
    public static IReadOnlyList<EntityCheck> Checks =>
        [.. ModelChecks.ForTarget, EntityCheck.Custom("Bedrock and Gemini formats go with their own provider and chat only.", CheckFormat)];

    [Field("Which kind of call the route serves, such as llm/v1/chat.")]
    [OneOf(
        "audio/v1/audio/speech",
        "audio/v1/audio/transcriptions",
        "audio/v1/audio/translations",
        "image/v1/images/edits",
        "image/v1/images/generations",
        "llm/v1/assistants",
        "llm/v1/batches",
        "llm/v1/chat",
        "llm/v1/completions",
        "llm/v1/embeddings",
        "llm/v1/files",
        "llm/v1/responses",
        "preserve",
        "realtime/v1/realtime",
        "video/v1/videos/generations")]
    public required string RouteType { get; init; }

    [Field("How the gateway signs in at the provider.")]
    public ModelAuthConfig? Auth { get; init; }

    [Field("The provider and model that answer.")]
    public required ModelConfig Model { get; init; }

    [Field("What the request log keeps about each call.")]
    public ModelLoggingConfig Logging { get; init; } = new();

    [Field("The format in which clients speak to this route.")]
    [OneOf("anthropic", "bedrock", "cohere", "gemini", "huggingface", "openai")]
    public string LlmFormat { get; init; } = "openai";

    [Field("Category of the calls, for labels in logs and metrics.")]
    [OneOf("audio/speech", "audio/transcription", "image/generation", "text/embeddings", "text/generation", "video/generation")]
    public string GenaiCategory { get; init; } = "text/generation";

    /// <summary>Bytes; 0: no limit.</summary>
    [Field("Largest request body that is accepted, in bytes; 0 sets no limit.")]
    [Between(0, 9007199254740991)]
    public long MaxRequestBodySize { get; init; } = 1048576;

    [Field("Whether the response names the model in the header X-Kong-LLM-Model.")]
    public bool ModelNameHeader { get; init; } = true;

    [Field("Whether answers may be streamed: as the client asks, never, or always.")]
    [OneOf("allow", "always", "deny")]
    public string ResponseStreaming { get; init; } = "allow";

    private static void CheckFormat(CheckContext context) => ModelChecks.CheckFormat(context, context.Text("llm_format"), "");
}
