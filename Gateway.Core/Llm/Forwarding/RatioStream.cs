namespace Gateway.Core.Llm.Forwarding;

/// <summary>An answer that is longer than anybody may be expected to hold or to read.</summary>
internal sealed class AnswerTooLargeException() : Exception("The decoded answer is too large for what came of it.");

/// <summary>Counts the bytes that are read from an answer before they are decoded.</summary>
internal sealed class CountedStream(Stream inner) : ReadOnlyStream
{
    public long Count { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Count += read;
        return read;
    }
}

/// <summary>Reads from a decoder until more comes out of it than any text is compressed to.</summary>
/// <param name="source">What goes into the decoder.</param>
/// <param name="maxRatio">Bytes decoded for every byte read.</param>
/// <param name="checkFrom">Bytes that may be decoded whatever was read: small answers compress well.</param>
internal sealed class RatioStream(Stream decoder, CountedStream source, int maxRatio, int checkFrom) : ReadOnlyStream
{
    private long _decoded;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await decoder.ReadAsync(buffer, cancellationToken);
        _decoded += read;
        return _decoded > checkFrom && _decoded / maxRatio > source.Count ? throw new AnswerTooLargeException() : read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            decoder.Dispose();
        }

        base.Dispose(disposing);
    }
}
