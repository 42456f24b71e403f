namespace Gateway.Core.Telemetry;

/// <summary>A number that only grows. Many threads add to it without a lock.</summary>
internal sealed class Counter
{
    private long _value;

    public long Value => Interlocked.Read(ref _value);

    public void Add(long amount = 1) => Interlocked.Add(ref _value, amount);
}

/// <summary>A fraction that only grows.</summary>
internal sealed class FractionCounter
{
    private double _value;

    public double Value => Volatile.Read(ref _value);

    public void Add(double amount)
    {
        double before;
        do
        {
            before = Volatile.Read(ref _value);
        }
        while (!Interlocked.CompareExchange(ref _value, before + amount, before).Equals(before));
    }
}

/// <summary>Counts whole numbers by size.</summary>
/// <param name="bounds">Upper bounds of the buckets, ascending, each included; above the last there is one more.</param>
internal sealed class Histogram(int[] bounds)
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private long _sum;

    public ReadOnlySpan<int> Bounds => bounds;

    public long Sum => Interlocked.Read(ref _sum);

    /// <summary>Numbers in one bucket, without those in smaller ones.</summary>
    public long CountOf(int bucket) => Interlocked.Read(ref _counts[bucket]);

    public void Observe(long value)
    {
        var bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _sum, value);
    }
}
