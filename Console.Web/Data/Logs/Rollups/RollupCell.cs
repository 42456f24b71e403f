using System.Buffers;

namespace ConsoleWeb.Data.Logs.Rollups;

/// <summary>Sums and distributions of some requests.</summary>
internal sealed class RollupCell
{
    /// <summary>What the sums are of, in the order of <see cref="Sums"/> and of what is stored.</summary>
    public static readonly IReadOnlyList<string> SumColumns =
        ["requests", "input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens", "cost", "unpriced"];

    public long[] Sums { get; } = new long[SumColumns.Count];

    public Histogram TimeToFirstToken { get; } = new();

    public Histogram Total { get; } = new();

    public Histogram Gateway { get; } = new();

    /// <summary>Tokens per second after the first token.</summary>
    public Histogram Speed { get; } = new();

    public void Add(in RollupPoint point)
    {
        ReadOnlySpan<long> values =
        [
            point.Requests, point.InputTokens, point.CacheReadTokens, point.CacheWriteTokens, point.OutputTokens, point.ReasoningTokens, point.Cost, point.Unpriced,
        ];
        for (var i = 0; i < values.Length; i++)
        {
            Sums[i] += values[i];
        }

        AddTimes(point.TimeToFirstToken, point.Total, point.Gateway, point.Speed);
    }

    public void Add(RollupCell other)
    {
        for (var i = 0; i < Sums.Length; i++)
        {
            Sums[i] += other.Sums[i];
        }

        TimeToFirstToken.Add(other.TimeToFirstToken);
        Total.Add(other.Total);
        Gateway.Add(other.Gateway);
        Speed.Add(other.Speed);
    }

    /// <summary>Adds buckets of <see cref="Histogram.BucketOf"/>.</summary>
    public void AddTimes(int? timeToFirstToken, int? total, int? gateway, int? speed)
    {
        TimeToFirstToken.Add(timeToFirstToken);
        Total.Add(total);
        Gateway.Add(gateway);
        Speed.Add(speed);
    }

    public void AddCost(long cost, long unpriced)
    {
        Sums[6] += cost;
        Sums[7] += unpriced;
    }

    /// <summary>Adds what <see cref="Write"/> has written.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public void Add(ReadOnlySpan<byte> written, bool hasHistograms)
    {
        var at = 0;
        for (var i = 0; i < Sums.Length; i++)
        {
            Sums[i] += VarInt.Read(written, ref at);
        }

        if (hasHistograms)
        {
            Speed.Add(Gateway.Add(Total.Add(TimeToFirstToken.Add(written[at..]))));
        }
    }

    /// <summary>The cell that <see cref="Write"/> has written.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static RollupCell Read(ReadOnlySpan<byte> written)
    {
        var cell = new RollupCell();
        cell.Add(written, hasHistograms: true);
        return cell;
    }

    /// <summary>The sums, and the histograms after them.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        foreach (var sum in Sums)
        {
            VarInt.Write(output, sum);
        }

        TimeToFirstToken.Write(output);
        Total.Write(output);
        Gateway.Write(output);
        Speed.Write(output);
    }

    public byte[] ToBytes()
    {
        var output = new ArrayBufferWriter<byte>(128);
        Write(output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The requests of what <see cref="Write"/> has written.</summary>
    public static long RequestsOf(ReadOnlySpan<byte> written) => VarInt.Read(ref written);
}
