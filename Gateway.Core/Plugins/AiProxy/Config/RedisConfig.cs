using Gateway.Core.Plugins.Redis;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.AiProxy;

/// <summary>Connection to Redis: a single server, Sentinel, or a cluster.</summary>
[Partial("redis-ee")]
internal sealed record RedisConfig
{
    public static IReadOnlyList<EntityCheck> Checks =>
    [
        EntityCheck.AllOrNone(nameof(SentinelMaster), nameof(SentinelRole), nameof(SentinelNodes)),
    ];

    [Field("Host.", Referenceable = true)]
    public string Host { get; init; } = "127.0.0.1";

    [Field("Port.", Referenceable = true)]
    [Between(0, 65535)]
    public int Port { get; init; } = 6379;

    [Field("Time to establish a connection, in milliseconds.")]
    [Between(0, 2147483646)]
    public int ConnectTimeout { get; init; } = 2000;

    [Field("Time to send a command, in milliseconds.")]
    [Between(0, 2147483646)]
    public int SendTimeout { get; init; } = 2000;

    [Field("Time to wait for an answer, in milliseconds.")]
    [Between(0, 2147483646)]
    public int ReadTimeout { get; init; } = 2000;

    [Field("User name. Empty: the default user.", Referenceable = true)]
    public string? Username { get; init; }

    [Field("Password. Empty: no authentication.", Referenceable = true, Secret = true)]
    public string? Password { get; init; }

    [Field("User name at the sentinels.", Referenceable = true)]
    public string? SentinelUsername { get; init; }

    [Field("Password at the sentinels.", Referenceable = true, Secret = true)]
    public string? SentinelPassword { get; init; }

    [Field("Number of the database.")]
    public int Database { get; init; }

    [Field("Connections kept open for each server.")]
    [Between(1, 2147483646)]
    public int KeepalivePoolSize { get; init; } = 256;

    [Field("Operations that may wait for a connection.")]
    [Between(0, 2147483646)]
    public int? KeepaliveBacklog { get; init; }

    [Field("Name of the master that the sentinels watch.")]
    public string? SentinelMaster { get; init; }

    [Field("Role of the server to use.")]
    [OneOf("any", "master", "slave")]
    public string? SentinelRole { get; init; }

    [Field("Addresses of the sentinels.")]
    [Length(1)]
    public IReadOnlyList<RedisSentinelConfig>? SentinelNodes { get; init; }

    [Field("Addresses of the cluster's nodes.")]
    [Length(1)]
    public IReadOnlyList<RedisNodeConfig>? ClusterNodes { get; init; }

    [Field("Use TLS.")]
    public bool Ssl { get; init; }

    [Field("Verify the server's certificate.")]
    public bool SslVerify { get; init; } = true;

    [Field("Server name for TLS.", Referenceable = true)]
    public string? ServerName { get; init; }

    [Field("Redirections that are followed in a cluster.")]
    public int ClusterMaxRedirections { get; init; } = 5;

    [Field("Whether a proxy stands before the server.")]
    public bool ConnectionIsProxied { get; init; }

    [Field("Sign in with an identity of a cloud.")]
    public RedisCloudAuthenticationConfig? CloudAuthentication { get; init; }
}

/// <summary>Address of a sentinel.</summary>
internal sealed record RedisSentinelConfig
{
    [Field("Host.")]
    public string Host { get; init; } = "127.0.0.1";

    [Field("Port.")]
    [Between(0, 65535)]
    public int Port { get; init; } = 6379;
}

/// <summary>Address of a cluster's node.</summary>
internal sealed record RedisNodeConfig
{
    [Field("Host name or IP address.")]
    public string Ip { get; init; } = "127.0.0.1";

    [Field("Port.")]
    [Between(0, 65535)]
    public int Port { get; init; } = 6379;
}
