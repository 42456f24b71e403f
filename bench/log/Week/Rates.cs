namespace Gateway.LogBench.Week;

/// <summary>
/// What a model costs, by hand from the providers' price lists; nothing here comes from the product. Dollars per million tokens.
/// </summary>
internal sealed record Rates(decimal Input, decimal Read, decimal Write5m, decimal Write1h, decimal Output, bool HasLongContext = false)
{
    /// <summary>By the name that the answer gives; models that are not here have no price.</summary>
    private static readonly Dictionary<string, Rates> ByModel = new(StringComparer.Ordinal)
    {
        ["claude-sonnet-4-5-20250929"] = new(3m, 0.30m, 3.75m, 6m, 15m, HasLongContext: true),
        ["claude-haiku-4-5-20251001"] = new(1m, 0.10m, 1.25m, 2m, 5m),
        ["claude-opus-4-5-20251101"] = new(5m, 0.50m, 6.25m, 10m, 25m),
        ["gpt-5-codex"] = new(1.25m, 0.125m, 1.25m, 1.25m, 10m),
        ["gpt-5"] = new(1.25m, 0.125m, 1.25m, 1.25m, 10m),
        ["gpt-5.1-codex"] = new(1.25m, 0.125m, 1.25m, 1.25m, 10m),
        ["gpt-5-mini"] = new(0.25m, 0.025m, 0.25m, 0.25m, 2m),
    };

    /// <returns>Null where the price is not known: of the model, or of the tier.</returns>
    public static decimal? CostOf(string model, Tokens tokens, string? tier)
    {
        if (!ByModel.TryGetValue(model, out var rates))
        {
            return null;
        }

        decimal factor;
        switch (model, tier)
        {
            case (_, null or "default" or "standard"):
                factor = 1m;
                break;
            case ("gpt-5" or "gpt-5-mini", "flex"):
                factor = 0.5m;
                break;
            case ("gpt-5", "priority"):
                factor = 2m;
                break;
            default:
                return null;
        }

        // Above 200,000 tokens of prompt, cached ones included, the whole call costs more.
        var isLong = rates.HasLongContext && tokens.Prompt > 200_000;
        var prompt = (tokens.Input * rates.Input) + (tokens.Read * rates.Read) + (tokens.Write5m * rates.Write5m) + (tokens.Write1h * rates.Write1h);
        return ((prompt * (isLong ? 2m : 1m)) + (tokens.Output * rates.Output * (isLong ? 1.5m : 1m))) * factor / 1_000_000m;
    }
}
