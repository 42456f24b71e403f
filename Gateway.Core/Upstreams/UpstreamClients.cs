using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Upstreams;

/// <summary>
/// The connection pools to upstreams: one per combination of TLS settings, connect timeout and idle time. Redirects are not followed, cookies not
/// kept, bodies not decompressed, no proxy of the environment used.
/// </summary>
internal sealed class UpstreamClients : IDisposable
{
    private const int MaxClients = 256;

    // Shorter than the idle time of common servers, so that a connection is rarely reused just as its peer closes it.
    private static readonly TimeSpan DefaultIdleTime = TimeSpan.FromSeconds(30);

    private static readonly UpstreamTls Verifying = new(verifies: true);
    private static readonly UpstreamTls Trusting = new(verifies: false);

    private readonly ConcurrentDictionary<ClientKey, HttpMessageInvoker> _clients = new();
    private readonly ForwardingOptions _options;

    public UpstreamClients(IOptions<ForwardingOptions> options)
    {
        _options = options.Value;
        Connector = new UpstreamConnector(_options.AllowLinkLocalAddresses);
    }

    public UpstreamConnector Connector { get; }

    /// <summary>Whether certificates are verified where nothing else is said.</summary>
    public bool VerifiesTls => _options.TlsVerify;

    /// <param name="verifyTls">Null: the gateway's default.</param>
    /// <param name="connectTimeout">Time for name resolution, connection and TLS handshake together.</param>
    /// <param name="idleTime">How long a connection without calls is kept. Null: the gateway's default.</param>
    public HttpMessageInvoker Get(bool? verifyTls, TimeSpan connectTimeout, TimeSpan? idleTime = null) =>
        For(verifyTls ?? VerifiesTls ? Verifying : Trusting, connectTimeout, idleTime);

    /// <inheritdoc cref="Get(bool?, TimeSpan, TimeSpan?)"/>
    public HttpMessageInvoker For(UpstreamTls tls, TimeSpan connectTimeout, TimeSpan? idleTime = null)
    {
        var key = new ClientKey(tls, connectTimeout, idleTime ?? DefaultIdleTime);
        if (_clients.TryGetValue(key, out var client))
        {
            return client;
        }

        if (_clients.Count >= MaxClients)
        {
            // Not disposed: calls may still run on them. Their connections close by themselves when idle.
            _clients.Clear();
        }

        return _clients.GetOrAdd(key, static (k, connector) => Create(k, connector), Connector);
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }
    }

    private static HttpMessageInvoker Create(ClientKey key, UpstreamConnector connector)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = key.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = key.IdleTime,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            MaxResponseHeadersLength = 64,
            ActivityHeadersPropagator = null,
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ConnectCallback = (context, cancellationToken) => connector.ConnectAsync(context, key.ConnectTimeout, cancellationToken),
            PlaintextStreamFilter = static (context, _) => new(new FreshConnection(context.PlaintextStream)),
            SslOptions = key.Tls.ToOptions(),
        };

        return new HttpMessageInvoker(new OnceHandler(handler), disposeHandler: true);
    }

    private readonly record struct ClientKey(UpstreamTls Tls, TimeSpan ConnectTimeout, TimeSpan IdleTime);
}
