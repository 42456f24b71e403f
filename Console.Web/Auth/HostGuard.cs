using System.Net;
using ConsoleWeb.Hosting;

namespace ConsoleWeb.Auth;

/// <summary>
/// Refuses what a foreign web page sends to the console or the Admin API: a host name that is not one of ours (DNS rebinding), or an
/// origin that is not the listener's own. Programs send neither and notice nothing.
/// </summary>
internal static class HostGuard
{
    /// <summary>Names beside the loopback ones under which both listeners may be called, separated by commas.</summary>
    internal const string AllowedHostsKey = "Gateway:AllowedHosts";

    /// <summary>Origins whose pages may call the Admin API with a token, separated by commas.</summary>
    internal const string AllowedOriginsKey = "Gateway:Admin:AllowedOrigins";

    /// <param name="listener">The configured address of the listener that the request came through.</param>
    /// <returns>Null when the request may go on.</returns>
    public static HostRefusal? Refuse(HttpRequest request, Uri listener)
    {
        var configuration = request.HttpContext.RequestServices.GetRequiredService<IConfiguration>();
        var host = request.Host.Host;
        if (!IsServed(host, listener, List(configuration, AllowedHostsKey)))
        {
            return new HostRefusal(StatusCodes.Status421MisdirectedRequest, $"Host '{host}' is not served here; {AllowedHostsKey.Replace(":", "__", StringComparison.Ordinal)} names more hosts");
        }

        return request.HttpContext.Features.Get<ListenerFeature>()?.Listener == Listener.Admin
            ? RefuseAdminOrigin(request, configuration)
            : RefuseConsoleOrigin(request);
    }

    private static bool IsServed(string host, Uri listener, string[] allowed)
    {
        if (IsLoopbackName(host) || host.Equals(listener.Host, StringComparison.OrdinalIgnoreCase) || allowed.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            return true;
        }

        // Rebinding needs a name. On a listener that is meant for others, an address is the address that was really called.
        var isForOthers = listener.Host is "0.0.0.0" or "[::]" || (!IsLoopbackName(listener.Host) && IPAddress.TryParse(listener.Host.Trim('[', ']'), out _));
        return isForOthers && IPAddress.TryParse(host.Trim('[', ']'), out _);
    }

    private static HostRefusal? RefuseAdminOrigin(HttpRequest request, IConfiguration configuration)
    {
        var headers = request.HttpContext.Response.Headers;
        headers.AccessControlAllowCredentials = "true";
        headers.Vary = "Origin";
        var origins = List(configuration, AllowedOriginsKey);
        if (request.Headers.Origin.Count == 0)
        {
            if (origins.Length == 0)
            {
                headers.AccessControlAllowOrigin = "*";
            }

            return null;
        }

        var origin = request.Headers.Origin.ToString();
        if (!IsOwn(request, origin) && !origins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            return new HostRefusal(StatusCodes.Status403Forbidden, $"Origin '{origin}' may not call the Admin API");
        }

        headers.AccessControlAllowOrigin = origin;
        return null;
    }

    private static HostRefusal? RefuseConsoleOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        var isCircuit = request.Path.StartsWithSegments("/_blazor");
        // Browsers send "null" with the forms of a page that sends no referrer; antiforgery guards those. A circuit has no such guard.
        var isMissing = origin.Count == 0 || (origin.Count == 1 && origin[0] == "null");
        var isRefused = isMissing
            ? isCircuit && request.Headers.Cookie.Count > 0 && (HttpMethods.IsPost(request.Method) || IsWebSocket(request))
            : !IsOwn(request, origin.ToString());
        return isRefused ? new HostRefusal(StatusCodes.Status403Forbidden, "This origin may not use the console") : null;
    }

    private static bool IsWebSocket(HttpRequest request) =>
        request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase) || HttpMethods.IsConnect(request.Method);

    /// <summary>The scheme is not compared: a proxy in front may end TLS.</summary>
    private static bool IsOwn(HttpRequest request, string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url.Host.Equals(request.Host.Host, StringComparison.OrdinalIgnoreCase)
        && (request.Host.Port is { } port ? port == url.Port : url.IsDefaultPort);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || host is "127.0.0.1" or "[::1]" or "::1";

    private static string[] List(IConfiguration configuration, string key) =>
        configuration[key]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}

/// <summary>Why a request is not let in.</summary>
internal sealed record HostRefusal(int Status, string Message);
