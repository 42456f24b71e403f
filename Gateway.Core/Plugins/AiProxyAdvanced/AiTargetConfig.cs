using System.Text.Json.Nodes;
using Gateway.Core.Plugins.AiProxy;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.AiProxyAdvanced;

/// <summary>One model behind the balancer.</summary>
[Partial("model")]
internal sealed record AiTargetConfig : IModelTarget
{
    public static IReadOnlyList<EntityCheck> Checks => ModelChecks.ForTarget;

    [Field("Which kind of call the target serves, such as llm/v1/chat.")]
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

    [Field("Share of the calls, relative to the other targets.")]
    [Between(1, 65535)]
    public int Weight { get; init; } = 100;

    [Field("What the target is good at, for semantic balancing. CATCHALL marks the target for everything else.")]
    public string? Description { get; init; }

    [Field("Free data; stored and returned.", Inert = true)]
    public JsonObject? Metadata { get; init; }
}
