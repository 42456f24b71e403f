using System.Net;

namespace Gateway.Core;

/// <summary>Settings of the proxy listener, section <c>Gateway:Proxy</c>.</summary>
public sealed class ProxyOptions
{
    public const string Section = "Gateway:Proxy";

    /// <summary>Scheme, address and port of the proxy listener. Default <c>http://0.0.0.0:8000</c>.</summary>
    public string Url { get; set; } = "http://0.0.0.0:8000";

    /// <summary>Second address of the proxy listener, with TLS. Default: none.</summary>
    public string? TlsUrl { get; set; }

    /// <summary>Further address of the proxy listener, for HTTP/2 without TLS and nothing else. Default: none.</summary>
    public string? GrpcUrl { get; set; }

    /// <summary>
    /// Headers that answers carry, separated by commas: <c>server_tokens</c> (Server and Via), <c>latency_tokens</c>, single names such as
    /// <c>X-Kong-Upstream-Status</c>, or <c>off</c>. Default <c>server_tokens, latency_tokens, X-Kong-Request-Id</c>.
    /// </summary>
    public string Headers { get; set; } = "server_tokens, latency_tokens, X-Kong-Request-Id";

    /// <summary>Whether a request with <c>Kong-Debug: 1</c> is told which route and service it met. Default: no.</summary>
    public bool AllowDebugHeader { get; set; }

    /// <summary>Media type of the transport's errors (502, 504 …) for requests that name none. Default <c>text/plain</c>.</summary>
    public string ErrorDefaultType { get; set; } = "text/plain";

    /// <summary>
    /// Where something in front changes the port: the port that clients see and the one that is listened on, such as
    /// <c>80:8000, 443:8443</c>. Upstreams are told the first. Default: none.
    /// </summary>
    public string? PortMap { get; set; }

    /// <summary>
    /// Requests that may be in work at one time, streams among them; one more is answered with 503 and <c>Retry-After</c> at once.
    /// 0 is unlimited. Default 10 000.
    /// </summary>
    public int MaxConcurrentRequests { get; set; } = 10_000;

    /// <summary>Whether the listener is reachable from this machine only.</summary>
    public bool IsLoopback => IsLocal(Url);

    /// <summary>The same of the listener with TLS.</summary>
    public bool IsTlsLoopback => IsLocal(string.IsNullOrEmpty(TlsUrl) ? Url : TlsUrl);

    /// <summary>The same of the listener for HTTP/2 without TLS.</summary>
    public bool IsGrpcLoopback => IsLocal(string.IsNullOrEmpty(GrpcUrl) ? Url : GrpcUrl);

    private static bool IsLocal(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));
}
