using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Core.Tests.Plugins.Opentelemetry.Propagation;

/// <summary>Tracing headers on their way through a gateway.</summary>
public sealed class PropagationTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Half = "8448eb211c80319c";
    private const string Span = "b7ad6b7169203331";
    private const string SpanNumber = "13235353014750950193";
    private const string HalfNumber = "9532127138774266268";
    private const string W3C = $"traceparent: 00-{Trace}-{Span}-01";

    [Theory]
    [InlineData(W3C)]
    [InlineData($"traceparent: cc-{Trace}-{Span}-01-what-the-future-brings")]
    [InlineData($"X-B3-TraceId: {Trace}\nX-B3-SpanId: {Span}\nX-B3-Sampled: 1")]
    [InlineData($"X-B3-TraceId: {Trace}\nX-B3-SpanId: {Span}\nX-B3-ParentSpanId: {Half}\nX-B3-Flags: 1")]
    [InlineData($"b3: {Trace}-{Span}")]
    [InlineData($"b3: {Trace}-{Span}-d-{Half}")]
    [InlineData($"uber-trace-id: {Trace}:{Span}:0:1")]
    [InlineData($"uber-trace-id: af7651916cd43dd8448eb211c80319c%3A{Span}%3A0%3A1")]
    [InlineData($"ot-tracer-traceid: {Trace}\not-tracer-spanid: {Span}\not-tracer-sampled: true")]
    [InlineData($"X-Amzn-Trace-Id: Root=1-0af76519-16cd43dd8448eb211c80319c;Parent={Span};Sampled=1")]
    [InlineData($"X-Amzn-Trace-Id: Self=1-2; Sampled=1; Parent={Span}; Root=1-0af76519-16cd43dd8448eb211c80319c")]
    [InlineData($"X-Cloud-Trace-Context: {Trace}/{SpanNumber};o=1")]
    [InlineData($"X-Cloud-Trace-Context: {Trace}/{SpanNumber}")]
    [InlineData($"X-INSTANA-T: {Trace}\nX-INSTANA-S: {Span}\nX-INSTANA-L: 1")]
    [InlineData($"x-datadog-trace-id: {HalfNumber}\nx-datadog-parent-id: {SpanNumber}\nx-datadog-sampling-priority: 2", $"0000000000000000{Half}")]
    [InlineData($"X-B3-TraceId: {Half}\nX-B3-SpanId: {Span}", $"0000000000000000{Half}")]
    public async Task Caller_OfEachFormat_IsTheParent(string incoming, string trace = Trace)
    {
        await using var traced = await TracedGateway.StartAsync();

        using var answer = await traced.GetAsync("/ai", Headers(incoming));
        var spans = await traced.EndAsync();

        Assert.Equal([trace, trace], spans.Select(s => s.TraceId));
        Assert.Equal(Span, spans.Single(s => s.Kind == SentSpan.Server).ParentId);
    }

    [Theory]
    [InlineData($"traceparent: ff-{Trace}-{Span}-01")]
    [InlineData($"traceparent: 00-{Trace}-{Span}-01-more")]
    [InlineData($"traceparent: 00-{Trace}-{Span}")]
    [InlineData($"traceparent: 00-00000000000000000000000000000000-{Span}-01")]
    [InlineData($"traceparent: 00-{Trace}-0000000000000000-01")]
    [InlineData($"traceparent: 00-{Trace}-{Span}-0x")]
    [InlineData($"{W3C}\n{W3C}")]
    [InlineData($"b3: {Trace}-x")]
    [InlineData($"X-B3-TraceId: {Trace}0\nX-B3-SpanId: {Span}")]
    [InlineData($"uber-trace-id: {Trace}:{Span}:0")]
    [InlineData($"X-Amzn-Trace-Id: Root=1-0af76519-16cd43dd;Parent={Span}")]
    [InlineData($"X-Cloud-Trace-Context: {Trace};o=1/{SpanNumber}")]
    [InlineData($"X-Cloud-Trace-Context: {Trace}/99999999999999999999")]
    [InlineData($"x-datadog-trace-id: -1\nx-datadog-parent-id: {SpanNumber}")]
    [InlineData("")]
    public async Task Caller_NotUnderstood_BeginsATrace(string incoming)
    {
        await using var traced = await TracedGateway.StartAsync();

        using var answer = await traced.GetAsync("/ai", Headers(incoming));
        var server = Assert.Single(await traced.EndAsync(), s => s.Kind == SentSpan.Server);

        Assert.NotEqual(Trace, server.TraceId);
        Assert.Equal("", server.ParentId);
        Assert.Matches($"^00-{server.TraceId}-[0-9a-f]{{16}}-01$", traced.Forwarded[0].Headers["traceparent"]);
    }

    [Theory]
    [InlineData(W3C, $"traceparent: 00-{Trace}-(span)-01", "w3c", Trace)]
    [InlineData($"X-B3-TraceId: {Trace}\nX-B3-SpanId: {Span}\nX-B3-Flags: 1", $"x-b3-traceid: {Trace}\nx-b3-spanid: (span)\nx-b3-parentspanid: (parent)\nx-b3-sampled: 1\nx-b3-flags: none", "b3", Trace)]
    [InlineData($"X-B3-TraceId: {Half}\nX-B3-SpanId: {Span}", $"x-b3-traceid: {Half}\nx-b3-sampled: 1", "b3", Half)]
    [InlineData($"b3: {Trace}-{Span}-1", $"b3: {Trace}-(span)-1-(parent)\nx-b3-traceid: none", "b3", Trace)]
    [InlineData($"uber-trace-id: {Trace}:{Span}:0:1", $"uber-trace-id: {Trace}:(span):(parent):01", "jaeger", Trace)]
    [InlineData($"ot-tracer-traceid: {Half}\not-tracer-spanid: {Span}", $"ot-tracer-traceid: {Half}\not-tracer-spanid: (span)\not-tracer-sampled: 1", "ot", Half)]
    [InlineData($"X-Amzn-Trace-Id: Root=1-0af76519-16cd43dd8448eb211c80319c;Parent={Span}", "X-Amzn-Trace-Id: Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=(span);Sampled=1", "aws", Trace)]
    [InlineData($"X-Cloud-Trace-Context: {Trace}/{SpanNumber};o=1", $"X-Cloud-Trace-Context: {Trace}/(number);o=1", "gcp", Trace)]
    [InlineData($"x-datadog-trace-id: {HalfNumber}\nx-datadog-parent-id: {SpanNumber}", $"x-datadog-trace-id: {HalfNumber}\nx-datadog-parent-id: (number)\nx-datadog-sampling-priority: 1", "datadog", HalfNumber)]
    [InlineData($"X-INSTANA-T: {Trace}\nX-INSTANA-S: {Span}", $"X-INSTANA-T: {Trace}\nX-INSTANA-S: (span)\nX-INSTANA-L: 1", "instana", Trace)]
    [InlineData("", "traceparent: 00-(trace)-(span)-01\nb3: none", "w3c", null)]
    public async Task Upstream_IsToldInTheCallersFormat(string incoming, string outgoing, string format, string? recorded)
    {
        await using var traced = await TracedGateway.StartAsync();

        using var answer = await traced.GetAsync("/ai", Headers(incoming));
        var spans = await traced.EndAsync();

        AssertForwarded(traced, spans, outgoing);
        Assert.Equal([KeyValuePair.Create(format, recorded ?? spans[0].TraceId)], traced.Record.TraceIds);
    }

    [Theory]
    [InlineData(""" "propagation":{"extract":["b3"],"inject":["preserve"]} """, W3C, $"traceparent: 00-(trace)-(span)-01", "w3c")]
    [InlineData(""" "propagation":{"extract":["b3"],"inject":["preserve"],"default_format":"aws"} """, W3C, $"traceparent: 00-{Trace}-{Span}-01\nx-amzn-trace-id: Root=1-.*;Parent=(span);Sampled=1", "aws")]
    [InlineData(""" "propagation":{"extract":["w3c"],"clear":["traceparent","X-Other"],"inject":["b3-single"]} """, $"{W3C}\nx-other: 1", $"b3: {Trace}-(span)-1-(parent)\ntraceparent: none\nx-other: none", "b3")]
    [InlineData(""" "propagation":{"extract":["w3c"]} """, W3C, $"traceparent: 00-{Trace}-{Span}-01\nb3: none", "w3c")]
    [InlineData(""" "propagation":{"inject":["w3c"]} """, $"{W3C}\ntracestate: a=b", "traceparent: 00-(trace)-(span)-01\ntracestate: none", "w3c")]
    [InlineData(""" "propagation":{"extract":["gcp","w3c"],"inject":["preserve","w3c","b3","b3-single","jaeger"]} """, $"{W3C}\ntracestate: a=b", $"traceparent: 00-{Trace}-(span)-01\ntracestate: a=b\nx-b3-traceid: {Trace}\nb3: {Trace}-(span)-1-(parent)\nuber-trace-id: {Trace}:(span):(parent):01", "w3c,b3,jaeger")]
    [InlineData(""" "header_type":"ignore" """, W3C, "traceparent: 00-(trace)-(span)-01", "w3c")]
    [InlineData(""" "header_type":"ignore","propagation":{"default_format":"jaeger"} """, W3C, $"traceparent: 00-{Trace}-{Span}-01\nuber-trace-id: (trace):(span):(parent):01", "jaeger")]
    [InlineData(""" "header_type":"b3" """, W3C, $"traceparent: 00-{Trace}-(span)-01\nx-b3-traceid: {Trace}\nx-b3-spanid: (span)", "w3c,b3")]
    [InlineData(""" "header_type":"b3-single" """, $"b3: {Trace}-{Span}-1", $"b3: {Trace}-(span)-1-(parent)", "b3")]
    [InlineData(""" "header_type":"ignore","propagation":{"extract":["w3c"],"inject":["ot"]} """, W3C, $"ot-tracer-traceid: {Trace}", "ot")]
    [InlineData("", $"{W3C}\nb3: {Half}-{Span}-1", $"b3: {Half}-(span)-1-(parent)", "b3")]
    public async Task Config_ChoosesWhatIsReadAndWritten(string config, string incoming, string outgoing, string formats)
    {
        await using var traced = await TracedGateway.StartAsync(config);

        using var answer = await traced.GetAsync("/ai", Headers(incoming));
        var spans = await traced.EndAsync();

        AssertForwarded(traced, spans, outgoing);
        Assert.Equal(formats, string.Join(',', traced.Record.TraceIds.Select(t => t.Key)));
    }

    [Fact]
    public async Task TraceState_OfTheCaller_PassesAndIsInTheServerSpan()
    {
        await using var traced = await TracedGateway.StartAsync();

        using var answer = await traced.GetAsync("/ai", Headers($"{W3C}\ntracestate: vendor=1,other=2"));
        var spans = await traced.EndAsync();

        Assert.Equal("vendor=1,other=2", traced.Forwarded[0].Headers["tracestate"]);
        Assert.All(spans, s => Assert.Equal("vendor=1,other=2", s.State));
    }

    /// <summary>Holds the headers of the one forwarded request against lines of a name and a pattern, <c>none</c> standing for no such header.</summary>
    private static void AssertForwarded(TracedGateway traced, IReadOnlyList<SentSpan> spans, string outgoing)
    {
        var server = spans.Single(s => s.Kind == SentSpan.Server);
        var client = spans.Single(s => s.Kind == SentSpan.Client);
        var sent = Assert.Single(traced.Forwarded).Headers;
        foreach (var (name, value) in Headers(outgoing))
        {
            if (value == "none")
            {
                Assert.DoesNotContain(name, sent.Keys, StringComparer.OrdinalIgnoreCase);
                continue;
            }

            var pattern = value
                .Replace("(trace)", server.TraceId, StringComparison.Ordinal)
                .Replace("(span)", client.SpanId, StringComparison.Ordinal)
                .Replace("(parent)", server.SpanId, StringComparison.Ordinal)
                .Replace("(number)", Convert.ToUInt64(client.SpanId, 16).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            Assert.Matches(new Regex($"^{pattern}$"), sent[name]);
        }
    }

    private static (string Name, string Value)[] Headers(string lines) =>
        [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(": ", 2)).Select(l => (l[0], l[1]))];
}
