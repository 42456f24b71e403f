using Gateway.Core.Pipeline;
using Gateway.Core.Pipeline.Heads;
using Gateway.Core.Upstreams;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Gateway.Core.Routing;

/// <summary>Finds the route of a request and prepares the context for the plugins.</summary>
internal static class RouteResolver
{
    private static readonly KeyValuePair<string, string>[] Closing = [new("Connection", "close")];

    private static readonly Refusal Malformed =
        new(StatusCodes.Status400BadRequest, "Bad request") { Detail = "protocol_error", IsTransport = true, Headers = Closing };

    /// <returns>Why the request cannot be routed, or null when the context holds its route.</returns>
    public static Refusal? Resolve(GatewayContext context)
    {
        var http = context.Http;
        var request = http.Request;
        if (RequestFraming.Refuse(http) is { } status)
        {
            return status == Malformed.Status ? Malformed : new Refusal(status, RefusalTexts.Of(status)) { Headers = Closing };
        }

        HopByHop.RemoveNamed(request.Headers);
        var path = RequestPath.Normalise(http.Features.Get<IHttpRequestFeature>()!.RawTarget);
        if (path.Contains('%', StringComparison.Ordinal) && RequestPath.Normalise(path) != path)
        {
            // Read twice it would name something else than what the rules have seen.
            return Malformed;
        }

        context.NormalizedPath = path;
        // Server names belong to the connection, whatever a proxy in front says about the scheme.
        // The handshake feature knows the name only where a certificate is chosen by it.
        var tls = http.Features.Get<ISslStreamFeature>();
        var match = context.Snapshot.Router.Match(new RouteRequest(
            RequestFraming.IsSocketOverHttp2(http) ? HttpMethods.Get : request.Method,
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
}
