using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Testing.Faults;

/// <summary>A client of bare sockets: sends what it is told, byte for byte, and leaves as it is told.</summary>
public sealed class FaultClient : IDisposable
{
    private readonly Socket _socket;
    private readonly WireReader _reader;

    private FaultClient(Socket socket)
    {
        _socket = socket;
        _reader = new WireReader(new NetworkStream(socket, ownsSocket: false));
    }

    /// <param name="receiveBuffer">Bytes that the system keeps for a client that does not read; null for its default.</param>
    public static async Task<FaultClient> ConnectAsync(int port, CancellationToken cancellationToken, int? receiveBuffer = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
        {
            socket.ReceiveBufferSize = size;
        }

        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
        return new FaultClient(socket);
    }

    /// <summary>A request with its length, which leaves the connection open.</summary>
    /// <param name="lines">Further header lines.</param>
    public static byte[] Request(string method, string target, byte[] body, params string[] lines) =>
    [
        .. Encoding.Latin1.GetBytes(
            $"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{string.Concat(lines.Select(l => l + "\r\n"))}"
            + (body.Length > 0 ? $"Content-Length: {body.Length}\r\n\r\n" : "\r\n")),
        .. body,
    ];

    /// <summary>A POST of JSON.</summary>
    public static byte[] Post(string target, string json, params string[] lines) =>
        Request("POST", target, Encoding.UTF8.GetBytes(json), ["Content-Type: application/json", .. lines]);

    /// <param name="text">One byte per character.</param>
    public Task SendAsync(string text, CancellationToken cancellationToken) => SendAsync(Encoding.Latin1.GetBytes(text), cancellationToken);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes, cancellationToken)..];
        }
    }

    /// <summary>Sends one byte after another with pauses, until the gateway has had enough.</summary>
    /// <returns>Bytes that were sent.</returns>
    public async Task<int> DripAsync(byte[] bytes, TimeSpan pause, CancellationToken cancellationToken)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            try
            {
                await SendAsync(bytes.AsMemory(i, 1), cancellationToken);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return i;
            }

            await Task.Delay(pause, cancellationToken);
        }

        return bytes.Length;
    }

    /// <summary>Reads the next answer. Interim answers (1xx) are left out.</summary>
    /// <param name="onFirst">Called when the first byte of the body is there.</param>
    /// <param name="isHead">Whether the request was a HEAD, so that no body follows whatever its headers say.</param>
    /// <returns>The answer; null when the connection ended before the head of one was whole.</returns>
    public async Task<WireAnswer?> ReadAnswerAsync(CancellationToken cancellationToken, Action? onFirst = null, bool isHead = false)
    {
        WireHead? head;
        do
        {
            head = await _reader.ReadHeadAsync(cancellationToken);
        }
        while (head is { Status: >= 100 and < 200 and not 101 });

        return head is null ? null
            : new WireAnswer(head, isHead ? new WireBody([], true, false) : await _reader.ReadBodyAsync(head, isRequest: false, onFirst, cancellationToken));
    }

    /// <summary>Reads a head alone, interim ones included.</summary>
    public Task<WireHead?> ReadHeadAsync(CancellationToken cancellationToken) => _reader.ReadHeadAsync(cancellationToken);

    /// <summary>Waits until the gateway has ended the connection; what it still sends is thrown away.</summary>
    public Task WaitForEndAsync(CancellationToken cancellationToken) => _reader.WaitForEndAsync(cancellationToken);

    /// <summary>Says that nothing more will be sent.</summary>
    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Leaves with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();
}

/// <summary>An answer as it came.</summary>
public sealed record WireAnswer(WireHead Head, WireBody Body)
{
    public int Status => Head.Status;

    public string Text => Encoding.UTF8.GetString(Body.Bytes);

    /// <summary>Whether a client would take it for a whole answer.</summary>
    public bool IsWhole => Body.IsWhole;

    public string? RequestId => Head.Find("X-Kong-Request-Id");
}
