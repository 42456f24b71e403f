using Gateway.Core.Llm.Forwarding;
using Gateway.Core.Llm.Providers;
using Gateway.Core.Plugins.AiProxyAdvanced;
using Gateway.Core.Upstreams.LoadBalancing;

namespace Gateway.Core.Plugins.AiProxy;

/// <summary>Compiles the configs of the AI proxies for use.</summary>
internal static class LlmPlanFactory
{
    public static LlmPlan Create(AiProxyConfig config) => new()
    {
        PluginName = "ai-proxy",
        Targets = [TargetOf(config, weight: 100)],
        LlmFormatName = config.LlmFormat,
        MaxRequestBodySize = config.MaxRequestBodySize,
        ModelNameHeader = config.ModelNameHeader,
        Streaming = StreamingOf(config.ResponseStreaming),
    };

    /// <param name="random">Shuffles the wheel of round-robin.</param>
    public static LlmPlan Create(AiProxyAdvancedConfig config, TimeProvider time, Random random)
    {
        var targets = new LlmTarget[config.Targets.Count];
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = TargetOf(config.Targets[i], config.Targets[i].Weight);
        }

        var isSemantic = config.Balancer.Algorithm == "semantic";
        return new()
        {
            PluginName = "ai-proxy-advanced",
            Targets = targets,
            LlmFormatName = config.LlmFormat,
            MaxRequestBodySize = config.MaxRequestBodySize,
            ModelNameHeader = config.ModelNameHeader,
            Streaming = StreamingOf(config.ResponseStreaming),
            Balancer = BalancerOf(config.Balancer, targets, time, random),
            Unsupported = isSemantic ? "balancer algorithm 'semantic' can be configured, but this version cannot run it" : null,
        };
    }

    private static BalancerPlan BalancerOf(AiBalancerConfig config, LlmTarget[] targets, TimeProvider time, Random random)
    {
        var known = new BalancerTarget[targets.Length];
        var breakers = new CircuitBreaker[targets.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            known[i] = new BalancerTarget(targets[i].Identity, targets[i].Weight);
            breakers[i] = new CircuitBreaker(config.MaxFails, TimeSpan.FromMilliseconds(config.FailTimeout), time);
        }

        return new BalancerPlan
        {
            Algorithm = config.Algorithm switch
            {
                "consistent-hashing" => new ConsistentHashBalancer(known, config.Slots),
                "least-connections" => new LeastConnectionsBalancer(known),
                "lowest-latency" => new LowestScoreBalancer(known, config.LatencyStrategy == "e2e" ? ScoreKind.Seconds : ScoreKind.SecondsPerToken, time),
                "lowest-usage" => new LowestScoreBalancer(known, ScoreKind.Usage, time),
                "priority" => new PriorityBalancer(known),
                _ => new RoundRobinBalancer(known, random),
            },
            Breakers = breakers,
            Retries = config.Retries,
            Failover = new FailoverCriteria(config.FailoverCriteria),
            ConnectTimeout = TimeSpan.FromMilliseconds(config.ConnectTimeout),
            ReadTimeout = TimeSpan.FromMilliseconds(config.ReadTimeout),
            WriteTimeout = TimeSpan.FromMilliseconds(config.WriteTimeout),
            HashHeader = config.Algorithm == "consistent-hashing" ? config.HashOnHeader : null,
            UsageKind = config.TokensCountStrategy,
        };
    }

    private static LlmTarget TargetOf(IModelTarget config, int weight)
    {
        var model = config.Model;
        return new LlmTarget
        {
            Provider = ProviderCatalog.Find(model.Provider)
                ?? new ProviderProfile { Name = model.Provider, Paths = new Dictionary<string, string>(), Unsupported = $"there is no provider '{model.Provider}'" },
            RouteType = config.RouteType,
            Model = string.IsNullOrEmpty(model.Name) ? null : model.Name,
            ModelAlias = string.IsNullOrEmpty(model.ModelAlias) ? null : model.ModelAlias,
            Auth = AuthOf(config.Auth),
            Options = OptionsOf(model.Options),
            Prices = PricesOf(model.Options),
            LogStatistics = config.Logging.LogStatistics,
            LogPayloads = config.Logging.LogPayloads,
            Weight = weight,
        };
    }

    private static TargetAuth AuthOf(ModelAuthConfig? auth) => auth is null ? TargetAuth.None : new TargetAuth
    {
        HeaderName = auth.HeaderName,
        HeaderValue = auth.HeaderValue,
        ParamName = auth.ParamName,
        ParamValue = auth.ParamValue,
        ParamLocation = auth.ParamLocation,
        AllowOverride = auth.AllowOverride,
    };

    private static TargetOptions OptionsOf(ModelOptionsConfig? options) => options is null ? TargetOptions.None : new TargetOptions
    {
        MaxTokens = options.MaxTokens,
        Temperature = options.Temperature,
        TopP = options.TopP,
        TopK = options.TopK,
        UpstreamUrl = options.UpstreamUrl,
        UpstreamPath = options.UpstreamPath,
        AnthropicVersion = options.AnthropicVersion,
        AzureInstance = options.AzureInstance,
        AzureDeploymentId = options.AzureDeploymentId,
        AzureApiVersion = options.AzureApiVersion,
        Llama2Format = options.Llama2Format,
        MistralFormat = options.MistralFormat,
        DatabricksWorkspace = options.Databricks?.WorkspaceInstanceId,
        IsInternational = options.Dashscope?.International ?? true,
    };

    private static TargetPrices PricesOf(ModelOptionsConfig? options) => options is null ? TargetPrices.None : new TargetPrices
    {
        Input = Price(options.InputCost),
        Output = Price(options.OutputCost),
        CacheRead = Price(options.CacheReadCost),
        CacheWrite = Price(options.CacheWriteCost),
        CacheWriteByTtl = [.. (options.CacheWriteCostList ?? []).Select(c => new CacheWritePrice(c.Ttl, (decimal)c.Cost))],
        ContextFactors = [.. (options.ContextWindowFactor ?? [])
            .Select(f => new ContextFactor(Tokens(f.Above), (decimal)f.InputFactor, (decimal)f.OutputFactor))],
        TierFactors = [.. (options.ServiceTierFactor ?? []).Select(f => new TierFactor(f.Tier, (decimal)f.Factor))],
    };

    private static decimal? Price(double? price) => price is { } known ? (decimal)known : null;

    /// <summary>A number of tokens, also as <c>200k</c>; what is no number is a threshold that nothing exceeds.</summary>
    private static long Tokens(string above)
    {
        var text = above.Trim();
        var factor = text.EndsWith('k') || text.EndsWith('K') ? 1000 : text.EndsWith('m') || text.EndsWith('M') ? 1_000_000 : 1;
        return long.TryParse(factor == 1 ? text : text[..^1], out var number) ? number * factor : long.MaxValue;
    }

    private static StreamingMode StreamingOf(string value) => value switch
    {
        "deny" => StreamingMode.Deny,
        "always" => StreamingMode.Always,
        _ => StreamingMode.Allow,
    };
}
