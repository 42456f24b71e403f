using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.E2E.Drain;

/// <summary>An upstream whose streams last as many milliseconds as the last segment of their path says, in twenty parts.</summary>
internal sealed class TimedUpstream : IAsyncDisposable
{
    private const int Parts = 20;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _accepting;
    private int _reached;

    public TimedUpstream()
    {
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>What a client must have of a stream.</summary>
    public static string Hash(int milliseconds) =>
        Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, Parts).Select(i => Part(milliseconds, i))))));

    /// <summary>Waits until so many streams have begun.</summary>
    public async Task ReachedAsync(int count, CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _reached) < count)
        {
            await Task.Delay(20, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _ending.Dispose();
    }

    private static string Part(int milliseconds, int index) => $"data: {milliseconds} {index} {new string('x', index * 50)}\n\n";

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_ending.Token));
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
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                var target = (await reader.ReadLineAsync(_ending.Token) ?? "GET /0 HTTP/1.1").Split(' ')[1];
                while (await reader.ReadLineAsync(_ending.Token) is { Length: > 0 })
                {
                }

                var milliseconds = int.Parse(target[(target.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture);
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"u8.ToArray(), _ending.Token);
                for (var i = 0; i < Parts; i++)
                {
                    var part = Part(milliseconds, i);
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"{part.Length:x}\r\n{part}\r\n"), _ending.Token);
                    if (i == 0)
                    {
                        Interlocked.Increment(ref _reached);
                    }

                    await Task.Delay(milliseconds / Parts, _ending.Token);
                }

                await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), _ending.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
            }
        }
    }
}
