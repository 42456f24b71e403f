using System.Globalization;
using Gateway.Core.Logging;

namespace ConsoleWeb.Data.Logs;

/// <summary>
/// Numbers of stored rows: the Unix milliseconds of a request's start, then 20 bits that count arrivals. Rows are thus ordered by time,
/// so that a window of time is a range of rows, and new ones are added at the end of every index.
/// </summary>
internal static class RowIds
{
    private const int ArrivalBits = 20;

    public static long Of(long startedAtMs, long arrival) => (Clamp(startedAtMs) << ArrivalBits) | (arrival & ((1 << ArrivalBits) - 1));

    /// <summary>The first number that a row of this moment or later has.</summary>
    public static long From(long startedAtMs) => Clamp(startedAtMs) << ArrivalBits;

    public static long From(DateTimeOffset moment) => From(moment.ToUnixTimeMilliseconds());

    public static long Milliseconds(long id) => id >> ArrivalBits;

    public static DateTimeOffset StartedAt(long id) => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds(id));

    /// <summary>SQL for the Unix milliseconds of a row.</summary>
    public static string MillisecondsSql(string id) => string.Create(CultureInfo.InvariantCulture, $"({id} >> {ArrivalBits})");

    /// <summary>A request id as the log stores it: the 16 bytes of one of ours, any other as it is.</summary>
    public static object Stored(string requestId) => RequestIds.FindTime(requestId) is null ? requestId : Convert.FromHexString(requestId);

    /// <summary><see cref="Stored"/> for the writer.</summary>
    public static LogValue StoredValue(string requestId) => Stored(requestId) is byte[] bytes ? bytes : requestId;

    public static string RequestId(object stored) => stored is byte[] bytes ? Convert.ToHexStringLower(bytes) : (string)stored;

    private static long Clamp(long milliseconds) => Math.Clamp(milliseconds, 0, (1L << 43) - 1);
}
