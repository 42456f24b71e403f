using System.Buffers;

namespace ConsoleWeb.Data.Logs.Rollups;

/// <summary>
/// Counts of values in buckets that grow by a twentieth each: enough for a percentile that is right to 2.5 %, and small enough to keep
/// one per hour and facet. Values are 0.1 and above in whatever unit; smaller ones count as 0.1.
/// </summary>
internal sealed class Histogram
{
    private const double Smallest = 0.1;

    private const double Growth = 1.05;

    /// <summary>The last bucket begins at about 130 hours in milliseconds.</summary>
    private const int Buckets = 460;

    private static readonly double LogGrowth = Math.Log(Growth);

    private int[]? _counts;

    public long Count { get; private set; }

    public void Add(double value)
    {
        if (double.IsFinite(value))
        {
            Add(BucketOf(value), 1);
        }
    }

    /// <summary>Adds what <see cref="Write"/> has written; returns what follows it.</summary>
    public ReadOnlySpan<byte> Add(ReadOnlySpan<byte> written)
    {
        var entries = (int)VarInt.Read(ref written);
        var bucket = 0;
        for (var i = 0; i < entries; i++)
        {
            bucket += (int)VarInt.Read(ref written);
            Add(bucket, (int)VarInt.Read(ref written));
        }

        return written;
    }

    /// <summary>How many buckets hold something, and for each its distance to the one before and its count.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        var counts = _counts ?? [];
        VarInt.Write(output, counts.Count(c => c > 0));
        var last = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
            {
                VarInt.Write(output, i - last);
                VarInt.Write(output, counts[i]);
                last = i;
            }
        }
    }

    /// <param name="share">0.95 for the 95th percentile.</param>
    /// <returns>The middle of the bucket where it lies; null without values.</returns>
    public double? Percentile(double share)
    {
        if (Count == 0)
        {
            return null;
        }

        var rank = (long)Math.Ceiling(Count * share);
        for (var i = 0; i < Buckets; i++)
        {
            rank -= _counts![i];
            if (rank <= 0)
            {
                return i == 0 ? Smallest : Smallest * Math.Pow(Growth, i - 0.5);
            }
        }

        return Smallest * Math.Pow(Growth, Buckets - 1);
    }

    private static int BucketOf(double value) => value <= Smallest ? 0 : Math.Clamp((int)Math.Ceiling(Math.Log(value / Smallest) / LogGrowth), 0, Buckets - 1);

    private void Add(int bucket, int count)
    {
        _counts ??= new int[Buckets];
        _counts[Math.Clamp(bucket, 0, Buckets - 1)] += count;
        Count += count;
    }
}
