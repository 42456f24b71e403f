using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.Redis;

/// <summary>Connection to a single Redis server.</summary>
[Partial("redis-ce")]
internal sealed record RedisServerConfig
{
    [Field("Host.", Referenceable = true)]
    public string? Host { get; init; }

    [Field("Port.", Referenceable = true)]
    [Between(0, 65535)]
    public int Port { get; init; } = 6379;

    [Field("Time to connect, send and receive, in milliseconds.")]
    [Between(0, 2147483646)]
    public int Timeout { get; init; } = 2000;

    [Field("User name. Empty: the default user.", Referenceable = true)]
    public string? Username { get; init; }

    [Field("Password. Empty: no authentication.", Referenceable = true, Secret = true)]
    public string? Password { get; init; }

    [Field("Number of the database.")]
    public int Database { get; init; }

    [Field("Use TLS.")]
    public bool Ssl { get; init; }

    [Field("Verify the server's certificate.")]
    public bool SslVerify { get; init; } = true;

    [Field("Server name for TLS.", Referenceable = true)]
    public string? ServerName { get; init; }

    [Field("Sign in with an identity of a cloud.")]
    public RedisCloudAuthenticationConfig? CloudAuthentication { get; init; }
}
