using System.Collections.ObjectModel;
using Gateway.Core.Llm.Pricing;

namespace ConsoleWeb.Features.Prices;

/// <summary>A price as lists show it.</summary>
/// <param name="Id">Null for rows of the shipped table.</param>
/// <param name="Version">From 1; 0 for rows of the shipped table.</param>
internal sealed record PriceRow(Guid? Id, int Version, DateTimeOffset? ValidFrom, ModelPrice Price);

/// <summary>A price as somebody sets it, in US dollars per million tokens.</summary>
public sealed record PriceDraft
{
    public string Provider { get; init; } = "";

    public string Pattern { get; init; } = "";

    public decimal? Input { get; init; }

    public decimal? Output { get; init; }

    public decimal? CacheRead { get; init; }

    public decimal? CacheWrite5m { get; init; }

    public decimal? CacheWrite1h { get; init; }

    public decimal? Reasoning { get; init; }

    /// <summary>Factors for long prompts; null: prompts of all lengths cost the same.</summary>
    public LongContext? LongContext { get; init; }

    /// <summary>Factors by service tier. Tiers that are not named cost what the rates say.</summary>
    public IReadOnlyDictionary<string, decimal> Tiers { get; init; } = ReadOnlyDictionary<string, decimal>.Empty;

    public string? Source { get; init; }

    /// <summary>Null: from the beginning of the day, in UTC.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>Whether calls cost the same by both.</summary>
    internal bool HasRatesOf(PriceDraft other) =>
        (Input, Output, CacheRead, CacheWrite5m, CacheWrite1h, Reasoning, LongContext) == (other.Input, other.Output, other.CacheRead, other.CacheWrite5m, other.CacheWrite1h, other.Reasoning, other.LongContext)
        && Tiers.Count == other.Tiers.Count && Tiers.All(t => other.Tiers.TryGetValue(t.Key, out var factor) && factor == t.Value);

    internal static PriceDraft Of(PriceRow row) => new()
    {
        Provider = row.Price.Provider,
        Pattern = row.Price.Pattern,
        Input = row.Price.Input,
        Output = row.Price.Output,
        CacheRead = row.Price.CacheRead,
        CacheWrite5m = row.Price.CacheWrite5m,
        CacheWrite1h = row.Price.CacheWrite1h,
        Reasoning = row.Price.Reasoning,
        LongContext = row.Price.LongContext,
        Tiers = row.Price.Tiers ?? ReadOnlyDictionary<string, decimal>.Empty,
    };
}
