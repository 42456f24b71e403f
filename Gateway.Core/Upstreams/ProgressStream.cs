using Gateway.Core.Pipeline;

namespace Gateway.Core.Upstreams;

/// <summary>Lets the events of an answer pass to the client and tells the watchers of the call how far it is.</summary>
internal sealed class ProgressStream(Stream inner, GatewayContext context) : Stream
{
    /// <summary>Least time between two reports.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private long _reportedAt;

    public override bool CanRead => false;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => true;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Note(buffer.Length);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override void SetLength(long value) => inner.SetLength(value);

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The response is written asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    private void Note(int bytes)
    {
        var record = context.Record;
        record.ResponseSize += bytes;
        var now = context.Time.GetTimestamp();
        record.Timings.LastOutput = context.Time.GetElapsedTime(record.StartTimestamp, now).TotalMilliseconds;
        if (_reportedAt == 0 || context.Time.GetElapsedTime(_reportedAt, now) >= Interval)
        {
            _reportedAt = now;
            context.ReportProgress();
        }
    }
}
