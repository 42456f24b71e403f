using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Gateway.Testing.Faults.Http2;

/// <summary>One connection of the gateway to an <see cref="Http2FaultUpstream"/>.</summary>
internal sealed class Http2Connection(Stream stream, Socket socket, int number, CancellationToken stop) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ConcurrentDictionary<int, Http2Call> _calls = new();

    public int Number { get; } = number;

    public async Task SendAsync(byte[] bytes)
    {
        await _writing.WaitAsync(stop);
        try
        {
            await stream.WriteAsync(bytes, stop);
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Close() => socket.Shutdown(SocketShutdown.Send);

    /// <returns>The call that begins with this frame; null for any other frame.</returns>
    public async Task<Http2Call?> TakeAsync(Http2Frame frame, bool takesBodies)
    {
        var call = _calls.GetValueOrDefault(frame.Stream);
        switch (frame.Type)
        {
            case Http2Type.Settings when !frame.Has(Http2Frame.Ack):
                await SendAsync(Http2Frame.Write(Http2Type.Settings, Http2Frame.Ack, 0, []));
                return null;
            case Http2Type.Ping when !frame.Has(Http2Frame.Ack):
                await SendAsync(Http2Frame.Write(Http2Type.Ping, Http2Frame.Ack, 0, frame.Payload));
                return null;
            case Http2Type.Headers when call is null:
                call = _calls.GetOrAdd(frame.Stream, n => new Http2Call(this, n));
                End(call, frame);
                return call;
            case Http2Type.Data when call is not null:
                call.BodyLength += frame.Payload.Length;
                if (takesBodies && frame.Payload.Length > 0)
                {
                    await SendAsync([.. Http2Frame.WindowUpdate(0, frame.Payload.Length), .. Http2Frame.WindowUpdate(frame.Stream, frame.Payload.Length)]);
                }

                End(call, frame);
                return null;
            case Http2Type.Reset:
                call?.Left.TrySetResult(frame.Error);
                return null;
            default:
                return null;
        }
    }

    public void Dispose()
    {
        foreach (var call in _calls.Values)
        {
            call.Left.TrySetResult(Http2Error.None);
        }

        _writing.Dispose();
    }

    private static void End(Http2Call call, Http2Frame frame)
    {
        if (frame.Has(Http2Frame.EndStream))
        {
            call.Received.TrySetResult();
        }
    }
}
