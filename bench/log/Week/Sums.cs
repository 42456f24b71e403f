namespace Gateway.LogBench.Week;

/// <summary>Sums of some calls.</summary>
internal sealed class Sums
{
    public long Requests { get; set; }

    public long Turns { get; set; }

    public long Errors { get; set; }

    public long Input { get; set; }

    public long Read { get; set; }

    public long Write { get; set; }

    public long Output { get; set; }

    public long Reasoning { get; set; }

    public decimal Cost { get; set; }

    public long Unpriced { get; set; }

    public SortedDictionary<string, long> Tools { get; } = new(StringComparer.Ordinal);

    public void Add(PlannedCall call)
    {
        Requests++;
        Turns += call is { Kind: "main", IsError: false } ? 1 : 0;
        Errors += call.IsError ? 1 : 0;
        Input += call.Tokens.Input;
        Read += call.Tokens.Read;
        Write += call.Tokens.Write5m + call.Tokens.Write1h;
        Output += call.Tokens.Output;
        Reasoning += call.Tokens.Reasoning;
        Cost += call.Cost ?? 0;
        Unpriced += call is { IsModel: true, Cost: null } ? 1 : 0;
        foreach (var tool in call.Tools)
        {
            Tools[tool] = Tools.GetValueOrDefault(tool) + 1;
        }
    }
}
