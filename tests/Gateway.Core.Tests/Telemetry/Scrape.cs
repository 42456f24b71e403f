using System.Buffers;
using System.Text;
using Gateway.Core.Telemetry;
using Gateway.Testing;

namespace Gateway.Core.Tests.Telemetry;

/// <summary>Reads sources of figures as a scrape does.</summary>
internal static class Scrape
{
    public static Exposition Of(params IEnumerable<IMetricsSource> sources)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MetricsWriter(output);
        foreach (var source in sources)
        {
            source.Write(writer);
        }

        return new Exposition(Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
