using Gateway.Core.Plugins;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Pipeline;

/// <summary>
/// Keeps web pages away from a proxy listener that is bound to loopback: a page could otherwise spend the user's keys, directly or by
/// DNS rebinding. Programs send neither a foreign Host nor an Origin, so they notice nothing.
/// </summary>
internal sealed class ListenerGuard(IOptions<ProxyOptions> options)
{
    private readonly bool _isLoopback = options.Value.IsLoopback;
    private readonly bool _isTlsLoopback = options.Value.IsTlsLoopback;
    private readonly bool _isGrpcLoopback = options.Value.IsGrpcLoopback;

    /// <returns>The refusal, or null when the request may go on.</returns>
    public Refusal? Check(GatewayContext context)
    {
        if (!IsOnLoopback(context.Http))
        {
            return null;
        }

        var request = context.Http.Request;
        var host = request.Host.Host;
        if (!IsLoopbackName(host) && context.Route?.Hosts is not { Count: > 0 })
        {
            return new Refusal(StatusCodes.Status421MisdirectedRequest, $"Host '{host}' is not served here; call the gateway as localhost, or name the host in a route")
            {
                Detail = "foreign_host",
            };
        }

        var origin = request.Headers.Origin;
        if (origin.Count > 0 && !IsAllowedOrigin(origin.ToString(), request) && !IsAllowedByPlugin(context, origin.ToString()))
        {
            return new Refusal(StatusCodes.Status403Forbidden, $"Origin '{origin}' may not call this gateway; allow it with a cors plugin")
            {
                Detail = "foreign_origin",
            };
        }

        return null;
    }

    private bool IsOnLoopback(HttpContext http)
    {
        // A trusted proxy in front may have changed the scheme of the request, but not what the connection is.
        if (http.Features.Get<ITlsHandshakeFeature>() is not null)
        {
            return _isTlsLoopback;
        }

        // Without TLS only one listener speaks HTTP/2.
        return HttpProtocol.IsHttp2(http.Request.Protocol) ? _isGrpcLoopback : _isLoopback;
    }

    private static bool IsAllowedByPlugin(GatewayContext context, string origin) =>
        context.Snapshot.Plugins.Find("cors", context.Scope) is { Plugin: IOriginPolicy policy } instance && policy.Allows(instance, origin);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || host is "127.0.0.1" or "[::1]" or "::1";

    /// <summary>The listener's own origin, and origins that are no web pages (editors announce themselves with schemes of their own).</summary>
    private static bool IsAllowedOrigin(string origin, HttpRequest request) =>
        (origin.Contains("://", StringComparison.Ordinal) && !origin.StartsWith("http", StringComparison.OrdinalIgnoreCase) && !origin.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        || origin.Equals($"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
}
