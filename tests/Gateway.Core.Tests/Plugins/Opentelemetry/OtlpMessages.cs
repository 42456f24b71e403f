using System.Globalization;

namespace Gateway.Core.Tests.Plugins.Opentelemetry;

/// <summary>A span as a collector received it.</summary>
internal sealed record SentSpan(
    string TraceId, string SpanId, string ParentId, string State, string Name, int Kind, ulong Start, ulong End, int Status, IReadOnlyDictionary<string, string> Attributes, Origin Origin)
{
    public const int Server = 2;
    public const int Client = 3;
    public const int Failed = 2;

    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);
}

/// <summary>One series of a metric as a collector received it.</summary>
/// <param name="Kind"><c>sum</c> or <c>histogram</c>.</param>
/// <param name="Sum">Of a histogram, of what it has seen.</param>
/// <param name="Count">Of a histogram; else 0.</param>
internal sealed record SentPoint(string Metric, string Unit, string Kind, double Sum, ulong Count, IReadOnlyDictionary<string, string> Attributes, Origin Origin);

/// <summary>A record of a request as a collector received it.</summary>
internal sealed record SentLog(string Body, string TraceId, string SpanId, IReadOnlyDictionary<string, string> Attributes, Origin Origin);

/// <summary>Resource and scope of telemetry.</summary>
internal sealed record Origin(IReadOnlyDictionary<string, string> Resource, string Scope);

/// <summary>Reads the messages of OTLP (opentelemetry-proto: trace.proto, metrics.proto, logs.proto, common.proto).</summary>
internal static class OtlpMessages
{
    public static IEnumerable<SentSpan> Spans(ReadOnlyMemory<byte> body) => Parts(body).SelectMany(p => p.Scope.Messages(2).Select(span => new SentSpan(
        span.Hex(1),
        span.Hex(2),
        span.Hex(4),
        span.Text(3),
        span.Text(5),
        (int)span.Varint(6),
        span.Fixed64(7),
        span.Fixed64(8),
        span.Has(15) ? (int)span.Message(15).Varint(3) : 0,
        Attributes(span, 9),
        p.Origin)));

    public static IEnumerable<SentPoint> Points(ReadOnlyMemory<byte> body) =>
        Parts(body).SelectMany(p => p.Scope.Messages(2).SelectMany(metric => metric.Has(7) ? Sums(metric, p.Origin) : Histograms(metric, p.Origin)));

    public static IEnumerable<SentLog> Logs(ReadOnlyMemory<byte> body) => Parts(body).SelectMany(p => p.Scope.Messages(2).Select(log =>
        new SentLog(Value(log.Message(5)), log.Hex(9), log.Hex(10), Attributes(log, 6), p.Origin)));

    private static IEnumerable<(ProtoMessage Scope, Origin Origin)> Parts(ReadOnlyMemory<byte> body)
    {
        foreach (var resource in ProtoMessage.Parse(body).Messages(1))
        {
            var attributes = Attributes(resource.Message(1), 1);
            foreach (var scope in resource.Messages(2))
            {
                yield return (scope, new Origin(attributes, scope.Message(1).Text(1)));
            }
        }
    }

    private static IEnumerable<SentPoint> Sums(ProtoMessage metric, Origin origin)
    {
        var sum = metric.Message(7);
        Assert.Equal((2ul, 1ul), (sum.Varint(2), sum.Varint(3)));
        return sum.Messages(1).Select(point => new SentPoint(
            metric.Text(1), metric.Text(3), "sum", point.Has(6) ? point.Fixed64(6) : point.Double(4), 0, Attributes(point, 7), origin));
    }

    private static IEnumerable<SentPoint> Histograms(ProtoMessage metric, Origin origin) => metric.Message(9).Messages(1).Select(point => new SentPoint(
        metric.Text(1), metric.Text(3), "histogram", point.Double(5), point.Fixed64(4), Attributes(point, 9), origin));

    private static Dictionary<string, string> Attributes(ProtoMessage owner, int field) =>
        owner.Messages(field).ToDictionary(pair => pair.Text(1), pair => Value(pair.Message(2)));

    private static string Value(ProtoMessage value) =>
        value.Has(1) ? value.Text(1)
        : value.Has(2) ? (value.Varint(2) == 1 ? "true" : "false")
        : value.Has(3) ? ((long)value.Varint(3)).ToString(CultureInfo.InvariantCulture)
        : value.Has(4) ? value.Double(4).ToString(CultureInfo.InvariantCulture)
        : $"[{string.Join(", ", value.Message(5).Messages(1).Select(Value))}]";
}
