using System.Diagnostics;
using System.Runtime.CompilerServices;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins.Opentelemetry.Export;

namespace Gateway.Core.Plugins.Opentelemetry;

/// <summary>Traces requests: takes the caller's trace up, passes it on to the upstream, and sends spans, metrics and records to OTLP endpoints.</summary>
[Plugin("opentelemetry", priority: 14, ForbiddenScopes = ["consumer_group"])]
internal sealed class OpentelemetryPlugin(OtlpExporters exporters) : Plugin<OpentelemetryConfig>
{
    // By the config itself: it is made anew when a secret that it refers to changes.
    private readonly ConditionalWeakTable<OpentelemetryConfig, TelemetryPlan> _plans = [];

    protected override ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, OpentelemetryConfig config)
    {
        FindTrace(context, config);
        return ValueTask.FromResult(PhaseResult.Continue);
    }

    protected override void ResponseHeaders(GatewayContext context, PluginInstance instance, OpentelemetryConfig config)
    {
        if (config.HttpResponseHeaderForTraceid is { Length: > 0 } header && FindTrace(context, config) is { } trace)
        {
            context.Http.Response.Headers[header] = trace.TraceId.ToHexString();
        }
    }

    protected override void Log(GatewayContext context, PluginInstance instance, OpentelemetryConfig config)
    {
        var trace = FindTrace(context, config);
        if (config.AccessLogs.Endpoint is not null && PlanOf(config).AccessLogs is { } records)
        {
            using var facts = new Activity(context.Record.Method);
            SpanFacts.FillServer(facts, context);
            records.Add(facts, trace?.Server);
        }

        trace?.End(context);
        if (config.Metrics.Endpoint is not null && PlanOf(config).Metrics is { } metrics)
        {
            RequestMetrics.Count(metrics, context, config.Metrics);
        }
    }

    /// <summary>The request's trace, begun when this is the first phase that comes to it: another plugin may have answered before.</summary>
    private RequestTrace? FindTrace(GatewayContext context, OpentelemetryConfig config)
    {
        if (config.TracesEndpoint is null)
        {
            return null;
        }

        if (context.Http.Features.Get<RequestTrace>() is { } begun)
        {
            return begun;
        }

        var trace = new RequestTrace(context, PlanOf(config).Traces);
        context.Http.Features.Set(trace);
        return trace;
    }

    private TelemetryPlan PlanOf(OpentelemetryConfig config) =>
        _plans.GetValue(config, c => new TelemetryPlan(new TracePlan(c, exporters.Traces(c)), exporters.Metrics(c), exporters.AccessLogs(c)));

    private sealed record TelemetryPlan(TracePlan Traces, MetricExporter? Metrics, AccessLogExporter? AccessLogs);
}
