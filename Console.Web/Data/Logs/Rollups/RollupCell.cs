using System.Buffers;

namespace ConsoleWeb.Data.Logs.Rollups;

/// <summary>Sums and distributions of some requests.</summary>
internal sealed class RollupCell
{
    /// <summary>The sums in the order of <see cref="Sums"/>.</summary>
    public static readonly IReadOnlyList<string> SumColumns =
        ["requests", "input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens", "cost", "unpriced"];

    public long[] Sums { get; } = new long[SumColumns.Count];

    public Histogram TimeToFirstToken { get; } = new();

    public Histogram Total { get; } = new();

    public Histogram Gateway { get; } = new();

    /// <summary>Tokens per second after the first token.</summary>
    public Histogram Speed { get; } = new();

    public void Add(RequestRow row)
    {
        ReadOnlySpan<long> values =
        [
            1, row.InputTokens, row.CacheReadTokens, row.CacheWriteTokens, row.OutputTokens, row.ReasoningTokens,
            row.Cost is { } cost ? RequestColumns.ToUnits(cost) : 0, row is { IsLlm: true, Cost: null } ? 1 : 0,
        ];
        for (var i = 0; i < values.Length; i++)
        {
            Sums[i] += values[i];
        }

        AddTimes(row.TimeToFirstTokenMs, row.TotalMs, row.GatewayMs, row.OutputTokens);
    }

    public void AddTimes(double? timeToFirstToken, double? total, double? gateway, long outputTokens)
    {
        Add(TimeToFirstToken, timeToFirstToken);
        Add(Total, total);
        Add(Gateway, gateway);
        Add(Speed, RequestRow.SpeedOf(timeToFirstToken, total, outputTokens));
    }

    /// <summary>Adds what <see cref="WriteHistograms"/> has written.</summary>
    public void AddHistograms(ReadOnlySpan<byte> written) => Speed.Add(Gateway.Add(Total.Add(TimeToFirstToken.Add(written))));

    public byte[] WriteHistograms()
    {
        var output = new ArrayBufferWriter<byte>(128);
        TimeToFirstToken.Write(output);
        Total.Write(output);
        Gateway.Write(output);
        Speed.Write(output);
        return output.WrittenSpan.ToArray();
    }

    private static void Add(Histogram histogram, double? value)
    {
        if (value is { } number)
        {
            histogram.Add(number);
        }
    }
}
