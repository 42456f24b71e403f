using Gateway.Core.Pipeline;
using Gateway.Core.Upstreams;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Gateway.Core.Routing;

/// <summary>Finds the route of a request and prepares the context for the plugins.</summary>
internal static class RouteResolver
{
    /// <returns>Why the request cannot be routed, or null when the context holds its route.</returns>
    public static Refusal? Resolve(GatewayContext context)
    {
        var http = context.Http;
        var request = http.Request;
        var isSocket = IsSocketOverHttp2(http);
        if (HttpMethods.IsTrace(request.Method) || (HttpMethods.IsConnect(request.Method) && !isSocket))
        {
            return new Refusal(StatusCodes.Status405MethodNotAllowed, "Method not allowed");
        }

        // Methods are words of exact case; the HTTP client would send "get" as GET, which no rule about GET has seen.
        if (!IsFramedPlainly(request.Headers) || HttpMethods.GetCanonicalizedValue(request.Method) != request.Method)
        {
            return new Refusal(StatusCodes.Status400BadRequest, "Bad request")
            {
                Detail = "protocol_error",
                IsTransport = true,
                Headers = [new("Connection", "close")],
            };
        }

        HopByHop.RemoveNamed(request.Headers);
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var path = RequestPath.Normalise(target);
        if (path.Contains('%', StringComparison.Ordinal) && RequestPath.Normalise(path) != path)
        {
            // Read twice it would name something else than what the rules have seen.
            return new Refusal(StatusCodes.Status400BadRequest, "Bad request") { Detail = "protocol_error", IsTransport = true };
        }

        context.NormalizedPath = path;
        // Server names belong to the connection, whatever a proxy in front says about the scheme.
        // The handshake feature knows the name only where a certificate is chosen by it.
        var tls = http.Features.Get<ISslStreamFeature>();
        var match = context.Snapshot.Router.Match(new RouteRequest(
            isSocket ? HttpMethods.Get : request.Method,
            request.Host.Host,
            request.Host.Port ?? http.Connection.LocalPort,
            path,
            request.Headers,
            tls is not null,
            tls?.SslStream.TargetHostName));
        if (match is null)
        {
            return new Refusal(StatusCodes.Status404NotFound, "no Route matched with those values") { Detail = "no_route" };
        }

        context.Route = match.Route;
        context.Service = match.Service;
        context.MatchedPrefix = match.MatchedPrefix;
        context.UriCaptures = match.Captures;
        context.Record.Route = match.Route;
        context.Record.Service = match.Service;
        context.UpstreamPath = UpstreamPath.Join(match.Service?.Path, path, match.MatchedPrefix, match.Route.StripPath);
        context.UpstreamQuery = request.QueryString.Value ?? "";
        return ProtocolRules.Check(context);
    }

    /// <summary>
    /// Whether the length of the body can be read in one way only. A second reading is how requests are smuggled: the server reports
    /// a length beside chunks as X-Content-Length, and drops codings other than chunked.
    /// </summary>
    private static bool IsFramedPlainly(IHeaderDictionary headers)
    {
        var coding = headers.TransferEncoding;
        return coding.Count == 0
            || (coding.Count == 1
                && "chunked".Equals(coding.ToString(), StringComparison.OrdinalIgnoreCase)
                && !headers.ContainsKey("X-Content-Length")
                && headers.ContentLength is null);
    }

    /// <summary>A WebSocket on a connection of HTTP/2 is opened by CONNECT (RFC 8441); to routes it is the GET that it is elsewhere.</summary>
    private static bool IsSocketOverHttp2(HttpContext http) =>
        http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect
        && "websocket".Equals(connect.Protocol, StringComparison.OrdinalIgnoreCase);
}
