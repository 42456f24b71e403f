using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;

namespace Gateway.Core.Logging;

/// <summary>
/// Writes a finished record as Kong Gateway's log plugins do (reference of the file-log plugin and of the AI plugins' audit log):
/// one object, null members left out, no line feed, numbers with at most 14 significant digits.
/// </summary>
internal static class RequestRecordWriter
{
    public static void Write(JsonLineWriter json, RequestRecord record, RecordParts parts)
    {
        json.WriteStartObject();
        WriteRequest(json, record);
        WriteResponse(json, record);
        json.WriteString("upstream_uri"u8, record.UpstreamUri);
        json.WriteString("upstream_status"u8, record.UpstreamStatus);
        WriteLatencies(json, record);
        WriteTries(json, record);
        if (parts.HasFlag(RecordParts.Entities))
        {
            WriteEntities(json, record);
        }

        json.WriteString("client_ip"u8, record.ClientIp);
        json.WriteNumber("started_at"u8, record.StartedAtMs);
        json.WriteString("source"u8, record.IsFromUpstream ? "upstream"u8 : "kong"u8);
        json.WriteString("workspace"u8, DefaultWorkspace.Id);
        json.WriteString("workspace_name"u8, DefaultWorkspace.Name);
        if (record.CorrelationId is { } correlation)
        {
            json.WriteString("correlation_id"u8, correlation);
        }

        if (record.TraceIds.Count > 0)
        {
            json.WriteStartObject("trace_id"u8);
            foreach (var (format, id) in record.TraceIds)
            {
                json.WriteString(format, id);
            }

            json.WriteEndObject();
        }

        if (record.Llm is { } llm)
        {
            WriteAi(json, record, llm, parts);
        }

        if (parts.HasFlag(RecordParts.Gatehouse))
        {
            GatehouseMemberWriter.Write(json, record);
        }

        json.WriteEndObject();
    }

    private static void WriteRequest(JsonLineWriter json, RequestRecord record)
    {
        json.WriteStartObject("request"u8);
        json.WriteString("id"u8, record.RequestId);
        json.WriteString("method"u8, record.Method);
        json.WriteString("uri"u8, record.Uri);
        json.WriteString("url"u8, record.BaseUrl, record.Uri);
        QueryStringJson.Write(json, "querystring"u8, record.Uri);
        WriteHeaders(json, record.RequestHeaders);
        json.WriteNumber("size"u8, record.RequestSize);
        if (record.Tls is { } tls)
        {
            json.WriteStartObject("tls"u8);
            json.WriteString("version"u8, tls.Version);
            json.WriteString("cipher"u8, tls.Cipher);
            json.WriteString("client_verify"u8, "NONE"u8);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteResponse(JsonLineWriter json, RequestRecord record)
    {
        json.WriteStartObject("response"u8);
        json.WriteNumber("status"u8, record.Status);
        WriteHeaders(json, record.ResponseHeaders);
        json.WriteNumber("size"u8, record.ResponseSize);
        json.WriteEndObject();
    }

    /// <param name="onlyAliases">Whether only the two are written that Kong's record repeats.</param>
    private static void WriteHeaders(JsonLineWriter json, IReadOnlyList<KeyValuePair<string, string>> captured, bool onlyAliases = false)
    {
        ReadOnlySpan<KeyValuePair<string, string>> headers = captured as KeyValuePair<string, string>[] ?? [.. captured];
        var hasRepeats = HasRepeats(headers);
        json.WriteStartObject("headers"u8);
        for (var i = 0; i < headers.Length; i++)
        {
            var (name, value) = headers[i];
            if (onlyAliases && name is not ("user-agent" or "content-type"))
            {
                continue;
            }

            if (hasRepeats)
            {
                WriteRepeated(json, headers, i);
            }
            else
            {
                json.WriteString(name, value);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Writes all values of a name where it comes first.</summary>
    private static void WriteRepeated(JsonLineWriter json, ReadOnlySpan<KeyValuePair<string, string>> headers, int first)
    {
        var (name, value) = headers[first];
        if (IndexOf(headers[..first], name) >= 0)
        {
            return;
        }

        json.WritePropertyName(name);
        var later = headers[(first + 1)..];
        if (IndexOf(later, name) < 0)
        {
            json.WriteStringValue(value);
            return;
        }

        json.WriteStartArray();
        json.WriteStringValue(value);
        foreach (var (other, further) in later)
        {
            if (other == name)
            {
                json.WriteStringValue(further);
            }
        }

        json.WriteEndArray();
    }

    private static bool HasRepeats(ReadOnlySpan<KeyValuePair<string, string>> headers)
    {
        for (var i = 1; i < headers.Length; i++)
        {
            if (IndexOf(headers[..i], headers[i].Key) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static int IndexOf(ReadOnlySpan<KeyValuePair<string, string>> headers, string name)
    {
        for (var i = 0; i < headers.Length; i++)
        {
            if (headers[i].Key == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static void WriteLatencies(JsonLineWriter json, RequestRecord record)
    {
        var timings = record.Timings;
        var total = timings.Total ?? 0;
        json.WriteStartObject("latencies"u8);
        json.WriteNumber("kong"u8, Whole(timings.Gateway));
        json.WriteNumber("proxy"u8, timings.Upstream is { } upstream ? Whole(upstream) : -1);
        json.WriteNumber("request"u8, Whole(total));
        json.WriteNumber("receive"u8, timings.UpstreamHeaders is { } received ? Whole((timings.UpstreamDone ?? total) - received) : 0);
        json.WriteEndObject();
    }

    private static void WriteTries(JsonLineWriter json, RequestRecord record)
    {
        json.WriteStartArray("tries"u8);
        foreach (var attempt in record.Tries)
        {
            json.WriteStartObject();
            json.WriteNumber("balancer_start"u8, attempt.BalancerStartMs);
            json.WriteNumber("balancer_start_ns"u8, attempt.BalancerStartNs);
            json.WriteNumber("balancer_latency"u8, attempt.BalancerLatencyNs / 1_000_000);
            json.WriteNumber("balancer_latency_ns"u8, attempt.BalancerLatencyNs);
            if (attempt.Ip is not null)
            {
                json.WriteString("ip"u8, attempt.Ip);
            }

            json.WriteNumber("port"u8, attempt.Port);
            if (attempt.State is not null)
            {
                json.WriteString("state"u8, attempt.State);
                if (attempt.Code != 0)
                {
                    json.WriteNumber("code"u8, attempt.Code);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEntities(JsonLineWriter json, RequestRecord record)
    {
        if (record.Service is { } service)
        {
            json.WritePropertyName("service"u8);
            json.WriteRawValue(EntityJson.Get(service));
        }

        if (record.Route is { } route)
        {
            json.WritePropertyName("route"u8);
            json.WriteRawValue(EntityJson.Get(route));
        }

        if (record.Consumer is { } consumer)
        {
            json.WritePropertyName("consumer"u8);
            json.WriteRawValue(EntityJson.Get(consumer));
        }

        if (record.AuthenticatedEntity is { } credential)
        {
            json.WriteStartObject("authenticated_entity"u8);
            json.WriteString("id"u8, credential.Id);
            json.WriteString("consumer_id"u8, credential.ConsumerId);
            json.WriteEndObject();
        }
    }

    private static void WriteAi(JsonLineWriter json, RequestRecord record, LlmRecord llm, RecordParts parts)
    {
        var hasPayload = parts.HasFlag(RecordParts.Payloads) && llm.LogPayloads && (llm.RequestPayload ?? llm.ResponsePayload) is not null;
        if (!llm.LogStatistics && !hasPayload && llm.TriedTargets is null)
        {
            return;
        }

        var hasAliases = parts.HasFlag(RecordParts.Aliases) && llm.PluginName == "ai-proxy";
        if (hasAliases)
        {
            json.WriteString("method"u8, record.Method);
            WriteHeaders(json, record.RequestHeaders, onlyAliases: true);
        }

        json.WriteStartObject("ai"u8);
        json.WriteStartObject("proxy"u8);
        var statistics = json.Length;
        if (llm.LogStatistics)
        {
            WriteMeta(json, llm);
            WriteUsage(json, llm);
        }

        var end = json.Length;

        if (hasPayload)
        {
            WritePayload(json, llm);
        }

        if (llm.TriedTargets is not null)
        {
            WriteTriedTargets(json, llm.TriedTargets);
        }

        json.WriteEndObject();
        if (hasAliases && llm.LogStatistics)
        {
            json.RepeatMembers(statistics, end);
        }

        json.WriteEndObject();
    }

    private static void WriteMeta(JsonLineWriter json, LlmRecord llm)
    {
        json.WriteStartObject("meta"u8);
        json.WriteString("request_model"u8, llm.RequestModel ?? "UNSPECIFIED");
        json.WriteString("request_mode"u8, llm.IsStream ? "stream"u8 : "oneshot"u8);
        json.WriteString("response_model"u8, llm.ResponseModel ?? llm.RequestModel ?? "UNSPECIFIED");
        json.WriteString("provider_name"u8, llm.Provider ?? "UNSPECIFIED");
        if (llm.LatencyMs is { } latency)
        {
            json.WriteNumber("llm_latency"u8, Whole(latency));
        }

        json.WriteString("plugin_id"u8, llm.PluginId);
        if (llm.Azure is { } azure)
        {
            json.WriteString("azure_instance_id"u8, azure.Instance);
            json.WriteString("azure_deployment_id"u8, azure.Deployment);
            json.WriteString("azure_api_version"u8, azure.ApiVersion);
        }

        json.WriteEndObject();
    }

    private static void WriteUsage(JsonLineWriter json, LlmRecord llm)
    {
        json.WriteStartObject("usage"u8);
        if (llm.Usage is { } usage)
        {
            json.WriteNumber("completion_tokens"u8, usage.CompletionTokens);
            WriteCompletionDetails(json, usage);
            json.WriteNumber("total_tokens"u8, usage.TotalTokens);
        }

        json.WriteNumber14("cost"u8, (double)llm.Cost);
        if (llm.LatencyMs is { } latency)
        {
            var completion = llm.Usage?.CompletionTokens ?? 0;
            json.WriteNumber14("time_per_token"u8, completion == 0 ? 0 : Math.Floor(latency) / completion);
        }

        if (llm.TimeToFirstTokenMs is { } first)
        {
            json.WriteNumber("time_to_first_token"u8, Whole(first));
        }

        if (llm.Usage is { } counted)
        {
            json.WriteNumber("prompt_tokens"u8, counted.PromptTokens);
            WritePromptDetails(json, counted);
        }

        json.WriteEndObject();
    }

    private static void WriteCompletionDetails(JsonLineWriter json, TokenUsage usage)
    {
        json.WriteStartObject("completion_tokens_details"u8);
        if (usage.HasCompletionDetails)
        {
            json.WriteNumber("accepted_prediction_tokens"u8, usage.AcceptedPredictionTokens);
            json.WriteNumber("audio_tokens"u8, usage.CompletionAudioTokens);
            json.WriteNumber("rejected_prediction_tokens"u8, usage.RejectedPredictionTokens);
            json.WriteNumber("reasoning_tokens"u8, usage.ReasoningTokens);
        }

        json.WriteEndObject();
    }

    private static void WritePromptDetails(JsonLineWriter json, TokenUsage usage)
    {
        json.WriteStartObject("prompt_tokens_details"u8);
        if (usage.HasPromptDetails)
        {
            json.WriteNumber("cached_tokens"u8, usage.CacheReadTokens);
            json.WriteNumber("audio_tokens"u8, usage.PromptAudioTokens);
        }

        json.WriteEndObject();
    }

    private static void WritePayload(JsonLineWriter json, LlmRecord llm)
    {
        json.WriteStartObject("payload"u8);
        if (llm.RequestPayload is not null)
        {
            json.WriteString("request"u8, llm.RequestPayload);
        }

        if (llm.ResponsePayload is not null)
        {
            json.WriteString("response"u8, llm.ResponsePayload);
        }

        json.WriteEndObject();
    }

    private static void WriteTriedTargets(JsonLineWriter json, List<TriedTarget> targets)
    {
        json.WriteStartArray("tried_targets"u8);
        foreach (var target in targets)
        {
            json.WriteStartObject();
            if (target.Ip is not null)
            {
                json.WriteString("ip"u8, target.Ip);
            }

            json.WriteString("route_type"u8, target.RouteType);
            json.WriteNumber("port"u8, target.Port);
            json.WriteString("upstream_scheme"u8, target.UpstreamScheme);
            json.WriteString("host"u8, target.Host);
            json.WriteString("upstream_uri"u8, target.UpstreamUri);
            json.WriteString("provider"u8, target.Provider);
            if (target.Model is not null)
            {
                json.WriteString("model"u8, target.Model);
            }

            if (target.Status is { } status)
            {
                json.WriteNumber("status"u8, status);
            }

            if (target.Error is not null)
            {
                json.WriteString("error"u8, target.Error);
            }

            if (target.DurationMs is { } duration)
            {
                json.WriteNumber("duration_ms"u8, Whole(duration));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static long Whole(double milliseconds) => double.IsFinite(milliseconds) ? (long)Math.Floor(Math.Max(0, milliseconds)) : 0;
}
