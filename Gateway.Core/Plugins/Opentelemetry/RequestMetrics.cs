using System.Diagnostics;
using Gateway.Core.Llm.Forwarding;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins.Opentelemetry.Export;
using Gateway.Core.Telemetry;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;

namespace Gateway.Core.Plugins.Opentelemetry;

/// <summary>What metrics say of a finished request.</summary>
internal static class RequestMetrics
{
    private const string Consumer = "kong.auth.consumer.name";

    public static void Count(MetricExporter metrics, GatewayContext context, MetricsConfig config)
    {
        var record = context.Record;
        var place = new TagList
        {
            { "kong.service.name", record.Service is { } service ? service.Name ?? service.Host : "" },
            { "kong.route.name", record.Route is { } route ? route.Name ?? route.Id.ToString() : "" },
            { "kong.workspace.name", DefaultWorkspace.Name },
        };
        if (config.EnableLatencyMetrics)
        {
            CountLatency(metrics, record.Timings, place);
        }

        if (config.EnableRequestMetrics || config.EnableBandwidthMetrics)
        {
            var source = place;
            source.Add("kong.response.source", record.IsFromUpstream ? "upstream" : "kong");
            if (config.EnableConsumerAttribute)
            {
                source.Add(Consumer, LabelValue.Of(record.Consumer));
            }

            CountRequest(metrics, record, config, source);
        }

        if (config.EnableAiMetrics && record.Llm is { LogStatistics: true } llm && context.UpstreamCall is LlmCall { Request.IsModelCall: true })
        {
            CountCall(metrics, record, llm, config);
        }
    }

    private static void CountLatency(MetricExporter metrics, RequestTimings timings, in TagList place)
    {
        metrics.TotalLatency.Record((timings.Total ?? 0) / 1000, place);
        metrics.InternalLatency.Record(timings.Gateway / 1000, place);
        if (timings.Upstream is { } upstream)
        {
            metrics.UpstreamLatency.Record(upstream / 1000, place);
        }
    }

    private static void CountRequest(MetricExporter metrics, RequestRecord record, MetricsConfig config, in TagList source)
    {
        if (config.EnableBandwidthMetrics)
        {
            metrics.RequestSize.Add(record.RequestSize, source);
            metrics.ResponseSize.Add(record.ResponseSize, source);
        }

        if (config.EnableRequestMetrics)
        {
            var request = source;
            request.Add("http.request.method", SpanFacts.MethodOf(record.Method));
            request.Add("kong.response.status_code", record.Status);
            metrics.Requests.Add(1, request);
        }
    }

    private static void CountCall(MetricExporter metrics, RequestRecord record, LlmRecord llm, MetricsConfig config)
    {
        var call = new TagList
        {
            { "gen_ai.provider.name", GenAiFacts.ProviderOf(llm.Provider) },
            { "gen_ai.request.model", LabelValue.Of(llm.RequestModel) },
            { "gen_ai.response.model", LabelValue.Of(llm.ResponseModel ?? llm.RequestModel) },
            { "gen_ai.operation.name", GenAiFacts.OperationOf(llm.ClientFormat) },
            { "kong.gen_ai.request.mode", GenAiFacts.ModeOf(llm) },
            { "kong.workspace.name", DefaultWorkspace.Name },
            { Consumer, LabelValue.Of(record.Consumer) },
        };
        if (llm.Usage is { } usage)
        {
            CountTokens(metrics, usage.PromptTokens, "input", call);
            CountTokens(metrics, usage.CompletionTokens, "output", call);
        }

        if (llm.Cost > 0)
        {
            metrics.Cost.Add((double)llm.Cost, call);
        }

        if (llm.TimeToFirstTokenMs is { } first)
        {
            metrics.FirstToken.Record(first / 1000, call);
            if (llm is { LatencyMs: { } whole, Usage.CompletionTokens: > 1 and var tokens })
            {
                metrics.OutputToken.Record((whole - first) / 1000 / (tokens - 1), call);
            }
        }

        if (config.EnableRequestMetrics && GenAiFacts.ErrorOf(record) is { } error)
        {
            call.Add("error.type", error);
        }

        metrics.Operation.Record((record.Timings.Total ?? 0) / 1000, call);
        if (config.EnableLatencyMetrics && llm.LatencyMs is { } latency)
        {
            metrics.ModelRequest.Record(latency / 1000, call);
        }
    }

    private static void CountTokens(MetricExporter metrics, long count, string type, in TagList call)
    {
        if (count > 0)
        {
            var typed = call;
            typed.Add("gen_ai.token.type", type);
            metrics.Tokens.Add(count, typed);
        }
    }
}
