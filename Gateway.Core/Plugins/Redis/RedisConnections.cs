using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Core.Plugins.Redis;

/// <summary>One connection for each Redis that plugins name, made when the first of them needs it.</summary>
internal sealed class RedisConnections(IOptions<RedisOptions> options) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<RedisServerConfig, Lazy<Task<ConnectionMultiplexer>>> _byConfig = new();

    /// <summary>The Redis that the gateways of this installation share; null when there is none.</summary>
    public Lazy<Task<ConnectionMultiplexer>>? Own { get; } =
        options.Value.ConnectionString is { Length: > 0 } text ? Connect(ConfigurationOptions.Parse(text)) : null;

    /// <summary>The connection of a config; plugins that differ in the database only share it.</summary>
    public Lazy<Task<ConnectionMultiplexer>> Find(RedisServerConfig config) =>
        _byConfig.GetOrAdd(config with { Database = 0 }, static c => Connect(OptionsOf(c)));

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _byConfig.Values.Append(Own))
        {
            if (connection is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            {
                await (await connection.Value).DisposeAsync();
            }
        }
    }

    [SuppressMessage("Security", "CA5359", Justification = "The configuration says so.")]
    private static ConfigurationOptions OptionsOf(RedisServerConfig config)
    {
        var options = new ConfigurationOptions
        {
            EndPoints = { { config.Host!, config.Port } },
            User = config.Username,
            Password = config.Password,
            Ssl = config.Ssl,
            SslHost = config.ServerName,
            ConnectTimeout = Math.Max(1, config.Timeout),
            AsyncTimeout = Math.Max(1, config.Timeout),
            SyncTimeout = Math.Max(1, config.Timeout),
        };
        if (!config.SslVerify)
        {
            options.CertificateValidation += AcceptAny;
        }

        return options;
    }

    private static bool AcceptAny(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;

    private static Lazy<Task<ConnectionMultiplexer>> Connect(ConfigurationOptions options)
    {
        options.AbortOnConnectFail = false;
        options.ClientName = "gatehouse";

        // Requests do not queue up behind a server that is gone.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        return new Lazy<Task<ConnectionMultiplexer>>(() => ConnectionMultiplexer.ConnectAsync(options));
    }
}
