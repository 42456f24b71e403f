using Gateway.Core.Telemetry;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Upstreams;

/// <summary>
/// Keeps repetitions from becoming a storm: of all calls of the last ten seconds only a share may be followed by a repetition that fails
/// too. One that is answered gives back what it took, so that a dead target beside healthy ones costs nothing; when all fail, upstreams
/// are asked little more often than clients ask the gateway. A few repetitions are always free, or a quiet gateway would have none.
/// </summary>
internal sealed class RetryBudget : IMetricsSource
{
    private const int Seconds = 10;

    private readonly Bucket[] _buckets = [.. Enumerable.Range(0, Seconds + 1).Select(_ => new Bucket())];
    private readonly TimeProvider _time;
    private readonly int _percent;
    private readonly int _free;
    private long _refused;

    public RetryBudget(IOptions<ForwardingOptions> options, TimeProvider time) =>
        (_time, _percent, _free) = (time, options.Value.RetryPercent, options.Value.FreeRetries);

    /// <summary>Repetitions that were not made for want of budget, since the start.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>A client's call goes to an upstream for the first time.</summary>
    public void Called() => Interlocked.Increment(ref Now(out _).Calls);

    /// <summary>Whether a call that failed may be repeated. Each true is followed by <see cref="GiveBack"/> when the repetition is answered.</summary>
    public bool TryTake()
    {
        var now = Now(out var second);
        long calls = 0, taken = 0;
        foreach (var bucket in _buckets)
        {
            if (second - Volatile.Read(ref bucket.Second) < Seconds)
            {
                calls += Volatile.Read(ref bucket.Calls);
                taken += Volatile.Read(ref bucket.Taken);
            }
        }

        if (taken < Math.Max(_free, calls * _percent / 100))
        {
            Interlocked.Increment(ref now.Taken);
            return true;
        }

        Interlocked.Increment(ref _refused);
        return false;
    }

    /// <summary>A repetition was answered.</summary>
    public void GiveBack() => Interlocked.Decrement(ref Now(out _).Taken);

    public void Write(MetricsWriter writer)
    {
        writer.Counter("gatehouse_retries_refused_total", "Repetitions of calls not made because too many had failed before");
        writer.Sample("", Refused);
    }

    /// <summary>The bucket of this second, emptied of what it held a round ago. Who races for it may lose a count, and no more.</summary>
    private Bucket Now(out long second)
    {
        second = _time.GetTimestamp() / _time.TimestampFrequency;
        var bucket = _buckets[second % _buckets.Length];
        var seen = Volatile.Read(ref bucket.Second);
        if (seen != second && Interlocked.CompareExchange(ref bucket.Second, second, seen) == seen)
        {
            Volatile.Write(ref bucket.Calls, 0);
            Volatile.Write(ref bucket.Taken, 0);
        }

        return bucket;
    }

    private sealed class Bucket
    {
        public long Second = -Seconds;
        public long Calls;
        public long Taken;
    }
}
