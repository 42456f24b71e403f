using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Data.Logs;
using Gateway.Shared.Usage;

namespace ConsoleWeb.Features.Requests;

/// <summary>The tokens of one call by kind, each with what it cost where a price is known.</summary>
/// <param name="Tokens">All of them.</param>
/// <param name="Saved">Dollars that the provider's cache has saved: cheap reads less dear writes. Null: not known.</param>
/// <param name="Origin">Whose price it is; null without one.</param>
public sealed record TokenTable(IReadOnlyList<TokenLine> Lines, long Tokens, bool IsPriced, bool IsEstimate, decimal? Saved, string? Origin)
{
    /// <param name="cost">The member <c>gatehouse.cost</c> of the record, or null.</param>
    public static TokenTable Of(RequestRow row, JsonObject? cost)
    {
        List<Priced> priced = cost?["lines"] is JsonArray array
            ? [.. array.OfType<JsonObject>().Select(l => new Priced(l["bucket"]?.ToString() ?? "", Number<long>(l["tokens"]), Number<decimal>(l["rate"]), Number<decimal>(l["amount"])))]
            : [];
        List<TokenLine> lines =
        [
            Line("Input", "b-in", row.InputTokens, priced, "input"),
            Line("Cache read", "b-read", row.CacheReadTokens, priced, "cache_read"),
            Line("Cache write", "b-write", row.CacheWriteTokens, priced, "cache_write_5m", "cache_write_1h"),
        ];
        if (priced.Count(p => p.Bucket.StartsWith("cache_write", StringComparison.Ordinal)) > 1)
        {
            lines.Add(Part("of it for 5 minutes", "b-write", priced, "cache_write_5m"));
            lines.Add(Part("of it for an hour", "b-write", priced, "cache_write_1h"));
        }

        lines.Add(Line("Output", "b-out", row.OutputTokens, priced, "output", "reasoning"));
        if (row.ReasoningTokens > 0)
        {
            lines.Add(Line("of it reasoning", "b-reason", row.ReasoningTokens, priced, "reasoning") with { IsPart = true });
        }

        return new(
            lines,
            row.InputTokens + row.CacheReadTokens + row.CacheWriteTokens + row.OutputTokens,
            priced.Count > 0,
            row.UsageSource is UsageSource.Estimate || cost?["is_estimate"]?.GetValueKind() == JsonValueKind.True,
            SavedBy(priced),
            priced.Count == 0 ? null : OriginOf(cost!));
    }

    private static TokenLine Line(string name, string css, long tokens, List<Priced> priced, params ReadOnlySpan<string> buckets)
    {
        var (rates, amount) = (new HashSet<decimal>(), 0m);
        foreach (var line in priced)
        {
            if (buckets.Contains(line.Bucket))
            {
                rates.Add(line.Rate);
                amount += line.Amount;
            }
        }

        return new(name, css, tokens, rates.Count == 1 ? rates.First() : null, rates.Count == 0 ? null : amount) { Rates = rates.Count };
    }

    private static TokenLine Part(string name, string css, List<Priced> priced, string bucket) =>
        Line(name, css, priced.Where(p => p.Bucket == bucket).Sum(p => p.Tokens), priced, bucket) with { IsPart = true };

    /// <summary>What the tokens of the cache would have cost as input, less what they did. The rate of input stands only in a receipt that has some.</summary>
    private static decimal? SavedBy(List<Priced> priced)
    {
        var cached = priced.Where(p => p.Bucket.StartsWith("cache_", StringComparison.Ordinal)).ToList();
        return cached.Count == 0 || priced.Find(p => p.Bucket == "input") is not { } input ? null : cached.Sum(p => (p.Tokens * input.Rate / 1_000_000m) - p.Amount);
    }

    private static string OriginOf(JsonObject cost) => cost["source"]?.ToString() switch
    {
        "plugin" => "By the prices in the plugin’s model options.",
        "admin" => $"By a price set here: {cost["price_id"]}, valid from {cost["price_date"]}.",
        _ => $"By the built-in table: {cost["price_id"]}, as of {cost["price_date"]}.",
    };

    private static T Number<T>(JsonNode? node) where T : struct => node is JsonValue value && value.TryGetValue<T>(out var number) ? number : default;

    private sealed record Priced(string Bucket, long Tokens, decimal Rate, decimal Amount);
}

/// <summary>One kind of tokens.</summary>
/// <param name="Css">The class of its colour.</param>
/// <param name="Rate">Dollars per million; null where none is known or several apply.</param>
/// <param name="Amount">Dollars; null where no price is known.</param>
public sealed record TokenLine(string Name, string Css, long Tokens, decimal? Rate, decimal? Amount)
{
    /// <summary>Different rates that apply to it.</summary>
    public int Rates { get; init; }

    /// <summary>Whether it is part of the line above and does not add to the sum.</summary>
    public bool IsPart { get; init; }
}
