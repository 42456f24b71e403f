using System.Buffers;

namespace Gateway.Core.Pipeline;

/// <summary>Keeps what is written to it in memory, up to a limit; then it lets everything pass to the stream behind.</summary>
/// <param name="limit">Bytes that are kept.</param>
internal sealed class HeldStream(Stream inner, int limit) : Stream
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int _length;

    public Stream Inner => inner;

    /// <summary>Whether the limit was passed: everything written so far has been sent as it was.</summary>
    public bool IsPassing { get; private set; }

    /// <summary>What is kept; valid until <see cref="Release"/>.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    public override bool CanRead => false;

    /// <summary>So that clearing a response also removes what is kept.</summary>
    public override bool CanSeek => !IsPassing;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!IsPassing && _length + (long)buffer.Length > limit)
        {
            IsPassing = true;
            await inner.WriteAsync(Written, cancellationToken);
        }

        if (IsPassing)
        {
            await inner.WriteAsync(buffer, cancellationToken);
            return;
        }

        Append(buffer.Span);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => IsPassing ? inner.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush()
    {
    }

    public override void SetLength(long value) => _length = (int)Math.Min(value, _length);

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The response is written asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Gives pooled memory back.</summary>
    public void Release()
    {
        var buffer = _buffer;
        (_buffer, _length) = ([], 0);
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + bytes.Length, _buffer.Length * 2));
            Written.Span.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }
}
