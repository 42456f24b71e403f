namespace Gateway.Core.Llm.Providers;

/// <summary>One place where a model can be called, as configured. Immutable; made once per plugin instance.</summary>
internal sealed record LlmTarget
{
    public required ProviderProfile Provider { get; init; }

    /// <summary>One of <see cref="RouteTypes"/>.</summary>
    public required string RouteType { get; init; }

    /// <summary>Configured model, perhaps with templates; null: the request's own.</summary>
    public string? Model { get; init; }

    /// <summary>Name under which clients ask for this target.</summary>
    public string? ModelAlias { get; init; }

    public TargetAuth Auth { get; init; } = TargetAuth.None;

    public TargetOptions Options { get; init; } = TargetOptions.None;

    public TargetPrices Prices { get; init; } = TargetPrices.None;

    public bool LogStatistics { get; init; }

    public bool LogPayloads { get; init; }

    /// <summary>1 to 65535.</summary>
    public int Weight { get; init; } = 100;

    /// <summary>Whether <see cref="Model"/> must be resolved per request.</summary>
    public bool HasModelTemplate => Model is not null && Templates.HasTemplate(Model);

    /// <summary>Text by which balancers know the target across reloads.</summary>
    public string Identity => $"{Provider.Name}|{RouteType}|{Model}|{ModelAlias}|{Options.UpstreamUrl}|{Options.UpstreamPath}|{Options.AzureInstance}|{Options.AzureDeploymentId}";
}

/// <summary>The credential that the gateway holds for a target.</summary>
internal sealed record TargetAuth
{
    public static TargetAuth None { get; } = new();

    public string? HeaderName { get; init; }

    public string? HeaderValue { get; init; }

    public string? ParamName { get; init; }

    public string? ParamValue { get; init; }

    /// <summary><c>query</c> or <c>body</c>.</summary>
    public string? ParamLocation { get; init; }

    /// <summary>Whether a credential that the client sends in the same place goes upstream instead of the configured one.</summary>
    public bool AllowOverride { get; init; }
}

/// <summary>Model options of a target. Strings may hold templates.</summary>
internal sealed record TargetOptions
{
    public static TargetOptions None { get; } = new();

    public long? MaxTokens { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public long? TopK { get; init; }

    public string? UpstreamUrl { get; init; }

    public string? UpstreamPath { get; init; }

    public string? AnthropicVersion { get; init; }

    public string? AzureInstance { get; init; }

    public string? AzureDeploymentId { get; init; }

    public string AzureApiVersion { get; init; } = "2023-05-15";

    public string? Llama2Format { get; init; }

    public string? MistralFormat { get; init; }

    public string? DatabricksWorkspace { get; init; }

    /// <summary>Dashscope: the international address instead of the mainland one.</summary>
    public bool IsInternational { get; init; } = true;
}

/// <summary>Configured prices per million tokens, in whatever currency; null where not set.</summary>
internal sealed record TargetPrices
{
    public static TargetPrices None { get; } = new();

    public decimal? Input { get; init; }

    public decimal? Output { get; init; }

    public decimal? CacheRead { get; init; }

    public decimal? CacheWrite { get; init; }

    /// <summary>Prices of cache writes by lifetime: <c>5m</c>, <c>1h</c>.</summary>
    public IReadOnlyList<CacheWritePrice> CacheWriteByTtl { get; init; } = [];

    /// <summary>Factors for long prompts.</summary>
    public IReadOnlyList<ContextFactor> ContextFactors { get; init; } = [];

    public IReadOnlyList<TierFactor> TierFactors { get; init; } = [];

    /// <summary>Whether a cost can be computed.</summary>
    public bool IsPriced => Input is not null && Output is not null;
}

internal sealed record CacheWritePrice(string Ttl, decimal Cost);

/// <summary>Prices are multiplied when the prompt has more than <paramref name="Above"/> tokens.</summary>
internal sealed record ContextFactor(long Above, decimal Input, decimal Output);

/// <summary>The price is multiplied when the provider reports a service tier that contains <paramref name="Tier"/>.</summary>
internal sealed record TierFactor(string Tier, decimal Factor);
