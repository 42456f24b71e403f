using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Testing.Wire;

namespace Gateway.Core.Tests.Wire;

/// <summary>
/// An upstream of bare sockets that keeps connections open, so that bytes left over of one request would become the next one. It notes
/// every request with one reading, answers it with what it understood, and notes what has no or two readings as a fault.
/// </summary>
internal sealed class WireUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<WireMessage> _requests = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly Task _accepting;

    public WireUpstream()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What arrived since the last call.</summary>
    public IReadOnlyList<WireMessage> TakeRequests() => Take(_requests);

    /// <summary>What could not be read in one way since the last call.</summary>
    public IReadOnlyList<string> TakeFaults() => Take(_faults);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private static List<T> Take<T>(ConcurrentQueue<T> queue)
    {
        var taken = new List<T>();
        while (queue.TryDequeue(out var item))
        {
            taken.Add(item);
        }

        return taken;
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
            var received = new StringBuilder();
            try
            {
                var stream = client.GetStream();
                var buffer = new byte[64 * 1024];
                for (var at = 0; ;)
                {
                    while (StrictHttp.Read(received.ToString(), at) is { } request)
                    {
                        at = request.End;
                        _requests.Enqueue(request);
                        var meaning = request.Meaning;
                        await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nX-Upstream: 1\r\nContent-Length: {meaning.Length}\r\n\r\n{meaning}"), _stop.Token);
                    }

                    var read = await stream.ReadAsync(buffer, _stop.Token);
                    if (read == 0)
                    {
                        return;
                    }

                    received.Append(Encoding.Latin1.GetString(buffer, 0, read));
                }
            }
            catch (FormatException exception)
            {
                _faults.Enqueue($"{exception.Message} in: {received}");
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
            }
        }
    }
}
