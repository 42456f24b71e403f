using System.Net.Sockets;
using System.Text;

namespace Gateway.Testing.Faults;

/// <summary>One request at a <see cref="FaultUpstream"/>, and the means to answer it badly.</summary>
public sealed class FaultCall
{
    private readonly FaultUpstream _upstream;
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly WireReader _reader;
    private readonly CancellationToken _stop;
    private bool _isBodyRead;

    private FaultCall(FaultUpstream upstream, Socket socket, Stream stream, WireReader reader, WireHead head, CancellationToken stop)
    {
        (_upstream, _socket, _stream, _reader, Head, _stop) = (upstream, socket, stream, reader, head, stop);
    }

    public WireHead Head { get; }

    /// <summary>What has been read of the body; empty until <see cref="ReadBodyAsync"/>.</summary>
    public byte[] Body { get; private set; } = [];

    /// <summary>Whether the script has ended the connection.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Completes when the gateway has given the call up; only a script that stalls looks for it.</summary>
    public TaskCompletionSource ClientLeft { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the upstream is taken down.</summary>
    public CancellationToken Stop => _stop;

    public async Task ReadBodyAsync()
    {
        if (!_isBodyRead)
        {
            _isBodyRead = true;
            Body = (await _reader.ReadBodyAsync(Head, isRequest: true, null, _stop)).Bytes;
        }
    }

    /// <param name="text">One byte per character.</param>
    public Task WriteAsync(string text) => WriteAsync(Encoding.Latin1.GetBytes(text));

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _stream.WriteAsync(bytes, _stop);
        await _stream.FlushAsync(_stop);
    }

    /// <summary>Writes with a pause after every few bytes.</summary>
    public async Task DripAsync(ReadOnlyMemory<byte> bytes, int size, TimeSpan pause)
    {
        for (var at = 0; at < bytes.Length; at += size)
        {
            await WriteAsync(bytes.Slice(at, Math.Min(size, bytes.Length - at)));
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, _stop);
            }
            else
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>Waits until the test says <see cref="FaultUpstream.Proceed"/>, usually because its client has read a first byte.</summary>
    public Task PauseAsync() => _upstream.PauseAsync(_stop);

    /// <summary>Does nothing until the gateway closes the connection.</summary>
    public async Task StallAsync()
    {
        try
        {
            await _reader.WaitForEndAsync(_stop);
        }
        finally
        {
            IsClosed = true;
            ClientLeft.TrySetResult();
        }
    }

    /// <summary>Ends the connection in order: what was written arrives.</summary>
    public async Task CloseAsync()
    {
        IsClosed = true;
        if (_stream is not NetworkStream)
        {
            await _stream.DisposeAsync();
        }

        try
        {
            // Bytes that nobody has read would turn the close into a reset.
            await ReadBodyAsync();
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
        }
    }

    /// <summary>Ends the connection at once, with a reset.</summary>
    public void Reset()
    {
        IsClosed = true;
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    internal static async Task<FaultCall?> ReadAsync(FaultUpstream upstream, Socket socket, Stream stream, WireReader reader, CancellationToken stop) =>
        await reader.ReadHeadAsync(stop) is { } head ? new FaultCall(upstream, socket, stream, reader, head, stop) : null;
}
