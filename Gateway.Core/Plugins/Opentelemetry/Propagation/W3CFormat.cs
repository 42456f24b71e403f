using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.Opentelemetry.Propagation;

/// <summary>
/// <c>traceparent: 00-{trace}-{span}-{flags}</c> (W3C Trace Context). <c>tracestate</c> passes as it is; one that does not belong to the
/// trace goes.
/// </summary>
internal sealed class W3CFormat() : TraceFormat("w3c")
{
    private const string Header = "traceparent";

    private const string State = "tracestate";

    private const int Length = 55;

    public override TraceParent? Read(IHeaderDictionary headers)
    {
        var value = Value(headers, Header).AsSpan();

        // A later version may add to it after another dash; ff is none.
        if (value.Length < Length
            || value[2] != '-' || value[35] != '-' || value[52] != '-'
            || value.StartsWith("ff", StringComparison.OrdinalIgnoreCase)
            || !byte.TryParse(value[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var version)
            || (value.Length > Length && (version == 0 || value[Length] != '-'))
            || !byte.TryParse(value[53..55], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var flags)
            || !TraceIds.TryParseTrace(value[3..35], out var trace)
            || !TraceIds.TryParseSpan(value[36..52], out var span))
        {
            return null;
        }

        return new TraceParent(trace, span, (flags & 1) != 0) { State = headers[State] is { Count: > 0 } state ? state.ToString() : null };
    }

    public override void Write(HttpRequestHeaders headers, in TraceChild trace)
    {
        Set(headers, Header, $"00-{trace.TraceId.ToHexString()}-{trace.SpanId.ToHexString()}-{(trace.IsSampled ? "01" : "00")}");
        if (trace.State is null)
        {
            headers.Remove(State);
        }
    }
}
