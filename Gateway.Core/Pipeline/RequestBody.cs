using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Pipeline;

/// <summary>The request body: unread, read whole into a pooled buffer, or replaced by a plugin.</summary>
internal sealed class RequestBody(HttpRequest request)
{
    private byte[]? _rented;
    private ReadOnlyMemory<byte>? _whole;
    private bool _streamed;

    /// <summary>The whole body once <see cref="ReadAsync"/> or <see cref="Replace"/> ran; null while it still streams.</summary>
    public ReadOnlyMemory<byte>? Whole => _whole;

    /// <summary>Whether nobody has begun to read it.</summary>
    public bool IsUnread => _rented is null && _whole is null && !_streamed;

    /// <summary>Whether a plugin replaced the body; Content-Length is recomputed then.</summary>
    public bool IsReplaced { get; private set; }

    /// <summary>
    /// Reads the body whole, once; later calls return the same memory. It stays valid until the request has ended.
    /// </summary>
    /// <param name="limit">Bytes; 0 is unlimited. A declared or actual length above it throws <see cref="RequestBodyTooLargeException"/>.</param>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long limit, CancellationToken cancellationToken)
    {
        if (_whole is { } known)
        {
            return limit > 0 && known.Length > limit ? throw new RequestBodyTooLargeException(known.Length, limit) : known;
        }

        if (_streamed)
        {
            throw new InvalidOperationException("The request body has already been streamed.");
        }

        var declared = request.ContentLength;
        if (limit > 0 && declared > limit)
        {
            throw new RequestBodyTooLargeException(declared.Value, limit);
        }

        // One byte more than declared, so that the end is seen without growing the buffer; but nobody gets much for a promise.
        _rented = ArrayPool<byte>.Shared.Rent((int)Math.Min(declared ?? 16 * 1024, 1024 * 1024) + 1);
        try
        {
            var length = await FillAsync(limit, cancellationToken);
            _whole = _rented.AsMemory(0, length);
            return _whole.Value;
        }
        catch (Exception exception) when (BrokenBody.IsClients(exception))
        {
            throw BrokenBody.ToBadRequest(exception);
        }
    }

    /// <summary>Puts another body in the place of the client's.</summary>
    public void Replace(ReadOnlyMemory<byte> body)
    {
        _whole = body;
        IsReplaced = true;
    }

    /// <summary>The client's body as a pipe, for forwarding without reading it whole. Only valid while <see cref="Whole"/> is null.</summary>
    public PipeReader OpenStream()
    {
        _streamed = true;
        return request.BodyReader;
    }

    /// <summary>Gives the pooled buffer back. Called by the pipeline after the log phase.</summary>
    public void Release()
    {
        if (_rented is { } rented)
        {
            _rented = null;
            _whole = null;
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private async ValueTask<int> FillAsync(long limit, CancellationToken cancellationToken)
    {
        var reader = request.BodyReader;
        for (var length = 0; ;)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (limit > 0 && length + buffer.Length > limit)
            {
                reader.AdvanceTo(buffer.End);
                throw new RequestBodyTooLargeException(length + buffer.Length, limit);
            }

            EnsureCapacity(length, checked((int)buffer.Length));
            buffer.CopyTo(_rented.AsSpan(length));
            length += (int)buffer.Length;
            reader.AdvanceTo(buffer.End);
            if (result.IsCompleted)
            {
                return length;
            }
        }
    }

    private void EnsureCapacity(int used, int more)
    {
        if (used + more <= _rented!.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(used + more, _rented.Length * 2));
        _rented.AsSpan(0, used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_rented);
        _rented = larger;
    }
}

/// <summary>A request body that is longer than allowed.</summary>
/// <param name="size">Bytes declared or read so far.</param>
/// <param name="limit">Bytes allowed.</param>
internal sealed class RequestBodyTooLargeException(long size, long limit) : Exception($"The request body of {size} bytes exceeds {limit} bytes.")
{
    public long Size { get; } = size;

    public long Limit { get; } = limit;
}
