using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Gateway.Shared.Logging;

namespace Gateway.Core.Upstreams;

/// <summary>
/// Opens connections to upstreams: resolves the name, refuses forbidden addresses, tries the others in turn, and tells the try that
/// waits for it which address it got.
/// </summary>
internal sealed class UpstreamConnector(bool allowLinkLocal)
{
    /// <summary>Where a request message that somebody else has made carries the try whose address is to be noted.</summary>
    public static readonly HttpRequestOptionsKey<UpstreamTry> TryKey = new("gatehouse.try");

    private const int MaxKnown = 4096;

    private const string TimeoutText = "No connection to the upstream within the connect timeout.";

    private readonly ConcurrentDictionary<(string Host, int Port), string> _known = new();

    /// <summary>The address last connected to; a request on a pooled connection has no other way to know. Null when there was none.</summary>
    public string? FindAddress(string host, int port) => _known.GetValueOrDefault((host, port));

    /// <param name="timeout">Time for all addresses together; each gets its share, so that one dead address leaves time for the next.</param>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, TimeSpan timeout, CancellationToken cancellationToken)
    {
        UpstreamTry? attempt;
        if (context.InitialRequestMessage is UpstreamRequest own)
        {
            attempt = own.Try;
        }
        else
        {
            context.InitialRequestMessage.Options.TryGetValue(TryKey, out attempt);
        }

        try
        {
            return await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, attempt, timeout, cancellationToken);
        }
        catch (OperationCanceledException exception)
        {
            // The handler's own timeout is as long as that of a single address and may fire first.
            throw new UpstreamConnectException(ConnectFault.TimedOut, TimeoutText, exception);
        }
    }

    /// <param name="attempt">The try that waits for the connection; null for none.</param>
    /// <param name="timeout">Time for all addresses together; each gets its share, so that one dead address leaves time for the next.</param>
    /// <exception cref="UpstreamConnectException">There is no connection.</exception>
    public async ValueTask<NetworkStream> ConnectAsync(string host, int port, UpstreamTry? attempt, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var allowed = await FindAllowedAsync(host, cancellationToken);
        Exception? last = null;
        var isTimeout = false;
        foreach (var address in allowed)
        {
            var ip = Format(address);
            if (attempt is not null)
            {
                attempt.Ip = ip;
            }

            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var share = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            share.CancelAfter(timeout / allowed.Length);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), share.Token);
                Remember(host, port, ip);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                last = exception;
                isTimeout = exception.SocketErrorCode == SocketError.TimedOut;
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                socket.Dispose();
                last = exception;
                isTimeout = true;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw isTimeout
            ? new UpstreamConnectException(ConnectFault.TimedOut, TimeoutText, last)
            : new UpstreamConnectException(ConnectFault.Refused, "The upstream refused the connection.", last);
    }

    /// <summary>The addresses of a host that may be called; at least one.</summary>
    /// <exception cref="UpstreamConnectException">There is none.</exception>
    public async ValueTask<IPAddress[]> FindAllowedAsync(string host, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(host, cancellationToken);
        var allowed = allowLinkLocal ? addresses : Array.FindAll(addresses, a => !AddressPolicy.IsForbidden(a));
        return allowed.Length > 0
            ? allowed
            : throw new UpstreamConnectException(ConnectFault.Forbidden, "The upstream's address is link-local or a metadata service; the gateway does not call it.");
    }

    private static async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        // Decimal, octal and hexadecimal notations are addresses too; they are parsed here and checked like the others.
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
            return addresses.Length > 0
                ? addresses
                : throw new UpstreamConnectException(ConnectFault.NameUnknown, "The upstream's name has no address.");
        }
        catch (SocketException exception)
        {
            throw exception.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData
                ? new UpstreamConnectException(ConnectFault.NameUnknown, "The upstream's name is unknown.", exception)
                : new UpstreamConnectException(ConnectFault.ResolverFailed, exception.Message, exception);
        }
    }

    private static string Format(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    private void Remember(string host, int port, string ip)
    {
        if (_known.Count >= MaxKnown)
        {
            _known.Clear();
        }

        _known[(host, port)] = ip;
    }
}
