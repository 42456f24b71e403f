using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Connections.Features;

namespace Gateway.Core.Plugins.CorrelationId;

/// <summary>Makes ids that are unique among gateways.</summary>
internal sealed class CorrelationIdGenerator
{
    private readonly ConditionalWeakTable<object, ConnectionCount> _connections = [];
    private readonly string _process = Guid.NewGuid().ToString();
    private long _counter;
    private long _connectionCount;

    public string Next(string generator, GatewayContext context) => generator switch
    {
        "uuid" => Guid.NewGuid().ToString(),
        "tracker" => Track(context),
        _ => string.Create(CultureInfo.InvariantCulture, $"{_process}#{Interlocked.Increment(ref _counter)}"),
    };

    /// <summary>Address, port, process, connection, request on the connection and time in seconds, joined by hyphens.</summary>
    private string Track(GatewayContext context)
    {
        var connection = context.Http.Connection;
        var address = connection.LocalIpAddress ?? IPAddress.Any;
        var place = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var seconds = context.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000m;
        var (number, request) = Count(context.Http.Features.Get<IConnectionItemsFeature>()?.Items);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{place}-{connection.LocalPort}-{Environment.ProcessId}-{number}-{request}-{seconds:0.000}");
    }

    /// <summary>Number of the connection and of the request on it, among those that pass here.</summary>
    private (long Connection, long Request) Count(object? connection)
    {
        if (connection is null)
        {
            return (Interlocked.Increment(ref _connectionCount), 1);
        }

        var count = _connections.GetValue(connection, _ => new ConnectionCount(Interlocked.Increment(ref _connectionCount)));
        return (count.Number, Interlocked.Increment(ref count.Requests));
    }

    private sealed class ConnectionCount(long number)
    {
        public readonly long Number = number;
        public long Requests;
    }
}
