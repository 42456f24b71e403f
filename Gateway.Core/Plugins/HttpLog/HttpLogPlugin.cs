using System.Runtime.CompilerServices;
using System.Text.Json;
using Gateway.Core.Logging;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins.LogDelivery;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.HttpLog;

/// <summary>Sends a JSON record of each request to an HTTP server, in the shape of Kong Gateway's log records.</summary>
[Plugin("http-log", priority: 12, ForbiddenScopes = ["consumer_group"])]
internal sealed class HttpLogPlugin(DeliveryQueues queues, RecordLines lines, TimeProvider time) : Plugin<HttpLogConfig>
{
    // By the config itself: it is made anew when a secret that it refers to changes.
    private readonly ConditionalWeakTable<HttpLogConfig, DeliveryQueue> _queues = [];

    protected override void Log(GatewayContext context, PluginInstance instance, HttpLogConfig config)
    {
        var queue = _queues.GetValue(config, Find);
        queue.Add(lines.Create(context.Record, config.CustomFieldsByLua, [], withPayloads: !queue.IsFilling));
    }

    private DeliveryQueue Find(HttpLogConfig config) => queues.For(
        "http-log " + JsonSerializer.Serialize(config with { CustomFieldsByLua = null }, SchemaJson.Options),
        config.ToSettings(),
        clients => new HttpLogSender(config, clients, time));
}
