using Gateway.Core.Plugins.Redis;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.RateLimiting;

/// <summary>Config of the plugin <c>rate-limiting</c>: most requests in each window of time.</summary>
internal sealed record RateLimitingConfig : IPluginConfig
{
    public static IReadOnlyList<EntityCheck> Checks =>
    [
        EntityCheck.AtLeastOneOf(nameof(Second), nameof(Minute), nameof(Hour), nameof(Day), nameof(Month), nameof(Year)),
        EntityCheck.Custom("A longer period may not have a lower limit.", RateLimits.CheckOrder),
        EntityCheck.Conditional("limit_by", ["header"], Then.Required("header_name")),
        EntityCheck.Conditional("limit_by", ["path"], Then.Required("path")),
        EntityCheck.Conditional("policy", ["redis"], Then.Required("redis.host")),
    ];

    public static IReadOnlyDictionary<string, string> Aliases { get; } = new[]
    {
        "host", "port", "timeout", "username", "password", "database", "ssl", "ssl_verify", "server_name",
    }.ToDictionary(name => $"redis_{name}", name => $"redis.{name}");

    [Field("Most requests in a second.")]
    [GreaterThan(0)]
    public double? Second { get; init; }

    [Field("Most requests in a minute.")]
    [GreaterThan(0)]
    public double? Minute { get; init; }

    [Field("Most requests in an hour.")]
    [GreaterThan(0)]
    public double? Hour { get; init; }

    [Field("Most requests in a day.")]
    [GreaterThan(0)]
    public double? Day { get; init; }

    [Field("Most requests in a month.")]
    [GreaterThan(0)]
    public double? Month { get; init; }

    [Field("Most requests in a year.")]
    [GreaterThan(0)]
    public double? Year { get; init; }

    [Field("Who shares a limit. Where a request lacks it, the client's address counts.")]
    [OneOf("consumer", "consumer-group", "credential", "header", "ip", "path", "service")]
    public string LimitBy { get; init; } = "consumer";

    [Field("Header whose value shares a limit.")]
    [Rule<HeaderNameRule>]
    public string? HeaderName { get; init; }

    [Field("Path whose requests share a limit.")]
    [Rule<PathRule>]
    public string? Path { get; init; }

    [Field("Where requests are counted: local in this process, redis for several gateways together, cluster in the gateways' own Redis.")]
    [OneOf("cluster", "local", "redis")]
    public string Policy { get; init; } = "local";

    [Field("Let requests pass while Redis cannot be reached; otherwise they are answered with 500.", Required = true)]
    public bool FaultTolerant { get; init; } = true;

    [Field("The Redis of the policy redis.")]
    public RedisServerConfig Redis { get; init; } = new();

    [Field("Do not tell clients about limits in headers.", Required = true)]
    public bool HideClientHeaders { get; init; }

    [Field("Status of a refusal.")]
    [GreaterThan(0)]
    public double ErrorCode { get; init; } = 429;

    [Field("Text of a refusal.")]
    public string ErrorMessage { get; init; } = "API rate limit exceeded";

    [Field("Seconds between synchronisations with Redis. Every request is synchronised here, as with -1.", Required = true, Inert = true)]
    public double SyncRate { get; init; } = -1;
}
