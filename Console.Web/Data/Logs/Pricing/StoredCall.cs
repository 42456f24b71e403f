using System.Text.Json;
using Gateway.Core.Llm.Pricing;
using Gateway.Core.Logging;
using Gateway.Shared.Usage;

namespace ConsoleWeb.Data.Logs.Pricing;

/// <summary>What a stored record says about the price of its call, and where.</summary>
internal sealed record StoredCall
{
    private string? _provider;
    private string? _model;
    private string? _requestModel;
    private string? _requestedModel;
    private string? _tier;
    private string? _source;
    private TokenUsage _usage = new();
    private (int Start, int End) _cost;

    private StoredCall()
    {
    }

    public decimal? Amount { get; private set; }

    public string? PriceId { get; private set; }

    public string ProviderName => _provider ?? "";

    public string ModelName => _model ?? _requestedModel ?? "";

    /// <summary>Prices of the plugin's model options are not ours to change; before receipts they left no source.</summary>
    public bool IsByPlugin => _source == "plugin" || (Amount is not null && PriceId is null);

    /// <returns>Null for a record without a cost: not a call of a model.</returns>
    public static StoredCall? Read(ReadOnlySpan<byte> record)
    {
        var call = new StoredCall();
        var reader = new Utf8JsonReader(record);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("gatehouse"u8))
            {
                reader.Read();
                call.ReadGatehouse(ref reader);
                break;
            }

            reader.Skip();
        }

        return call._cost.End == 0 ? null : call;
    }

    /// <summary>The cost by the prices known now, at the time of the call; null where none is known.</summary>
    public CostReceipt? Price(PriceBook book, DateTimeOffset startedAt)
    {
        // A record that names the model sent upstream says by it what was asked for; the client's own word counts only without one.
        var asked = _requestModel ?? (_model is null ? _requestedModel : null);
        return book.Find(_provider, _model, asked, startedAt)?.Compute(_usage, _tier);
    }

    /// <summary>The record with another receipt in place of its cost; all other bytes stay.</summary>
    public byte[] With(ReadOnlySpan<byte> record, CostReceipt receipt)
    {
        using var json = new JsonLineWriter();
        json.Append(record[.._cost.Start]);
        json.WriteStartObject();
        GatehouseMemberWriter.WriteReceipt(json, receipt);
        json.WriteEndObject();
        json.Append(record[_cost.End..]);
        return json.WrittenSpan.ToArray();
    }

    private void ReadGatehouse(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "provider":
                    _provider = reader.GetString();
                    break;
                case "model":
                    _model = reader.GetString();
                    break;
                case "request_model":
                    _requestModel = reader.GetString();
                    break;
                case "requested_model":
                    _requestedModel = reader.GetString();
                    break;
                case "service_tier":
                    _tier = reader.GetString();
                    break;
                case "usage":
                    ReadUsage(ref reader);
                    break;
                case "cost":
                    var start = (int)reader.TokenStartIndex;
                    ReadCost(ref reader);
                    _cost = (start, (int)reader.BytesConsumed);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private void ReadCost(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "amount" when reader.TokenType == JsonTokenType.Number:
                    Amount = reader.GetDecimal();
                    break;
                case "price_id":
                    PriceId = reader.GetString();
                    break;
                case "source":
                    _source = reader.GetString();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private void ReadUsage(ref Utf8JsonReader reader)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var source = UsageSource.Provider;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var count))
            {
                counts[name] = count;
            }
            else if (name == "source" && reader.ValueTextEquals("estimate"u8))
            {
                source = UsageSource.Estimate;
            }
        }

        long Count(string name) => counts.GetValueOrDefault(name);
        _usage = new TokenUsage
        {
            PromptTokens = counts.TryGetValue("prompt", out var prompt) ? prompt : Count("input") + Count("cache_read") + Count("cache_write_5m") + Count("cache_write_1h"),
            CompletionTokens = Count("output"),
            ReportedTotal = counts.TryGetValue("total", out var total) ? total : null,
            CacheReadTokens = Count("cache_read"),
            CacheWrite5mTokens = Count("cache_write_5m"),
            CacheWrite1hTokens = Count("cache_write_1h"),
            ReasoningTokens = Count("reasoning"),
            Source = source,
        };
    }
}
