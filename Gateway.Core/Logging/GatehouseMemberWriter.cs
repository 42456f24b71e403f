using System.Globalization;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;

namespace Gateway.Core.Logging;

/// <summary>Writes the member <c>gatehouse</c> of a record: what this product knows beyond Kong's members.</summary>
internal static class GatehouseMemberWriter
{
    public static void Write(JsonLineWriter json, RequestRecord record)
    {
        json.WriteStartObject("gatehouse"u8);
        json.WriteString("request_id"u8, record.RequestId);
        WriteOptional(json, "session_id"u8, record.SessionId);
        WriteOptional(json, "agent"u8, record.Agent);
        WriteOptional(json, "replay_of"u8, record.ReplayOf);
        if (record.Llm is { } llm)
        {
            json.WriteString("plugin"u8, llm.PluginName);
            WriteOptional(json, "provider"u8, llm.Provider);
            WriteOptional(json, "requested_model"u8, llm.RequestedModel);
            WriteOptional(json, "model"u8, llm.ResponseModel ?? llm.RequestModel);
            if (llm.ResponseModel is not null && llm.ResponseModel != llm.RequestModel)
            {
                // A price may be known for this name only.
                WriteOptional(json, "request_model"u8, llm.RequestModel);
            }

            WriteOptional(json, "client_format"u8, llm.ClientFormat);
            WriteOptional(json, "upstream_format"u8, llm.UpstreamFormat);
            json.WriteBoolean("stream"u8, llm.IsStream);
            WriteOptional(json, "finish_reason"u8, llm.FinishReason);
            WriteOptional(json, "service_tier"u8, llm.ServiceTier);
            WriteNames(json, "dropped"u8, llm.Dropped);
            WriteUsage(json, record, llm);
            WriteCost(json, llm);
            if (llm.IsPayloadCut)
            {
                json.WriteBoolean("payload_cut"u8, true);
            }

            WriteNames(json, "redacted"u8, llm.Redacted);
        }

        WriteTiming(json, record);
        json.WriteNumber("config_version"u8, record.SnapshotVersion);
        json.WriteString("outcome"u8, OutcomeNames.NameOf(record.Outcome));
        WriteOptional(json, "outcome_detail"u8, record.OutcomeDetail);
        WriteOptional(json, "error"u8, record.ErrorMessage);
        json.WriteEndObject();
    }

    private static void WriteNames(JsonLineWriter json, ReadOnlySpan<byte> member, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return;
        }

        json.WriteStartArray(member);
        foreach (var name in names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }

    private static void WriteUsage(JsonLineWriter json, RequestRecord record, LlmRecord llm)
    {
        if (record.Outcome == RequestOutcome.InFlight && llm.OutputTokensSoFar > 0)
        {
            json.WriteNumber("output_tokens_so_far"u8, llm.OutputTokensSoFar);
        }

        if (llm.Usage is not { } usage)
        {
            return;
        }

        json.WriteStartObject("usage"u8);
        json.WriteNumber("input"u8, usage.InputTokens);
        json.WriteNumber("cache_read"u8, usage.CacheReadTokens);
        json.WriteNumber("cache_write_5m"u8, usage.CacheWrite5mTokens);
        json.WriteNumber("cache_write_1h"u8, usage.CacheWrite1hTokens);
        json.WriteNumber("output"u8, usage.CompletionTokens);
        json.WriteNumber("reasoning"u8, usage.ReasoningTokens);
        json.WriteString("source"u8, usage.Source == UsageSource.Provider ? "provider"u8 : "estimate"u8);
        if (usage.TotalTokens != usage.PromptTokens + usage.CompletionTokens
            || usage.CacheReadTokens + usage.CacheWrite5mTokens + usage.CacheWrite1hTokens > usage.PromptTokens)
        {
            // Tells what the provider counts beside what; a later look at the price needs it.
            json.WriteNumber("prompt"u8, usage.PromptTokens);
            json.WriteNumber("total"u8, usage.TotalTokens);
        }

        json.WriteEndObject();
    }

    private static void WriteCost(JsonLineWriter json, LlmRecord llm)
    {
        json.WriteStartObject("cost"u8);
        if (llm.Receipt is { } receipt)
        {
            WriteReceipt(json, receipt);
        }
        else
        {
            if (llm.KnownCost is { } known)
            {
                json.WriteNumber("amount"u8, known);
            }
            else
            {
                // A reader must see that there is no price, not miss a member.
                json.WriteNull("amount"u8);
            }

            json.WriteNull("price_id"u8);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the members of <c>cost</c> for a call whose price is known.</summary>
    public static void WriteReceipt(JsonLineWriter json, CostReceipt receipt)
    {
        json.WriteNumber("amount"u8, receipt.Amount);
        json.WriteString("currency"u8, receipt.Currency);
        json.WriteString("price_id"u8, receipt.PriceId);
        if (receipt.PriceDate is { } date)
        {
            json.WriteString("price_date"u8, date.ToString("O", CultureInfo.InvariantCulture));
        }

        json.WriteString("source"u8, receipt.Source switch { PriceSource.Plugin => "plugin"u8, PriceSource.Table => "table"u8, _ => "admin"u8 });
        json.WriteStartArray("lines"u8);
        foreach (var line in receipt.Lines)
        {
            json.WriteStartObject();
            json.WriteString("bucket"u8, line.Bucket);
            json.WriteNumber("tokens"u8, line.Tokens);
            json.WriteNumber("rate"u8, line.Rate);
            json.WriteNumber("amount"u8, line.Amount);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("is_estimate"u8, receipt.IsEstimate);
    }

    private static void WriteTiming(JsonLineWriter json, RequestRecord record)
    {
        var timings = record.Timings;
        json.WriteStartObject("timing"u8);
        WriteMs(json, "total"u8, timings.Total);
        WriteMs(json, "gateway"u8, timings.UpstreamSent ?? timings.Total);
        WriteMs(json, "upstream_headers"u8, timings.UpstreamHeaders);
        WriteMs(json, "time_to_first_token"u8, timings.FirstToken ?? record.Llm?.TimeToFirstTokenMs);
        WriteMs(json, "generation"u8, timings.UpstreamDone - timings.FirstToken);
        json.WriteEndObject();
    }

    private static void WriteMs(JsonLineWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } milliseconds)
        {
            json.WriteMilliseconds(name, milliseconds);
        }
    }

    private static void WriteOptional(JsonLineWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
