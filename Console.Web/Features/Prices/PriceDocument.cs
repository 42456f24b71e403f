using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Core.Llm.Pricing;
using Gateway.Shared.Usage;

namespace ConsoleWeb.Features.Prices;

/// <summary>Prices as JSON: what the Admin API takes and gives, and what files hold.</summary>
internal static class PriceDocument
{
    private static readonly string[] Rates = ["input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "reasoning"];

    private static readonly string[] ReadOnly = ["id", "price_id", "origin", "version", "currency", "date"];

    /// <returns>What is wrong with the body.</returns>
    public static string? Read(JsonObject body, PriceRow? existing, out PriceDraft draft)
    {
        draft = existing is null ? new PriceDraft() : PriceDraft.Of(existing);
        foreach (var (name, value) in body)
        {
            if (Rates.Contains(name))
            {
                decimal? rate = null;
                if (value is not null)
                {
                    if (value is not JsonValue number || !number.TryGetValue<decimal>(out var given))
                    {
                        return $"{name}: expected a number";
                    }

                    rate = given;
                }

                draft = name switch
                {
                    "input" => draft with { Input = rate },
                    "output" => draft with { Output = rate },
                    "cache_read" => draft with { CacheRead = rate },
                    "cache_write_5m" => draft with { CacheWrite5m = rate },
                    "cache_write_1h" => draft with { CacheWrite1h = rate },
                    _ => draft with { Reasoning = rate },
                };
                continue;
            }

            if (name is "long_context" or "tiers")
            {
                if (ReadFactors(name, value, ref draft) is { } wrong)
                {
                    return wrong;
                }

                continue;
            }

            // What a list says of a price and no price is set by; so that what was exported can be imported.
            if (ReadOnly.Contains(name) && existing is null)
            {
                continue;
            }

            if (value is not JsonValue text || !text.TryGetValue<string>(out var words))
            {
                return $"{name}: expected a string";
            }

            switch (name)
            {
                case "provider" or "pattern" when existing is not null && words != (name == "provider" ? draft.Provider : draft.Pattern):
                    return $"{name}: cannot be changed; set a new price";
                case "provider":
                    draft = draft with { Provider = words };
                    break;
                case "pattern":
                    draft = draft with { Pattern = words };
                    break;
                case "source":
                    draft = draft with { Source = words };
                    break;
                case "valid_from" when DateTimeOffset.TryParse(words, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment):
                    draft = draft with { ValidFrom = moment };
                    break;
                case "valid_from":
                    return "valid_from: must be a moment such as 2030-01-31T12:00:00Z";
                default:
                    return $"{name}: unknown field";
            }
        }

        return null;
    }

    private static string? ReadFactors(string name, JsonNode? value, ref PriceDraft draft)
    {
        if (value is not (null or JsonObject))
        {
            return $"{name}: expected an object";
        }

        var numbers = new Dictionary<string, decimal>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, node) in value as JsonObject ?? [])
        {
            if (node is not JsonValue number || !number.TryGetValue<decimal>(out var factor))
            {
                return $"{name}.{key}: expected a number";
            }

            numbers[key] = factor;
        }

        if (name == "tiers")
        {
            draft = draft with { Tiers = new ReadOnlyDictionary<string, decimal>(numbers) };
            return null;
        }

        if (numbers.Count > 0 && (numbers.Count != 3 || !numbers.TryGetValue("above", out var above) || decimal.Truncate(above) != above || !numbers.ContainsKey("input") || !numbers.ContainsKey("output")))
        {
            return "long_context: takes above (tokens of the prompt), input and output (factors)";
        }

        draft = draft with { LongContext = numbers.Count == 0 ? null : new LongContext((long)numbers["above"], numbers["input"], numbers["output"]) };
        return null;
    }

    /// <summary>A price as lists, answers and files show it.</summary>
    public static JsonObject Write(PriceRow row) => new()
    {
        ["id"] = row.Id?.ToString(),
        ["price_id"] = row.Price.Id,
        ["provider"] = row.Price.Provider,
        ["pattern"] = row.Price.Pattern,
        ["origin"] = row.Price.Origin == PriceSource.Admin ? "admin" : "table",
        ["version"] = row.Version,
        ["valid_from"] = row.ValidFrom is { } from ? from.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture) : null,
        ["currency"] = ModelPrice.Currency,
        ["input"] = row.Price.Input,
        ["output"] = row.Price.Output,
        ["cache_read"] = row.Price.CacheRead,
        ["cache_write_5m"] = row.Price.CacheWrite5m,
        ["cache_write_1h"] = row.Price.CacheWrite1h,
        ["reasoning"] = row.Price.Reasoning,
        ["long_context"] = row.Price.LongContext is { } context ? new JsonObject { ["above"] = context.Above, ["input"] = context.Input, ["output"] = context.Output } : null,
        ["tiers"] = row.Price.Tiers is { Count: > 0 } tiers ? new JsonObject(tiers.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value))) : null,
        ["source"] = row.Price.Source,
        ["date"] = row.Price.Date.ToString("O", CultureInfo.InvariantCulture),
    };
}
