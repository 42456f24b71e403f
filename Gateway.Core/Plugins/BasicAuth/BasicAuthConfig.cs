using Gateway.Core.Plugins.Authentication;
using Gateway.Core.Plugins.Redis;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.BasicAuth;

/// <summary>Config of the plugin <c>basic-auth</c>.</summary>
internal sealed record BasicAuthConfig : IAuthenticationConfig
{
    [Field("Consumer, by id or user name, that requests without valid credentials go on as. Empty: they are refused.")]
    public string? Anonymous { get; init; }

    [Field("Take the credentials out of the request before it goes upstream.", Required = true)]
    public bool HideCredentials { get; init; } = true;

    [Field("Realm that the header WWW-Authenticate names when a request is refused.", Required = true)]
    [Rule<OneLineRule>]
    public string Realm { get; init; } = "service";

    [Field("Limits on failed attempts.", Inert = true)]
    public BruteForceConfig BruteForceProtection { get; init; } = new();

    [Field("Sign in with Kong Identity.", Inert = true)]
    public PrincipalsConfig? Principals { get; init; }

    /// <summary>This plugin has no exception for OPTIONS.</summary>
    bool IAuthenticationConfig.RunOnPreflight => true;
}

/// <summary>Limits on failed attempts; stored only.</summary>
internal sealed record BruteForceConfig
{
    [Field("Where failed attempts are counted.")]
    [OneOf("cluster", "memory", "off", "redis")]
    public string Strategy { get; init; } = "off";

    [Field("The Redis server of the strategy redis.")]
    public RedisServerConfig Redis { get; init; } = new();
}
