using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gateway.Core.Telemetry;

/// <summary>Writes the text format of Prometheus, version 0.0.4. The samples of a family follow its head.</summary>
internal sealed class MetricsWriter(IBufferWriter<byte> output)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const int LongestNumber = 32;

    private static readonly SearchValues<char> Escaped = SearchValues.Create("\\\"\n");

    private string _name = "";

    /// <summary>Labels as the samples take them: <c>service="a",code="200"</c>. Made once for each series.</summary>
    public static string Labels(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            if (text.Length > 0)
            {
                text.Append(',');
            }

            text.Append(name).Append("=\"").Append(Escape(value)).Append('"');
        }

        return text.ToString();
    }

    public void Counter(string name, string help) => Head(name, help, "counter");

    public void Gauge(string name, string help) => Head(name, help, "gauge");

    public void Histogram(string name, string help) => Head(name, help, "histogram");

    /// <summary>A sample of the family that was begun last.</summary>
    /// <param name="labels">From <see cref="Labels"/>; empty: none.</param>
    public void Sample(string labels, long value)
    {
        Begin("", labels);
        Number(value);
    }

    /// <inheritdoc cref="Sample(string, long)"/>
    public void Sample(string labels, double value)
    {
        Begin("", labels);
        Number(value);
    }

    /// <summary>The samples of one histogram of the family that was begun last.</summary>
    public void Sample(string labels, Histogram histogram)
    {
        // The total is that of the buckets as they were read, or a scrape in the middle of an observation would contradict itself.
        long total = 0;
        for (var i = 0; i <= histogram.Bounds.Length; i++)
        {
            total += histogram.CountOf(i);
            Text(_name);
            Text("_bucket{");
            Text(labels);
            Text(labels.Length > 0 ? ",le=\"" : "le=\"");
            Text(i < histogram.Bounds.Length ? histogram.Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf");
            Text("\"} ");
            Number(total);
        }

        Begin("_count", labels);
        Number(total);
        Begin("_sum", labels);
        Number(histogram.Sum);
    }

    private static string Escape(string value)
    {
        if (!value.AsSpan().ContainsAny(Escaped))
        {
            return value;
        }

        return value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
    }

    private void Head(string name, string help, string type)
    {
        _name = name;
        Text($"# HELP {name} {help}\n# TYPE {name} {type}\n");
    }

    private void Begin(string suffix, string labels)
    {
        Text(_name);
        Text(suffix);
        if (labels.Length > 0)
        {
            Text("{");
            Text(labels);
            Text("}");
        }

        Text(" ");
    }

    private void Number<T>(T value)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(output.GetSpan(LongestNumber), out var length, default, CultureInfo.InvariantCulture);
        output.Advance(length);
        Text("\n");
    }

    private void Text(string text) => Encoding.UTF8.GetBytes(text, output);
}
