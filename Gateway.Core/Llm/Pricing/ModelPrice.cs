using System.Collections.ObjectModel;
using System.Text.Json.Serialization;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Pricing;

/// <summary>What a model costs, in US dollars per million tokens.</summary>
internal sealed record ModelPrice
{
    public const string Currency = "USD";

    public required string Id { get; init; }

    /// <summary>Name of a provider as in the plugins' configuration.</summary>
    public required string Provider { get; init; }

    /// <summary>See <see cref="ModelPattern"/>.</summary>
    public required string Pattern { get; init; }

    public required decimal Input { get; init; }

    public required decimal Output { get; init; }

    /// <summary>Null: as <see cref="Input"/>; so are the writes.</summary>
    public decimal? CacheRead { get; init; }

    [JsonPropertyName("cache_write_5m")]
    public decimal? CacheWrite5m { get; init; }

    [JsonPropertyName("cache_write_1h")]
    public decimal? CacheWrite1h { get; init; }

    /// <summary>Null: as <see cref="Output"/>.</summary>
    public decimal? Reasoning { get; init; }

    /// <summary>Null: prompts of all lengths cost the same.</summary>
    public LongContext? LongContext { get; init; }

    /// <summary>Factors by service tier, of those tiers whose price is known.</summary>
    public IReadOnlyDictionary<string, decimal>? Tiers { get; init; }

    /// <summary>Where the rates come from.</summary>
    public required string Source { get; init; }

    /// <summary>The day from which the price is known to be valid.</summary>
    public required DateOnly Date { get; init; }

    [JsonIgnore]
    public PriceSource Origin { get; init; } = PriceSource.Table;

    /// <summary>The cost of a call; null when the price of its tier is not known.</summary>
    /// <param name="serviceTier">As the answer names it; null when it names none.</param>
    public CostReceipt? Compute(TokenUsage usage, string? serviceTier)
    {
        if (TierFactor(serviceTier) is not { } factor)
        {
            return null;
        }

        var buckets = UsageBuckets.Checked(usage);
        var isLong = LongContext is { } context && buckets.Prompt > context.Above;
        var (input, output) = isLong ? (factor * LongContext!.Input, factor * LongContext.Output) : (factor, factor);
        var rates = new BucketRates(
            Input * input, (CacheRead ?? Input) * input, (CacheWrite5m ?? Input) * input, (CacheWrite1h ?? CacheWrite5m ?? Input) * input, Output * output,
            (Reasoning ?? Output) * output);
        var lines = rates.Price(buckets);
        return new CostReceipt(BucketRates.Sum(lines), Currency, Id, Date, Origin, lines, usage.Source == UsageSource.Estimate);
    }

    private decimal? TierFactor(string? tier)
    {
        if (string.IsNullOrEmpty(tier))
        {
            return 1;
        }

        foreach (var (name, factor) in Tiers ?? ReadOnlyDictionary<string, decimal>.Empty)
        {
            if (name.Equals(tier, StringComparison.OrdinalIgnoreCase))
            {
                return factor;
            }
        }

        // What somebody set for a model is meant for all its calls; of the table only the plain price is known.
        return Origin == PriceSource.Admin || tier.ToLowerInvariant() is "default" or "standard" or "auto" or "on_demand" ? 1 : null;
    }
}

/// <summary>Factors for the whole call when its prompt, cached tokens included, has more than <paramref name="Above"/> tokens.</summary>
public sealed record LongContext(long Above, decimal Input, decimal Output);
