using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins;
using Gateway.Core.Plugins.RequestTransformer;
using Gateway.Core.Routing;
using Gateway.Core.Upstreams.Pools;
using Gateway.Shared.Logging;
using Gateway.Shared.Schema;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Plugins.RequestTransformer;

/// <summary>A request and a config of the plugin to change it by.</summary>
internal static class Transforming
{
    public const string Form = "application/x-www-form-urlencoded";

    public static ValueTask<Refusal?> ApplyAsync(GatewayContext context, string config) =>
        new TransformPlan(SchemaJson.Deserialise<RequestTransformerConfig>(JsonNode.Parse(config)!.AsObject())).ApplyAsync(context);

    /// <summary>A POST with the header <c>X-Team: blue</c> on a route whose path captured <c>cap</c>.</summary>
    public static GatewayContext Context(string query, string body = "", string? contentType = null) =>
        Context(query, Encoding.UTF8.GetBytes(body), contentType);

    public static GatewayContext Context(string query, byte[] body, string? contentType)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "POST";
        http.Request.QueryString = new QueryString(query);
        http.Request.Body = new MemoryStream(body);
        http.Request.ContentType = contentType;
        http.Request.Headers["X-Team"] = "blue";
        var snapshot = new GatewaySnapshot
        {
            Config = GatewayConfig.Empty,
            Consumers = new ConsumerDirectory(GatewayConfig.Empty),
            Upstreams = new UpstreamPools(GatewayConfig.Empty, null, TimeProvider.System),
            Router = new GatewayRouter([], []),
            Plugins = new PluginPlan([]),
            PluginInstances = [],
        };
        return new GatewayContext(http, snapshot, new RequestRecord { RequestId = "00", StartedAtMs = 1, StartTimestamp = 1 }, TimeProvider.System)
        {
            UpstreamQuery = query,
            UriCaptures = new Dictionary<string, string> { ["1"] = "cap" },
        };
    }

    /// <summary>The body as it goes upstream, each byte one character.</summary>
    public static async Task<string> BodyAsync(GatewayContext context) =>
        Encoding.Latin1.GetString((await context.Body.ReadAsync(0, TestContext.Current.CancellationToken)).Span);
}
