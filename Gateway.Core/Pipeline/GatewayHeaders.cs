using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Pipeline;

/// <summary>What the gateway says about itself in the head of an answer, as far as the node's settings let it.</summary>
internal static class GatewayHeaders
{
    /// <summary>Adds the headers of an answer that an upstream gave. Call once its head is known.</summary>
    /// <param name="protocol">Version of HTTP that the upstream answered with: <c>1.1</c>.</param>
    /// <param name="status">What the upstream answered.</param>
    public static void AddProxied(GatewayContext context, string protocol, int status)
    {
        var node = context.Node;
        var record = context.Record;
        var headers = context.Http.Response.Headers;
        if (node.Sends(NodeHeaders.Via))
        {
            var via = $"{protocol} {GatewayProduct.Token}";
            headers.Via = headers.Via.Count > 0 ? $"{headers.Via}, {via}" : via;
        }

        if (headers.Server.Count == 0 && node.Sends(NodeHeaders.Server))
        {
            headers.Server = GatewayProduct.Token;
        }

        var sent = record.Timings.UpstreamSent ?? 0;
        if (node.Sends(NodeHeaders.UpstreamLatency))
        {
            headers["X-Kong-Upstream-Latency"] = Milliseconds((record.Timings.UpstreamHeaders ?? sent) - sent);
        }

        if (node.Sends(NodeHeaders.ProxyLatency))
        {
            headers["X-Kong-Proxy-Latency"] = Milliseconds(sent);
        }

        if (node.Sends(NodeHeaders.UpstreamStatus))
        {
            headers["X-Kong-Upstream-Status"] = status.ToString(CultureInfo.InvariantCulture);
        }

        AddCommon(context, headers);
    }

    /// <summary>Adds the headers of an answer that the gateway makes itself.</summary>
    public static void AddAnswered(GatewayContext context)
    {
        var headers = context.Http.Response.Headers;
        if (context.Node.Sends(NodeHeaders.ResponseLatency))
        {
            headers["X-Kong-Response-Latency"] = Milliseconds(context.ElapsedMs);
        }

        if (context.Node.Sends(NodeHeaders.Server))
        {
            headers.Server = GatewayProduct.Token;
        }

        AddCommon(context, headers);
    }

    private static void AddCommon(GatewayContext context, IHeaderDictionary headers)
    {
        if (context.Node.Sends(NodeHeaders.RequestId))
        {
            headers["X-Kong-Request-Id"] = context.Record.RequestId;
        }
        else
        {
            // An upstream's own would be taken for ours.
            headers.Remove("X-Kong-Request-Id");
        }

        if (context.Node.AllowsDebug && context.Http.Request.Headers["Kong-Debug"] == "1")
        {
            Set(headers, "Kong-Route-Id", context.Route?.Id.ToString());
            Set(headers, "Kong-Route-Name", context.Route?.Name);
            Set(headers, "Kong-Service-Id", context.Service?.Id.ToString());
            Set(headers, "Kong-Service-Name", context.Service?.Name);
        }
    }

    private static void Set(IHeaderDictionary headers, string name, string? value)
    {
        if (value is not null)
        {
            headers[name] = value;
        }
    }

    private static string Milliseconds(double value) => ((long)Math.Max(0, value)).ToString(CultureInfo.InvariantCulture);
}
