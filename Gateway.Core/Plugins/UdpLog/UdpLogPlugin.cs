using System.Runtime.CompilerServices;
using System.Text.Json;
using Gateway.Core.Logging;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins.LogDelivery;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.UdpLog;

/// <summary>Sends a JSON record of each request as a datagram, in the shape of Kong Gateway's log records.</summary>
[Plugin("udp-log", priority: 8, ForbiddenScopes = ["consumer_group"])]
internal sealed class UdpLogPlugin(DeliveryQueues queues, RecordLines lines, TimeProvider time) : Plugin<UdpLogConfig>
{
    /// <summary>Most bytes that a datagram of IPv4 can carry.</summary>
    private const int MaxDatagram = 65_507;

    /// <summary>One datagram at a time, each tried once.</summary>
    private static readonly QueueSettings Settings = new();

    private readonly ConditionalWeakTable<UdpLogConfig, DeliveryQueue> _queues = [];

    protected override void Log(GatewayContext context, PluginInstance instance, UdpLogConfig config)
    {
        var queue = _queues.GetValue(config, Find);
        var record = lines.Create(context.Record, config.CustomFieldsByLua, [], withPayloads: !queue.IsFilling);
        if (record.Length > MaxDatagram)
        {
            // Logged bodies are what makes records large; without them it fits.
            record = lines.Create(context.Record, config.CustomFieldsByLua, [], withPayloads: false);
        }

        queue.Add(record);
    }

    private DeliveryQueue Find(UdpLogConfig config) => queues.For(
        "udp-log " + JsonSerializer.Serialize(config with { CustomFieldsByLua = null }, SchemaJson.Options),
        Settings,
        clients => new UdpLogSender(config, clients.Connector, time));
}
