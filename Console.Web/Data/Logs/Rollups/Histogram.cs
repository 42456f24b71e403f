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

    private const int Room = 8;

    private static readonly double LogGrowth = Math.Log(Growth);

    private static readonly double[] Shares = [0.5, 0.95, 0.99];

    private static readonly double[] Middles = [.. Enumerable.Range(0, Buckets).Select(i => i == 0 ? Smallest : Smallest * Math.Pow(Growth, i - 0.5))];

    /// <summary>The buckets from <see cref="_first"/> on; most histograms hold a few values that lie close together.</summary>
    private int[] _counts = [];

    private int _first;

    public long Count { get; private set; }

    /// <returns>Where a value is counted; null for none.</returns>
    public static int? BucketOf(double? value) =>
        value is not { } number || !double.IsFinite(number) ? null
        : number <= Smallest ? 0
        : Math.Min((int)Math.Ceiling(Math.Log(number / Smallest) / LogGrowth), Buckets - 1);

    /// <param name="bucket">From <see cref="BucketOf"/>.</param>
    public void Add(int? bucket)
    {
        if (bucket is { } place)
        {
            Add(place, 1);
        }
    }

    public void Add(Histogram other)
    {
        for (var i = 0; i < other._counts.Length; i++)
        {
            if (other._counts[i] > 0)
            {
                Add(other._first + i, other._counts[i]);
            }
        }
    }

    /// <summary>Adds what <see cref="Write"/> has written; returns what follows it.</summary>
    public ReadOnlySpan<byte> Add(ReadOnlySpan<byte> written)
    {
        // A chart over months adds some hundred thousand of them.
        var at = 0;
        var entries = (int)VarInt.Read(written, ref at);
        var (bucket, added) = (0, 0L);
        for (var i = 0; i < entries; i++)
        {
            var step = (int)VarInt.Read(written, ref at);
            bucket = Math.Clamp(bucket + (step >> 1), 0, Buckets - 1);
            var count = (step & 1) == 0 ? 1 : (int)VarInt.Read(written, ref at);
            if ((uint)(bucket - _first) >= (uint)_counts.Length)
            {
                MakeRoom(bucket);
            }

            _counts[bucket - _first] += count;
            added += count;
        }

        Count += added;
        return written[at..];
    }

    /// <summary>Adds what versions before <see cref="RollupPack"/> have written, where each bucket has a count; returns what follows it.</summary>
    public ReadOnlySpan<byte> AddOlder(ReadOnlySpan<byte> written)
    {
        var entries = (int)VarInt.Read(ref written);
        var bucket = 0;
        for (var i = 0; i < entries; i++)
        {
            bucket += (int)VarInt.Read(ref written);
            Add(Math.Clamp(bucket, 0, Buckets - 1), (int)VarInt.Read(ref written));
        }

        return written;
    }

    /// <summary>
    /// How many buckets hold something, and for each twice its distance to the one before, and one more where its count follows: most hold
    /// a single value.
    /// </summary>
    public void Write(IBufferWriter<byte> output)
    {
        VarInt.Write(output, _counts.Length - _counts.AsSpan().Count(0));
        var last = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            var count = _counts[i];
            if (count > 0)
            {
                VarInt.Write(output, ((_first + i - last) << 1) | (count == 1 ? 0 : 1));
                if (count > 1)
                {
                    VarInt.Write(output, count);
                }

                last = _first + i;
            }
        }
    }

    /// <summary>Where 50, 95 and 99 of 100 values end, in one walk.</summary>
    /// <returns>The middle of the bucket where each lies; null without values.</returns>
    public (double? P50, double? P95, double? P99) Percentiles()
    {
        if (Count == 0)
        {
            return default;
        }

        Span<double> found = [Middles[0], Middles[0], Middles[0]];
        var (seen, next) = (0L, 0);
        for (var i = 0; i < _counts.Length && next < Shares.Length; i++)
        {
            seen += _counts[i];
            for (; next < Shares.Length && seen >= Math.Ceiling(Count * Shares[next]); next++)
            {
                found[next] = Middles[_first + i];
            }
        }

        return (found[0], found[1], found[2]);
    }

    private void Add(int bucket, int count)
    {
        if (bucket < _first || bucket >= _first + _counts.Length)
        {
            MakeRoom(bucket);
        }

        _counts[bucket - _first] += count;
        Count += count;
    }

    private void MakeRoom(int bucket)
    {
        // Twice the room each time, so that one that grows is copied a few times only.
        var room = Math.Max(Room, _counts.Length / 2);
        var first = Math.Max(0, _counts.Length == 0 ? bucket - (Room / 2) : bucket < _first ? bucket - room : _first);
        var end = Math.Min(Buckets, _counts.Length == 0 ? bucket + (Room / 2) : bucket < _first ? _first + _counts.Length : bucket + room);
        var counts = new int[end - first];
        _counts.CopyTo(counts, Math.Max(0, _first - first));
        (_first, _counts) = (first, counts);
    }
}
