using System.Buffers;

namespace Gateway.Core.Llm.Streaming;

/// <summary>A growing byte buffer from the shared pool. A mutable struct: keep it in a field, never copy it.</summary>
internal struct ByteBuffer
{
    private byte[]? _bytes;

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public readonly ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        if (_bytes is null || _bytes.Length - Length < bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, Math.Max(Length * 2, Length + bytes.Length)));
            Written.CopyTo(larger);
            if (_bytes is not null)
            {
                ArrayPool<byte>.Shared.Return(_bytes);
            }

            _bytes = larger;
        }

        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Empties the buffer; a block that one large event had grown goes back to the pool.</summary>
    public void Clear()
    {
        Length = 0;
        if (_bytes is { Length: > 64 * 1024 })
        {
            Release();
        }
    }

    /// <summary>Gives the block back. The buffer can be used again.</summary>
    public void Release()
    {
        if (_bytes is { } bytes)
        {
            _bytes = null;
            Length = 0;
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
