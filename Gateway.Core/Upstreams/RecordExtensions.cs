using System.Globalization;
using Gateway.Shared.Logging;

namespace Gateway.Core.Upstreams;

internal static class RecordExtensions
{
    /// <summary>Appends the status of one more try: <c>502, 200</c>.</summary>
    public static void AddUpstreamStatus(this RequestRecord record, int status)
    {
        var text = status.ToString(CultureInfo.InvariantCulture);
        record.UpstreamStatus = record.UpstreamStatus.Length == 0 ? text : $"{record.UpstreamStatus}, {text}";
    }
}
