using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Testing.Faults;

/// <summary>What an upstream does with one call. The connection is kept for the next call when it ends, unless it was closed.</summary>
public delegate Task FaultScript(FaultCall call);

/// <summary>
/// An upstream of bare sockets that goes wrong as told. Keeps connections alive as a real one does, and notes every request that
/// arrives, so that a test can say how often the gateway called.
/// </summary>
public sealed class FaultUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<FaultCall> _calls = new();
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;
    private volatile FaultScript _script;
    private volatile TaskCompletionSource _proceed = NewGate();
    private int _open;
    private int _accepted;

    /// <param name="script">For the calls until another is set; null: the connection is closed without an answer.</param>
    /// <param name="certificate">For TLS; null for none.</param>
    public FaultUpstream(FaultScript? script = null, X509Certificate2? certificate = null)
    {
        _script = script ?? FaultScripts.Close();
        _certificate = certificate;
        _listener.Start(1024);
        _accepting = AcceptAsync();
    }

    /// <summary>What happens to calls whose head arrives from now on.</summary>
    public FaultScript Script
    {
        get => _script;
        set => _script = value;
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Address => new($"{(_certificate is null ? "http" : "https")}://127.0.0.1:{Port}");

    /// <summary>Calls whose head has arrived, oldest first.</summary>
    public IReadOnlyList<FaultCall> Calls => [.. _calls];

    public int CallCount => _calls.Count;

    /// <summary>Connections that are open at this moment.</summary>
    public int OpenConnections => Volatile.Read(ref _open);

    /// <summary>Connections accepted so far.</summary>
    public int AcceptedConnections => Volatile.Read(ref _accepted);

    /// <summary>Lets the scripts go on that wait in <see cref="FaultCall.PauseAsync"/>, and those that will come to wait.</summary>
    public void Proceed() => _proceed.TrySetResult();

    /// <summary>A new script for the next call, whose pauses last until <see cref="Proceed"/>.</summary>
    public void Play(FaultScript script)
    {
        _proceed = NewGate();
        _script = script;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    internal Task PauseAsync(CancellationToken cancellationToken) => _proceed.Task.WaitAsync(cancellationToken);

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        Interlocked.Increment(ref _accepted);
        Interlocked.Increment(ref _open);
        socket.NoDelay = true;
        try
        {
            await using var stream = await OpenAsync(socket);
            var reader = new WireReader(stream);
            while (await FaultCall.ReadAsync(this, socket, stream, reader, _stop.Token) is { } call)
            {
                _calls.Enqueue(call);
                await _script(call);
                if (call.IsClosed)
                {
                    return;
                }

                await call.ReadBodyAsync();
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or AuthenticationException or SocketException)
        {
        }
        finally
        {
            socket.Dispose();
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task<Stream> OpenAsync(Socket socket)
    {
        var stream = new NetworkStream(socket, ownsSocket: false);
        if (_certificate is null)
        {
            return stream;
        }

        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
        return tls;
    }
}
