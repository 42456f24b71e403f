using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;

namespace Gateway.Core.Logging;

/// <summary>
/// Request ids: 32 lower-case hex digits, of which the first 12 are the Unix milliseconds of the start and the others are random. So ids
/// sort by time, and a log finds a request by its id without an index of ids.
/// </summary>
internal static class RequestIds
{
    private const int TimeDigits = 12;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    public static string New(long startedAtMs)
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[6..]);
        for (var i = 5; i >= 0; i--, startedAtMs >>= 8)
        {
            bytes[i] = (byte)startedAtMs;
        }

        return Convert.ToHexStringLower(bytes);
    }

    /// <returns>The Unix milliseconds in an id of this form; null for any other text.</returns>
    public static long? FindTime(ReadOnlySpan<char> id) =>
        id.Length == 32 && !id.ContainsAnyExcept(HexDigits) ? long.Parse(id[..TimeDigits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : null;
}
