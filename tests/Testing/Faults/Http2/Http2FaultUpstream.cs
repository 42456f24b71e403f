using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Testing.Faults.Http2;

/// <summary>An upstream that speaks HTTP/2 without TLS frame by frame, and ends streams and connections as a test says.</summary>
public sealed class Http2FaultUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Http2Call> _calls = new();
    private readonly byte[] _settings;
    private readonly bool _takesBodies;
    private readonly Task _accepting;
    private int _open;
    private int _accepted;

    /// <param name="script">Runs once for each stream, when its headers have arrived.</param>
    /// <param name="window">Bytes of a body that may come before this side allows more; 0: none, and none are ever allowed.</param>
    public Http2FaultUpstream(Func<Http2Call, Task> script, int window = 65_535)
    {
        Script = script;
        _settings = Http2Frame.Settings((4, window));
        _takesBodies = window > 0;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Func<Http2Call, Task> Script { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Streams whose headers have arrived, oldest first.</summary>
    public IReadOnlyList<Http2Call> Calls => [.. _calls];

    public int OpenConnections => Volatile.Read(ref _open);

    public int AcceptedConnections => Volatile.Read(ref _accepted);

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
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token), Interlocked.Increment(ref _accepted));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        Interlocked.Increment(ref _open);
        socket.NoDelay = true;
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            await stream.ReadExactlyAsync(new byte[Http2Frame.Preface.Length], _stop.Token);
            using var connection = new Http2Connection(stream, socket, number, _stop.Token);
            await connection.SendAsync(_settings);
            while (await Http2Frame.ReadAsync(stream, _stop.Token) is { } frame)
            {
                if (await connection.TakeAsync(frame, _takesBodies) is { } call)
                {
                    _calls.Enqueue(call);
                    _ = call.PlayAsync(Script);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
