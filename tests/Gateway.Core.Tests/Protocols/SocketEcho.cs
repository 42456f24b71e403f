using System.Net.WebSockets;
using System.Text;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Protocols;

/// <summary>An upstream with WebSockets, and what a client says to it.</summary>
internal static class SocketEcho
{
    private const int MaxMessage = 2 * 1024 * 1024;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>
    /// Sends every message back. Closes as the client does, or at the word <c>bye</c> by itself with the code 4321; at <c>die</c> it
    /// breaks the connection off.
    /// </summary>
    public static Task<FakeUpstream> StartAsync() => FakeUpstream.StartAsync(
        async http =>
        {
            if (!http.WebSockets.IsWebSocketRequest)
            {
                http.Response.StatusCode = StatusCodes.Status418ImATeapot;
                return;
            }

            using var socket = await http.WebSockets.AcceptWebSocketAsync(http.WebSockets.WebSocketRequestedProtocols.FirstOrDefault());
            while (await ReceiveAsync(socket, http.RequestAborted) is { Kind: not WebSocketMessageType.Close } message)
            {
                switch (message.Text)
                {
                    case "bye":
                        await socket.CloseOutputAsync((WebSocketCloseStatus)4321, "enough", http.RequestAborted);
                        return;
                    case "die":
                        http.Abort();
                        return;
                    default:
                        await socket.SendAsync(message.Bytes, message.Kind, endOfMessage: true, http.RequestAborted);
                        break;
                }
            }

            await socket.CloseOutputAsync(socket.CloseStatus.GetValueOrDefault(), $"heard {socket.CloseStatusDescription}", http.RequestAborted);
        },
        readsBody: false);

    /// <summary>The next message, whole; its text is that of a close when it is one.</summary>
    public static async Task<(WebSocketMessageType Kind, byte[] Bytes, string Text)> ReceiveAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxMessage];
        var length = 0;
        WebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), cancellationToken);
            length += result.Count;
        }
        while (!result.EndOfMessage);
        var bytes = buffer[..length];
        return (result.MessageType, bytes, result.MessageType == WebSocketMessageType.Close ? socket.CloseStatusDescription ?? "" : Encoding.UTF8.GetString(bytes));
    }

    /// <summary>Sends a text and returns the text of the answer.</summary>
    public static async Task<string> AskAsync(WebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Ct);
        return (await ReceiveAsync(socket, Ct)).Text;
    }
}
