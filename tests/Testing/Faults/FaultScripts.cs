using System.Text;

namespace Gateway.Testing.Faults;

/// <summary>The ways in which an upstream goes wrong. Scripts read the request's body first, unless they say otherwise.</summary>
public static class FaultScripts
{
    /// <summary>The connection ends in order, without a byte.</summary>
    public static FaultScript Close() => async call =>
    {
        await call.ReadBodyAsync();
        await call.CloseAsync();
    };

    public static FaultScript Reset() => async call =>
    {
        await call.ReadBodyAsync();
        call.Reset();
    };

    /// <summary>Nothing comes, and the connection stays open.</summary>
    public static FaultScript Stall() => async call =>
    {
        await call.ReadBodyAsync();
        await call.StallAsync();
    };

    /// <summary>These bytes and then the end of the connection.</summary>
    public static FaultScript Bytes(string text) => Bytes(Encoding.Latin1.GetBytes(text));

    /// <inheritdoc cref="Bytes(string)"/>
    public static FaultScript Bytes(byte[] bytes) => async call =>
    {
        await call.ReadBodyAsync();
        await call.WriteAsync(bytes);
        await call.CloseAsync();
    };

    /// <summary>A whole answer; the connection stays for the next call.</summary>
    public static FaultScript Answer(int status, string contentType, byte[] body, params string[] lines) => async call =>
    {
        await call.ReadBodyAsync();
        await call.WriteAsync(Encoding.Latin1.GetBytes(Head(status, contentType, [$"Content-Length: {body.Length}", .. lines])).Concat(body).ToArray());
    };

    /// <inheritdoc cref="Answer(int, string, byte[], string[])"/>
    public static FaultScript Answer(int status, string contentType, string body, params string[] lines) =>
        Answer(status, contentType, Encoding.UTF8.GetBytes(body), lines);

    /// <summary>Head and first part; then, once the client has that, the fault.</summary>
    public static FaultScript CutAfter(string head, byte[] part, Func<FaultCall, Task> fault) => async call =>
    {
        await call.ReadBodyAsync();
        await call.WriteAsync(head);
        await call.WriteAsync(part);
        await call.PauseAsync();
        await fault(call);
    };

    /// <summary>The head one byte at a time, so that something always happens and nothing comes of it.</summary>
    public static FaultScript DripHead(TimeSpan pause) => async call =>
    {
        await call.ReadBodyAsync();
        await call.DripAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nX-Slow: " + new string('x', 2000) + "\r\nContent-Length: 0\r\n\r\n"), 1, pause);
    };

    /// <summary>A head and then the same piece without end, as fast as it is taken.</summary>
    /// <param name="pause">Between two pieces.</param>
    public static FaultScript Endless(string head, byte[] piece, TimeSpan pause = default) => async call =>
    {
        await call.ReadBodyAsync();
        await call.WriteAsync(head);
        while (true)
        {
            await call.WriteAsync(piece);
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, call.Stop);
            }
        }
    };

    /// <summary>A head with its blank line.</summary>
    public static string Head(int status, string contentType, params IEnumerable<string> lines) =>
        $"HTTP/1.1 {status} Some Reason\r\nContent-Type: {contentType}\r\n{string.Concat(lines.Select(l => l + "\r\n"))}\r\n";

    /// <summary>One chunk of a chunked body.</summary>
    public static byte[] Chunk(byte[] bytes) => [.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8];
}
