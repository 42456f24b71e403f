using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Gateway.Core.Tests.Plugins.TcpLog;

/// <summary>A TCP server on a free loopback port that notes what each connection sends.</summary>
internal sealed class LineServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2? _certificate;
    private readonly bool _closesAfterLine;
    private readonly List<(StringBuilder Text, string? Name)> _connections = [];
    private readonly Task _accepting;
    private int _ended;

    /// <param name="certificate">For TLS; null for none.</param>
    /// <param name="closesAfterLine">Whether each connection is closed after its first line.</param>
    public LineServer(X509Certificate2? certificate = null, bool closesAfterLine = false)
    {
        (_certificate, _closesAfterLine) = (certificate, closesAfterLine);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What each connection has sent so far.</summary>
    public IReadOnlyList<string> Received
    {
        get
        {
            lock (_connections)
            {
                return [.. _connections.Select(c => c.Text.ToString())];
            }
        }
    }

    /// <summary>The names that were asked for in TLS handshakes.</summary>
    public IReadOnlyList<string?> Names
    {
        get
        {
            lock (_connections)
            {
                return [.. _connections.Select(c => c.Name)];
            }
        }
    }

    /// <summary>Connections that are over.</summary>
    public int Ended => Volatile.Read(ref _ended);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                string? name = null;
                if (_certificate is not null)
                {
                    var secure = new SslStream(stream);
                    await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
                    (stream, name) = (secure, secure.TargetHostName);
                }

                await ReadAsync(stream, Add(name));
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
            }
        }

        Interlocked.Increment(ref _ended);
    }

    private StringBuilder Add(string? name)
    {
        lock (_connections)
        {
            _connections.Add((new StringBuilder(), name));
            return _connections[^1].Text;
        }
    }

    private async Task ReadAsync(Stream stream, StringBuilder text)
    {
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, _stop.Token) is > 0 and var count)
        {
            lock (_connections)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }

            if (_closesAfterLine && buffer[count - 1] == '\n')
            {
                return;
            }
        }
    }
}
