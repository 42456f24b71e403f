using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.AiProxy;

/// <summary>A model that turns texts into vectors.</summary>
[Partial("embeddings")]
internal sealed record EmbeddingsConfig
{
    public static IReadOnlyList<EntityCheck> Checks =>
    [
        EntityCheck.AllOrNone("auth.header_name", "auth.header_value"),
        EntityCheck.AllOrNone("auth.param_name", "auth.param_value", "auth.param_location"),
    ];

    [Field("How the gateway signs in at the provider.")]
    public ModelAuthConfig? Auth { get; init; }

    [Field("The provider and model that make the vectors.")]
    public required EmbeddingsModelConfig Model { get; init; }
}

/// <summary>A provider and one of its embedding models.</summary>
internal sealed record EmbeddingsModelConfig
{
    [Field("Who serves the model.")]
    [OneOf("azure", "bedrock", "gemini", "huggingface", "mistral", "ollama", "openai")]
    public required string Provider { get; init; }

    [Field("The model.")]
    public required string Name { get; init; }

    [Field("Settings of the model and of the way to it.")]
    public EmbeddingsOptionsConfig? Options { get; init; }
}

/// <summary>Settings of an embedding model.</summary>
internal sealed record EmbeddingsOptionsConfig
{
    [Field("Whole address of the model, instead of the provider's own.")]
    public string? UpstreamUrl { get; init; }

    [Field("Azure OpenAI.")]
    public EmbeddingsAzureConfig Azure { get; init; } = new();

    [Field("Amazon Bedrock.")]
    public BedrockOptionsConfig? Bedrock { get; init; }

    [Field("Gemini on Vertex AI.")]
    public EmbeddingsGeminiConfig? Gemini { get; init; }

    [Field("Hugging Face.")]
    public HuggingfaceOptionsConfig? Huggingface { get; init; }
}

/// <summary>Azure OpenAI.</summary>
internal sealed record EmbeddingsAzureConfig
{
    [Field("Name of the instance.")]
    public string? Instance { get; init; }

    [Field("Version of the API.")]
    public string ApiVersion { get; init; } = "2023-05-15";

    [Field("Deployment in the instance.")]
    public string? DeploymentId { get; init; }
}

/// <summary>Gemini on Vertex AI.</summary>
internal sealed record EmbeddingsGeminiConfig
{
    public static IReadOnlyList<EntityCheck> Checks => [EntityCheck.AllOrNone(nameof(ApiEndpoint), nameof(ProjectId), nameof(LocationId))];

    [Field("Host name of the regional API.")]
    public string? ApiEndpoint { get; init; }

    [Field("Project.")]
    public string? ProjectId { get; init; }

    [Field("Location.")]
    public string? LocationId { get; init; }
}
