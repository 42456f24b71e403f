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
        var entries = (int)Read(ref written);
        var bucket = 0;
        for (var i = 0; i < entries; i++)
        {
            bucket += (int)Read(ref written);
            Add(bucket, (int)Read(ref written));
        }

        return written;
    }

    /// <summary>Pairs of distance to the bucket before and count, each with seven bits to a byte.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        var counts = _counts ?? [];
        WriteNumber(output, (ulong)counts.Count(c => c > 0));
        var last = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
            {
                WriteNumber(output, (ulong)(i - last));
                WriteNumber(output, (ulong)counts[i]);
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

    private static ulong Read(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("A stored histogram is damaged.");
    }

    private static void WriteNumber(IBufferWriter<byte> output, ulong value)
    {
        var bytes = output.GetSpan(10);
        var length = 0;
        while (value >= 0x80)
        {
            bytes[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        bytes[length++] = (byte)value;
        output.Advance(length);
    }
}
