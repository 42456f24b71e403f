using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.AiProxy;

/// <summary>Settings of a model. Texts may hold templates such as <c>$(headers.x-deployment)</c>. Prices are in USD for a million tokens.</summary>
internal sealed record ModelOptionsConfig
{
    [Field("Most tokens that the model may answer with.")]
    public int? MaxTokens { get; init; }

    [Field("Price of a million tokens of input, in USD.")]
    [GreaterThan(0)]
    public double? InputCost { get; init; }

    [Field("Price of a million tokens of output, in USD.")]
    [GreaterThan(0)]
    public double? OutputCost { get; init; }

    [Field("Price of a million tokens of input read from the provider's cache, in USD.")]
    public double? CacheReadCost { get; init; }

    [Field("Price of a million tokens written to the provider's cache, in USD.")]
    public double? CacheWriteCost { get; init; }

    [Field("Prices of writing to the cache by lifetime; they go before the single price.")]
    public IReadOnlyList<CacheWriteCostConfig>? CacheWriteCostList { get; init; }

    [Field("Factors on the prices above a number of input tokens.")]
    public IReadOnlyList<ContextWindowFactorConfig>? ContextWindowFactor { get; init; }

    [Field("Factors on the price by service tier; the longest tier that matches counts.")]
    public IReadOnlyList<ServiceTierFactorConfig>? ServiceTierFactor { get; init; }

    [Field("Sampling temperature.")]
    [Between(0, 5)]
    public double? Temperature { get; init; }

    [Field("Probability mass that sampling considers.")]
    [Between(0, 1)]
    public double? TopP { get; init; }

    [Field("Number of candidate tokens that sampling considers.")]
    [Between(0, 500)]
    public int? TopK { get; init; }

    [Field("Number of dimensions of embeddings.")]
    public int? EmbeddingsDimensions { get; init; }

    [Field("Version of the Anthropic API, sent as anthropic-version.")]
    public string? AnthropicVersion { get; init; }

    [Field("Name of the Azure OpenAI instance.")]
    public string? AzureInstance { get; init; }

    [Field("Deployment in the Azure OpenAI instance.")]
    public string? AzureDeploymentId { get; init; }

    [Field("Version of the Azure OpenAI API.")]
    public string AzureApiVersion { get; init; } = "2023-05-15";

    [Field("Format that the llama2 server speaks.")]
    [OneOf("ollama", "openai", "raw")]
    public string? Llama2Format { get; init; }

    [Field("Format that the mistral server speaks.")]
    [OneOf("ollama", "openai")]
    public string? MistralFormat { get; init; }

    [Field("Whole address of the model, instead of the provider's own.")]
    public string? UpstreamUrl { get; init; }

    [Field("Path at the provider, instead of the usual one. The whole address takes precedence.")]
    public string? UpstreamPath { get; init; }

    [Field("Gemini on Vertex AI.")]
    public GeminiOptionsConfig? Gemini { get; init; }

    [Field("Amazon Bedrock.")]
    public BedrockOptionsConfig? Bedrock { get; init; }

    [Field("Hugging Face.")]
    public HuggingfaceOptionsConfig? Huggingface { get; init; }

    [Field("Cohere.")]
    public CohereOptionsConfig? Cohere { get; init; }

    [Field("DashScope.")]
    public DashscopeOptionsConfig? Dashscope { get; init; }

    [Field("Databricks.")]
    public DatabricksOptionsConfig? Databricks { get; init; }
}

/// <summary>Price of writing to the provider's cache for one lifetime.</summary>
internal sealed record CacheWriteCostConfig
{
    [Field("Lifetime, such as 5m or 1h.")]
    public required string Ttl { get; init; }

    [Field("Price of a million tokens, in USD.")]
    public required double Cost { get; init; }
}

/// <summary>Factors on prices for long inputs.</summary>
internal sealed record ContextWindowFactorConfig
{
    [Field("Number of input tokens above which the factors count.")]
    public required string Above { get; init; }

    [Field("Factor on input prices.")]
    public required double InputFactor { get; init; }

    [Field("Factor on output prices.")]
    public required double OutputFactor { get; init; }
}

/// <summary>Factor on the price for a service tier.</summary>
internal sealed record ServiceTierFactorConfig
{
    [Field("Part of the tier's name as the provider reports it, in any case.")]
    [Length(1)]
    public required string Tier { get; init; }

    [Field("Factor on the price of the whole call.")]
    public required double Factor { get; init; }
}

/// <summary>Gemini on Vertex AI.</summary>
internal sealed record GeminiOptionsConfig
{
    public static IReadOnlyList<EntityCheck> Checks => [EntityCheck.AllOrNone(nameof(ApiEndpoint), nameof(ProjectId), nameof(LocationId))];

    [Field("Host name of the regional API.")]
    public string? ApiEndpoint { get; init; }

    [Field("Project.")]
    public string? ProjectId { get; init; }

    [Field("Location.")]
    public string? LocationId { get; init; }

    [Field("Endpoint in Model Garden.")]
    public string? EndpointId { get; init; }
}

/// <summary>Amazon Bedrock.</summary>
internal sealed record BedrockOptionsConfig
{
    [Field("Region; else the environment variables AWS_REGION and AWS_DEFAULT_REGION.")]
    public string? AwsRegion { get; init; }

    [Field("Role to assume after signing in.")]
    public string? AwsAssumeRoleArn { get; init; }

    [Field("Session name of the assumed role.")]
    public string? AwsRoleSessionName { get; init; }

    [Field("Address of the security token service, where it is not the usual one.")]
    public string? AwsStsEndpointUrl { get; init; }

    [Field("Place in S3 for input and results of batches, such as s3://bucket/prefix/.")]
    public string? BatchBucketPrefix { get; init; }

    [Field("Role used for batches. Empty: the one that the request names.")]
    public string? BatchRoleArn { get; init; }

    [Field("Whether embeddings are normalised.")]
    public bool EmbeddingsNormalize { get; init; }

    [Field("Latency setting of the performance configuration for all calls. Empty: as the client asks.")]
    public string? PerformanceConfigLatency { get; init; }

    [Field("Place in S3 for generated videos, such as s3://bucket/prefix.")]
    public string? VideoOutputS3Uri { get; init; }
}

/// <summary>Hugging Face.</summary>
internal sealed record HuggingfaceOptionsConfig
{
    [Field("Use the cache of the inference API.")]
    public bool? UseCache { get; init; }

    [Field("Wait for a model that is being loaded.")]
    public bool? WaitForModel { get; init; }
}

/// <summary>Cohere.</summary>
internal sealed record CohereOptionsConfig
{
    [Field("What embeddings are made for.")]
    [OneOf("classification", "clustering", "image", "search_document", "search_query")]
    public string EmbeddingInputType { get; init; } = "classification";

    [Field("Wait for a model that is being loaded.")]
    public bool? WaitForModel { get; init; }
}

/// <summary>DashScope.</summary>
internal sealed record DashscopeOptionsConfig
{
    [Field("Use the international service instead of the Chinese one.")]
    public bool International { get; init; } = true;
}

/// <summary>Databricks.</summary>
internal sealed record DatabricksOptionsConfig
{
    [Field("Instance of the workspace, such as dbc-a1b2c3d4-e5f6; forms the host name.")]
    public string? WorkspaceInstanceId { get; init; }
}
