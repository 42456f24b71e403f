using Gateway.Core.Pipeline;
using Gateway.Core.Upstreams;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Core.Routing;

/// <summary>What a matched route demands of the connection.</summary>
internal static class ProtocolRules
{
    /// <returns>The refusal or redirect, or null when the request may go on.</returns>
    public static Refusal? Check(GatewayContext context)
    {
        var protocols = context.Route!.Protocols;
        var request = context.Http.Request;
        if (Has(protocols, "https") && !Has(protocols, "http") && !request.IsHttps)
        {
            var status = context.Route.HttpsRedirectStatusCode;
            if (status == StatusCodes.Status426UpgradeRequired)
            {
                return new Refusal(status, "Please use HTTPS protocol")
                {
                    Headers = [new("Connection", "Upgrade"), new("Upgrade", "TLS/1.2, HTTP/1.1")],
                };
            }

            return new Refusal(status, "") { HasBody = false, Headers = [new("Location", $"https://{ForwardedHost(context)}{Target(context)}")] };
        }

        if (ServesGrpc(protocols))
        {
            if (!GrpcAnswer.IsWanted(request))
            {
                return new Refusal(StatusCodes.Status415UnsupportedMediaType, "Non-gRPC request matched gRPC route");
            }

            if (!HttpProtocol.IsHttp2(request.Protocol))
            {
                return new Refusal(StatusCodes.Status426UpgradeRequired, "Please use HTTP2 protocol")
                {
                    Headers = [new("Connection", "Upgrade"), new("Upgrade", "HTTP/2")],
                };
            }

            if (!request.IsHttps && !Has(protocols, "grpc"))
            {
                return new Refusal(StatusCodes.Status426UpgradeRequired, "gRPC request matched gRPCs route");
            }
        }

        return null;
    }

    /// <summary>Whether a route can be reached by HTTP at all; routes of raw TCP, TLS and UDP cannot.</summary>
    public static bool ServesHttp(IReadOnlyList<string> protocols) =>
        Has(protocols, "http") || Has(protocols, "https") || ServesGrpc(protocols);

    public static bool ServesGrpc(IReadOnlyList<string> protocols) => Has(protocols, "grpc") || Has(protocols, "grpcs");

    private static string ForwardedHost(GatewayContext context) =>
        context.Http.Features.Get<TrustedPeer>() is not null && context.Http.Request.Headers["X-Forwarded-Host"].ToString() is { Length: > 0 } host
            ? host
            : context.Http.Request.Host.Host;

    /// <summary>Path and query as received; scheme and authority of an absolute form are cut.</summary>
    private static string Target(GatewayContext context)
    {
        var raw = context.Http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        return raw.StartsWith('/') ? raw : string.Concat(RequestPath.PathOf(raw), context.Http.Request.QueryString.Value);
    }

    private static bool Has(IReadOnlyList<string> protocols, string protocol)
    {
        for (var i = 0; i < protocols.Count; i++)
        {
            if (protocols[i] == protocol)
            {
                return true;
            }
        }

        return false;
    }
}
