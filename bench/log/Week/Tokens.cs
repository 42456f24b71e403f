namespace Gateway.LogBench.Week;

/// <summary>Tokens of one answer, each in one bucket; reasoning is a part of output.</summary>
internal sealed record Tokens(long Input = 0, long Read = 0, long Write5m = 0, long Write1h = 0, long Output = 0, long Reasoning = 0)
{
    public long Prompt => Input + Read + Write5m + Write1h;
}
