using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Gateway.Core.Pipeline.Heads;

/// <summary>
/// The outgoing bytes of one connection. Passes everything on as it is, until the server has refused a request: the answer without a
/// body that comes next is given one.
/// </summary>
/// <param name="word">The body and its media type for a status.</param>
internal sealed class RefusalOutput(PipeWriter inner, Func<int, (string MediaType, string Body)> word) : PipeWriter
{
    private const string EmptyBody = "Content-Length: 0\r\n";

    private ArrayBufferWriter<byte>? _held;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes + (_held?.WrittenCount ?? 0);

    /// <summary>The server has refused a request and will answer, if it still can.</summary>
    public void Expect() => _held ??= new ArrayBufferWriter<byte>(512);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _held is { } held ? held.GetMemory(sizeHint) : inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _held is { } held ? held.GetSpan(sizeHint) : inner.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        if (_held is { } held)
        {
            held.Advance(bytes);
        }
        else
        {
            inner.Advance(bytes);
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Release();
        return inner.FlushAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Release();
        return inner.WriteAsync(source, cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        Release();
        inner.Complete(exception);
    }

    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        Release();
        return inner.CompleteAsync(exception);
    }

    private void Release()
    {
        if (_held is not { WrittenCount: > 0 } held)
        {
            return;
        }

        _held = null;
        inner.Write(Encoding.Latin1.GetBytes(WithBody(Encoding.Latin1.GetString(held.WrittenSpan))));
    }

    /// <summary>Anything else than a refusal without a body stays as it is.</summary>
    private string WithBody(string answer)
    {
        if (!answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) && !answer.StartsWith("HTTP/1.1 505", StringComparison.Ordinal))
        {
            return answer;
        }

        var length = answer.IndexOf(EmptyBody, StringComparison.Ordinal);
        if (length < 0 || !answer.EndsWith("\r\n\r\n", StringComparison.Ordinal) || !int.TryParse(answer.AsSpan(9, 3), out var status))
        {
            return answer;
        }

        var (mediaType, body) = word(status);
        return $"{answer[..length]}Content-Type: {mediaType}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{answer[(length + EmptyBody.Length)..]}{body}";
    }
}
