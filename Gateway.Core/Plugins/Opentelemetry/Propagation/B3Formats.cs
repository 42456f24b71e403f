using System.Diagnostics;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.Opentelemetry.Propagation;

/// <summary>Zipkin's headers, one for each part. Reads the single header too. Either may carry a decision without ids.</summary>
internal sealed class B3Format() : TraceFormat("b3")
{
    public override TraceParent? Read(IHeaderDictionary headers)
    {
        if (B3SingleFormat.ReadSingle(headers) is { } single)
        {
            return single;
        }

        var decision = Value(headers, "x-b3-flags") == "1" ? true : Decision(Value(headers, "x-b3-sampled"));
        return TraceIds.TryParseTrace(Value(headers, "x-b3-traceid"), out var trace) && TraceIds.TryParseSpan(Value(headers, "x-b3-spanid"), out var span)
            ? new TraceParent(trace, span, decision)
            : decision is not null ? new TraceParent(default, default, decision)
            : null;
    }

    public override void Write(HttpRequestHeaders headers, in TraceChild trace)
    {
        Set(headers, "x-b3-traceid", TextOf(trace.TraceId));
        Set(headers, "x-b3-spanid", trace.SpanId.ToHexString());
        headers.Remove("x-b3-parentspanid");
        if (trace.ParentId != default)
        {
            Set(headers, "x-b3-parentspanid", trace.ParentId.ToHexString());
        }

        // A client's wish to debug has become the decision.
        headers.Remove("x-b3-flags");
        Set(headers, "x-b3-sampled", trace.IsSampled ? "1" : "0");
    }

    public override string TextOf(ActivityTraceId id) => ShortTextOf(id);
}

/// <summary><c>b3: {trace}-{span}-{decision}-{parent}</c>, of which the last two may be missing, or the decision alone.</summary>
internal sealed class B3SingleFormat() : TraceFormat("b3-single")
{
    private const string Header = "b3";

    public override string RecordName => Header;

    public override TraceParent? Read(IHeaderDictionary headers) => ReadSingle(headers);

    public override void Write(HttpRequestHeaders headers, in TraceChild trace)
    {
        var value = $"{TextOf(trace.TraceId)}-{trace.SpanId.ToHexString()}-{(trace.IsSampled ? '1' : '0')}";
        Set(headers, Header, trace.ParentId != default ? $"{value}-{trace.ParentId.ToHexString()}" : value);
    }

    public override string TextOf(ActivityTraceId id) => ShortTextOf(id);

    internal static TraceParent? ReadSingle(IHeaderDictionary headers)
    {
        var parts = Value(headers, Header).Split('-');
        if (parts.Length == 1)
        {
            return Decision(parts[0]) is { } decision ? new TraceParent(default, default, decision) { Format = "b3-single" } : null;
        }

        return parts.Length <= 4 && TraceIds.TryParseTrace(parts[0], out var trace) && TraceIds.TryParseSpan(parts[1], out var span)
            ? new TraceParent(trace, span, parts.Length > 2 ? Decision(parts[2]) : null) { Format = "b3-single" }
            : null;
    }
}
