using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Testing.Wire;

/// <summary>Sends bytes as they are and reads answers until the connection ends.</summary>
public static class WireClient
{
    /// <param name="patience">How long to wait for the end of the connection.</param>
    public static async Task<WireAnswers> SendAsync(int port, string bytes, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        await using var stream = client.GetStream();
        using var answer = new MemoryStream();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(patience);
        var isOver = true;
        var sending = SendAsync(stream, bytes, timeout.Token);
        try
        {
            await stream.CopyToAsync(answer, timeout.Token);
        }
        catch (IOException)
        {
            // The server refused the head and closed with bytes of ours unread, which ends in a reset.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            isOver = false;
        }

        await sending;
        return WireAnswers.Read(Encoding.Latin1.GetString(answer.ToArray()), isOver);
    }

    private static async Task SendAsync(NetworkStream stream, string bytes, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
        }
    }
}

/// <summary>What came back.</summary>
/// <param name="Messages">Whole answers in their order.</param>
/// <param name="Rest">Bytes after the last whole answer.</param>
/// <param name="IsOver">Whether the server ended the connection.</param>
public sealed record WireAnswers(IReadOnlyList<WireMessage> Messages, string Rest, bool IsOver)
{
    /// <summary>What the upstream said, through the gateway.</summary>
    public IEnumerable<string> FromUpstream => Messages.Where(m => m.Header("X-Upstream") is not null).Select(m => m.Body);

    /// <summary>Status codes in their order.</summary>
    public IEnumerable<string> Statuses => Messages.Select(m => m.FirstLine.Split(' ')[1]);

    public static WireAnswers Read(string bytes, bool isOver)
    {
        var messages = new List<WireMessage>();
        var at = 0;
        while (StrictHttp.Read(bytes, at, line => line.StartsWith("HTTP/1.1 1", StringComparison.Ordinal)) is { } message)
        {
            messages.Add(message);
            at = message.End;
        }

        return new WireAnswers(messages, bytes[at..], isOver);
    }
}
