using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gateway.Core.Plugins.LogDelivery;
using Gateway.Core.Upstreams;

namespace Gateway.Core.Plugins.UdpLog;

/// <summary>Sends each record as one datagram. Whether it arrives nobody knows; only what the own machine refuses is a failure.</summary>
internal sealed class UdpLogSender(UdpLogConfig config, UpstreamConnector connector, TimeProvider time) : IBatchSender, IDisposable
{
    /// <summary>How long an address is used before the name is resolved again.</summary>
    private static readonly TimeSpan AddressTime = TimeSpan.FromSeconds(30);

    private readonly TimeSpan _timeout = SenderTime.FromConfig(config.Timeout);
    private Socket? _socket;
    private IPEndPoint? _endpoint;
    private long _resolvedAt;

    public string Target => string.Create(CultureInfo.InvariantCulture, $"{config.Host}:{config.Port}");

    public async Task<string?> SendAsync(IReadOnlyList<byte[]> batch, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var (socket, endpoint) = await OpenAsync(either.Token);
            foreach (var record in batch)
            {
                await socket.SendToAsync(record, SocketFlags.None, endpoint, either.Token);
            }

            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "its name was not resolved in time";
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // Another address may do better.
            Dispose();
            return exception.Message;
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        (_socket, _endpoint) = (null, null);
    }

    private async ValueTask<(Socket Socket, IPEndPoint Endpoint)> OpenAsync(CancellationToken cancellationToken)
    {
        if (_socket is not null && _endpoint is not null && time.GetElapsedTime(_resolvedAt) < AddressTime)
        {
            return (_socket, _endpoint);
        }

        Dispose();
        var address = (await connector.FindAllowedAsync(config.Host, cancellationToken))[0];
        _resolvedAt = time.GetTimestamp();
        _endpoint = new IPEndPoint(address, config.Port);
        _socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        return (_socket, _endpoint);
    }
}
