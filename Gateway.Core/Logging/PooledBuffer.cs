using System.Buffers;

namespace Gateway.Core.Logging;

/// <summary>A growing buffer over rented memory, for one thread. Dispose of it to give the memory back.</summary>
internal sealed class PooledBuffer(int initialCapacity) : IBufferWriter<byte>, IDisposable
{
    // A buffer that once held a giant record is not kept at that size.
    private const int KeepAtMost = 1024 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(initialCapacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>The array behind <see cref="WrittenSpan"/>, for interfaces that take nothing else.</summary>
    public byte[] Array => _bytes;

    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > KeepAtMost)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = ArrayPool<byte>.Shared.Rent(initialCapacity);
        }
    }

    /// <summary>Takes back what was written after <paramref name="length"/> bytes.</summary>
    public void CutTo(int length) => Length = Math.Min(Length, length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsSpan(Length);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
            Length = 0;
        }
    }

    private void Ensure(int sizeHint)
    {
        var wanted = Length + Math.Max(sizeHint, 1);
        if (wanted <= _bytes.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(wanted, (int)Math.Min(System.Array.MaxLength, 2L * _bytes.Length)));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = larger;
    }
}
