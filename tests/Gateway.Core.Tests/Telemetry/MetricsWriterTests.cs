using System.Buffers;
using System.Text;
using Gateway.Core.Telemetry;

namespace Gateway.Core.Tests.Telemetry;

public sealed class MetricsWriterTests
{
    [Fact]
    public void Histogram_OnTheBound_IsInItsBucket()
    {
        var histogram = new Histogram([5, 10]);
        foreach (var value in new long[] { 0, 5, 6, 10, 11, 1000 })
        {
            histogram.Observe(value);
        }

        Assert.Equal(
            """
            # HELP a_ms Some times
            # TYPE a_ms histogram
            a_ms_bucket{route="r",le="5"} 2
            a_ms_bucket{route="r",le="10"} 4
            a_ms_bucket{route="r",le="+Inf"} 6
            a_ms_count{route="r"} 6
            a_ms_sum{route="r"} 1032

            """,
            Text(writer =>
            {
                writer.Histogram("a_ms", "Some times");
                writer.Sample("route=\"r\"", histogram);
            }));
    }

    [Fact]
    public void Sample_LabelWithQuoteBackslashAndLineFeed_IsEscaped() => Assert.Equal(
        "# HELP a_total Some\n# TYPE a_total counter\na_total{x=\"a\\\\b\\\"c\\nd\",y=\"é\"} 1\n",
        Text(writer =>
        {
            writer.Counter("a_total", "Some");
            writer.Sample(MetricsWriter.Labels(("x", "a\\b\"c\nd"), ("y", "é")), 1);
        }));

    [Theory]
    [InlineData(0.00037, "0.00037")]
    [InlineData(1e21, "1E+21")]
    [InlineData(3, "3")]
    public void Sample_Fraction_IsWrittenWithAPoint(double value, string text) => Assert.EndsWith(
        $"a {text}\n",
        Text(writer =>
        {
            writer.Gauge("a", "Some");
            writer.Sample("", value);
        }),
        StringComparison.Ordinal);

    private static string Text(Action<MetricsWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new MetricsWriter(output));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
