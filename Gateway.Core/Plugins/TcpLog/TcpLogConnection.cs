using System.Net.Security;
using System.Net.Sockets;
using Gateway.Core.Upstreams;

namespace Gateway.Core.Plugins.TcpLog;

/// <summary>An open connection. What the server sends is read and thrown away, so that its end is noticed.</summary>
internal sealed class TcpLogConnection : IDisposable
{
    private readonly Stream _stream;
    private readonly Socket _socket;
    private volatile bool _isClosed;

    private TcpLogConnection(Stream stream, NetworkStream plain)
    {
        (_stream, _socket) = (stream, plain.Socket);
        _ = WatchAsync();
    }

    /// <summary>
    /// Whether the server has closed it. The system knows that before a busy thread pool has said so, and what is written to such a connection is lost
    /// without an error. Only for who owns the connection.
    /// </summary>
    public bool IsClosed => _isClosed || (_socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0);

    public static async ValueTask<TcpLogConnection> OpenAsync(TcpLogConfig config, UpstreamClients clients, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var plain = await clients.Connector.ConnectAsync(config.Host, config.Port, null, timeout, cancellationToken);
        if (!config.Tls)
        {
            return new TcpLogConnection(plain, plain);
        }

        var stream = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsClientAsync(TlsOptions(config, clients.VerifiesTls), cancellationToken);
            return new TcpLogConnection(stream, plain);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _stream.WriteAsync(bytes, cancellationToken);

    public void Dispose() => _stream.Dispose();

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5359", Justification = "As Kong Gateway does; an operator turns it on with TlsVerify.")]
    private static SslClientAuthenticationOptions TlsOptions(TcpLogConfig config, bool isVerified) => new()
    {
        TargetHost = config.TlsSni ?? config.Host,
        RemoteCertificateValidationCallback = isVerified ? null : (_, _, _, _) => true,
    };

    private async Task WatchAsync()
    {
        var ignored = new byte[256];
        try
        {
            while (await _stream.ReadAsync(ignored) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
        }

        _isClosed = true;
    }
}
