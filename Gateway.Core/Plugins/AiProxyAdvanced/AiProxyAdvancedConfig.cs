using System.Text.Json.Nodes;
using Gateway.Core.Plugins.AiProxy;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.AiProxyAdvanced;

/// <summary>Config of the plugin <c>ai-proxy-advanced</c>: several targets behind a balancer.</summary>
internal sealed record AiProxyAdvancedConfig : IPluginConfig
{
    private const string Algorithm = "balancer.algorithm";

    public static IReadOnlyList<EntityCheck> Checks =>
    [
        EntityCheck.Conditional(Algorithm, ["semantic"], Then.Required(nameof(Embeddings))),
        EntityCheck.Conditional(Algorithm, ["semantic"], Then.Required(nameof(Vectordb))),
        EntityCheck.Custom("Semantic balancing compares the request with each target's description.", CheckDescriptions),
        EntityCheck.Custom("Bedrock and Gemini formats go with their own provider and chat only.", CheckFormat),
    ];

    [Field("The models that calls are spread over.")]
    [Length(1)]
    public required IReadOnlyList<AiTargetConfig> Targets { get; init; }

    [Field("How a target is chosen and what happens when it fails.")]
    public AiBalancerConfig Balancer { get; init; } = new();

    [Field("The format in which clients speak to this route.")]
    [OneOf("anthropic", "bedrock", "cohere", "gemini", "huggingface", "openai")]
    public string LlmFormat { get; init; } = "openai";

    [Field("Category of the calls, for labels in logs and metrics.")]
    [OneOf(
        "audio/speech",
        "audio/transcription",
        "image/generation",
        "realtime/generation",
        "text/embeddings",
        "text/generation",
        "video/generation")]
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

    [Field("The model that turns texts into vectors, for semantic balancing.")]
    public EmbeddingsConfig? Embeddings { get; init; }

    [Field("The database that finds similar vectors, for semantic balancing.")]
    public VectorDbConfig? Vectordb { get; init; }

    [Field("Who may call, by consumer, group, header, address, model, path or provider.", Inert = true)]
    public AiAclsConfig? Acls { get; init; }

    private static void CheckDescriptions(CheckContext context)
    {
        if (context.Text(Algorithm) != "semantic")
        {
            return;
        }

        var targets = (JsonArray)context.Get("targets")!;
        for (var i = 0; i < targets.Count; i++)
        {
            if (targets[i]!["description"] is null)
            {
                context.Fail($"targets.{i + 1}.description", "required field missing");
            }
        }
    }

    private static void CheckFormat(CheckContext context)
    {
        foreach (var target in (JsonArray)context.Get("targets")!)
        {
            ModelChecks.CheckFormat(context.At(target!.AsObject()), context.Text("llm_format"), "");
        }
    }
}
