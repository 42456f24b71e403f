using System.Net;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>The body of an upstream request, sent as the memory it is.</summary>
internal sealed class LlmContent(ReadOnlyMemory<byte> body) : HttpContent
{
    private volatile bool _isFinished;

    /// <summary>Whether a connection was found and the body began to go out. While false the request can be repeated without doubt.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Whether nobody reads the memory any more: all of it was written, or none ever will be.</summary>
    public bool IsReleased => !IsStarted || _isFinished;

    /// <summary>Called when the whole body has been written.</summary>
    public Action? Sent { get; set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        IsStarted = true;
        await stream.WriteAsync(body, cancellationToken);
        _isFinished = true;
        Sent?.Invoke();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
