using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.Opentelemetry.Propagation;

/// <summary><c>uber-trace-id: {trace}:{span}:{parent}:{flags}</c>; leading zeros of the ids may be missing.</summary>
internal sealed class JaegerFormat() : TraceFormat("jaeger")
{
    private const string Header = "uber-trace-id";

    public override TraceParent? Read(IHeaderDictionary headers)
    {
        var parts = Uri.UnescapeDataString(Value(headers, Header)).Split(':');
        return parts.Length == 4
            && TraceIds.TryParseTrace(parts[0], out var trace)
            && TraceIds.TryParseSpan(parts[1], out var span)
            && byte.TryParse(parts[3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var flags)
                ? new TraceParent(trace, span, (flags & 1) != 0)
                : null;
    }

    public override void Write(HttpRequestHeaders headers, in TraceChild trace) =>
        Set(headers, Header, $"{TextOf(trace.TraceId)}:{trace.SpanId.ToHexString()}:{(trace.ParentId != default ? trace.ParentId.ToHexString() : "0")}:{(trace.IsSampled ? "01" : "00")}");

    public override string TextOf(ActivityTraceId id) => ShortTextOf(id);
}

/// <summary>OpenTracing's <c>ot-tracer-*</c> headers.</summary>
internal sealed class OpenTracingFormat() : TraceFormat("ot")
{
    public override TraceParent? Read(IHeaderDictionary headers) =>
        TraceIds.TryParseTrace(Value(headers, "ot-tracer-traceid"), out var trace) && TraceIds.TryParseSpan(Value(headers, "ot-tracer-spanid"), out var span)
            ? new TraceParent(trace, span, Decision(Value(headers, "ot-tracer-sampled")))
            : null;

    public override void Write(HttpRequestHeaders headers, in TraceChild trace)
    {
        Set(headers, "ot-tracer-traceid", TextOf(trace.TraceId));
        Set(headers, "ot-tracer-spanid", trace.SpanId.ToHexString());
        Set(headers, "ot-tracer-sampled", trace.IsSampled ? "1" : "0");
    }

    public override string TextOf(ActivityTraceId id) => ShortTextOf(id);
}

/// <summary><c>x-datadog-*</c>: decimal numbers of 64 bits, and a priority that keeps the trace when it is above zero.</summary>
internal sealed class DatadogFormat() : TraceFormat("datadog")
{
    public override TraceParent? Read(IHeaderDictionary headers) =>
        TraceIds.TryParseDecimal(Value(headers, "x-datadog-trace-id"), out var low)
        && TraceIds.TryParseTrace(low.ToHexString(), out var trace)
        && TraceIds.TryParseDecimal(Value(headers, "x-datadog-parent-id"), out var span)
            ? new TraceParent(trace, span, int.TryParse(Value(headers, "x-datadog-sampling-priority"), CultureInfo.InvariantCulture, out var priority) ? priority > 0 : null)
            : null;

    public override void Write(HttpRequestHeaders headers, in TraceChild trace)
    {
        Set(headers, "x-datadog-trace-id", TextOf(trace.TraceId));
        Set(headers, "x-datadog-parent-id", TraceIds.ToDecimal(trace.SpanId.ToHexString()));
        Set(headers, "x-datadog-sampling-priority", trace.IsSampled ? "1" : "0");
    }

    public override string TextOf(ActivityTraceId id) => TraceIds.ToDecimal(id.ToHexString());
}

/// <summary><c>x-amzn-trace-id: Root=1-{8 digits}-{24 digits};Parent={span};Sampled={0|1}</c>.</summary>
internal sealed class AwsFormat() : TraceFormat("aws")
{
    private const string Header = "x-amzn-trace-id";

    public override TraceParent? Read(IHeaderDictionary headers)
    {
        ActivityTraceId trace = default;
        ActivitySpanId span = default;
        bool? decision = null;
        foreach (var part in Value(headers, Header).Split(';', StringSplitOptions.TrimEntries))
        {
            var (name, value) = part.Split('=', 2) is [var left, var right] ? (left, right) : (part, "");
            switch (name)
            {
                case "Root" when value.Split('-') is ["1", { Length: 8 } time, { Length: 24 } random]:
                    trace = TraceIds.TryParseTrace(time + random, out var root) ? root : default;
                    break;
                case "Parent":
                    span = TraceIds.TryParseSpan(value, out var parent) ? parent : default;
                    break;
                case "Sampled":
                    decision = Decision(value);
                    break;
            }
        }

        return trace != default && span != default ? new TraceParent(trace, span, decision) : null;
    }

    public override void Write(HttpRequestHeaders headers, in TraceChild trace) =>
        Set(headers, Header, $"Root={RootOf(trace.TraceId.ToHexString())};Parent={trace.SpanId.ToHexString()};Sampled={(trace.IsSampled ? '1' : '0')}");

    private static string RootOf(string hex) => $"1-{hex[..8]}-{hex[8..]}";
}

/// <summary><c>x-cloud-trace-context: {trace}/{span in decimal};o={0|1}</c>.</summary>
internal sealed class GcpFormat() : TraceFormat("gcp")
{
    private const string Header = "x-cloud-trace-context";

    public override TraceParent? Read(IHeaderDictionary headers)
    {
        var value = Value(headers, Header);
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        var end = value.IndexOf(";o=", StringComparison.Ordinal);
        if (slash < 0 || (end >= 0 && end < slash))
        {
            return null;
        }

        return TraceIds.TryParseTrace(value.AsSpan(0, slash), out var trace) && TraceIds.TryParseDecimal(value.AsSpan()[(slash + 1)..(end < 0 ? value.Length : end)], out var span)
            ? new TraceParent(trace, span, end < 0 ? null : Decision(value[(end + 3)..]))
            : null;
    }

    public override void Write(HttpRequestHeaders headers, in TraceChild trace) =>
        Set(headers, Header, $"{trace.TraceId.ToHexString()}/{TraceIds.ToDecimal(trace.SpanId.ToHexString())};o={(trace.IsSampled ? '1' : '0')}");
}

/// <summary><c>x-instana-t</c>, <c>-s</c> and <c>-l</c>: trace, span, and a level that is 0 when nothing is recorded.</summary>
internal sealed class InstanaFormat() : TraceFormat("instana")
{
    public override TraceParent? Read(IHeaderDictionary headers)
    {
        var decision = Decision(Value(headers, "x-instana-l"));
        return TraceIds.TryParseTrace(Value(headers, "x-instana-t"), out var trace) && TraceIds.TryParseSpan(Value(headers, "x-instana-s"), out var span)
            ? new TraceParent(trace, span, decision)
            : decision == false ? new TraceParent(default, default, false)
            : null;
    }

    public override void Write(HttpRequestHeaders headers, in TraceChild trace)
    {
        Set(headers, "x-instana-t", trace.TraceId.ToHexString());
        Set(headers, "x-instana-s", trace.SpanId.ToHexString());
        Set(headers, "x-instana-l", trace.IsSampled ? "1" : "0");
    }
}
