using System.Net.Sockets;

namespace Gateway.Testing.Faults.Http2;

/// <summary>One stream at an <see cref="Http2FaultUpstream"/>, and the means to answer it badly.</summary>
public sealed class Http2Call
{
    private readonly Http2Connection _connection;

    internal Http2Call(Http2Connection connection, int stream) => (_connection, Stream) = (connection, stream);

    /// <summary>Number of the stream; the first of a connection is 1.</summary>
    public int Stream { get; }

    /// <summary>Which connection of the upstream carries it, from 1.</summary>
    public int Connection => _connection.Number;

    /// <summary>Bytes of the body so far.</summary>
    public int BodyLength { get; internal set; }

    /// <summary>Completes with the body's last byte.</summary>
    public TaskCompletionSource Received { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the gateway gives the call up, with its reason, or ends the connection.</summary>
    public TaskCompletionSource<Http2Error> Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task HeadersAsync(bool isEnd = false, params (string Name, string Value)[] headers) => _connection.SendAsync(Http2Frame.Write(
        Http2Type.Headers, (byte)(Http2Frame.EndHeaders | (isEnd ? Http2Frame.EndStream : 0)), Stream, Http2Frame.Block([(":status", "200"), .. headers])));

    public Task DataAsync(byte[] bytes, bool isEnd = false) => _connection.SendAsync(Http2Frame.Write(Http2Type.Data, isEnd ? Http2Frame.EndStream : (byte)0, Stream, bytes));

    /// <summary>A whole answer.</summary>
    public async Task AnswerAsync(string text)
    {
        await HeadersAsync(headers: ("content-type", "text/plain"));
        await DataAsync(System.Text.Encoding.UTF8.GetBytes(text), isEnd: true);
    }

    public Task ResetAsync(Http2Error error) => _connection.SendAsync(Http2Frame.Reset(Stream, error));

    /// <param name="last">The last stream that is looked at; 0: none.</param>
    public Task GoAwayAsync(int last, Http2Error error = Http2Error.None) => _connection.SendAsync(Http2Frame.GoAway(last, error));

    /// <summary>Any bytes on the connection.</summary>
    public Task SendAsync(byte[] bytes) => _connection.SendAsync(bytes);

    /// <summary>Ends the connection in order.</summary>
    public void Close() => _connection.Close();

    internal async Task PlayAsync(Func<Http2Call, Task> script)
    {
        try
        {
            await script(this);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The gateway has left.
        }
    }
}
