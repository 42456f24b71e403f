using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Core.Tests.Pipeline;

/// <summary>A client of bare sockets: sends a request as it is written and keeps the answer as it came.</summary>
internal static class RawClient
{
    /// <param name="head">Request line and headers, without the blank line. <c>Host</c> and <c>Connection: close</c> are added.</param>
    public static async Task<RawAnswer> SendAsync(GatewayHost gateway, string head, string body = "")
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, gateway.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        var text = $"{head}\r\nHost: localhost:{gateway.Address.Port}\r\nConnection: close\r\n\r\n{body}";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);
        using var answer = new MemoryStream();
        var isReset = false;
        try
        {
            await stream.CopyToAsync(answer, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            isReset = true;
        }

        return new RawAnswer(Encoding.Latin1.GetString(answer.ToArray()), isReset);
    }
}

/// <summary>What came back until the connection ended.</summary>
/// <param name="Text">Every byte as one character.</param>
/// <param name="IsReset">Whether the connection ended by a reset.</param>
internal sealed record RawAnswer(string Text, bool IsReset)
{
    public string StatusLine => Text.Split("\r\n")[0];

    public string Body => Text[(Text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

    /// <summary>Header lines of the answer in their order.</summary>
    public string[] Lines => Text.Split("\r\n\r\n")[0].Split("\r\n")[1..];
}
