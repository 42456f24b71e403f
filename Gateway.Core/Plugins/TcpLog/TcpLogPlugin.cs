using System.Runtime.CompilerServices;
using System.Text.Json;
using Gateway.Core.Logging;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins.LogDelivery;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.TcpLog;

/// <summary>Sends one JSON line for each request to a TCP server, in the shape of Kong Gateway's log records.</summary>
[Plugin("tcp-log", priority: 7, ForbiddenScopes = ["consumer_group"])]
internal sealed class TcpLogPlugin(DeliveryQueues queues, RecordLines lines, TimeProvider time) : Plugin<TcpLogConfig>
{
    /// <summary>What has gathered meanwhile goes out in one write; nothing waits for more. Each record is tried once.</summary>
    private static readonly QueueSettings Settings = new() { MaxBatchSize = 100 };

    private readonly ConditionalWeakTable<TcpLogConfig, DeliveryQueue> _queues = [];

    protected override void Log(GatewayContext context, PluginInstance instance, TcpLogConfig config)
    {
        var queue = _queues.GetValue(config, Find);
        queue.Add(lines.Create(context.Record, config.CustomFieldsByLua, "\n"u8, withPayloads: !queue.IsFilling));
    }

    private DeliveryQueue Find(TcpLogConfig config) => queues.For(
        "tcp-log " + JsonSerializer.Serialize(config with { CustomFieldsByLua = null }, SchemaJson.Options),
        Settings,
        clients => new TcpLogSender(config, clients, time));
}
