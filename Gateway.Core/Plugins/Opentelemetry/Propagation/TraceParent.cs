using System.Diagnostics;
using System.Globalization;

namespace Gateway.Core.Plugins.Opentelemetry.Propagation;

/// <summary>What a request's headers say of the trace that it belongs to.</summary>
/// <param name="TraceId">Default when the headers carry a decision only.</param>
/// <param name="SpanId">The caller's span.</param>
/// <param name="IsSampled">The caller's decision; null when it leaves that open.</param>
internal readonly record struct TraceParent(ActivityTraceId TraceId, ActivitySpanId SpanId, bool? IsSampled)
{
    /// <summary>The format to answer in, where it is not the one that was asked to read: <c>b3-single</c> for b3.</summary>
    public string? Format { get; init; }

    /// <summary>Vendors' part of the W3C header.</summary>
    public string? State { get; init; }

    public bool HasIds => TraceId != default && SpanId != default;
}

/// <summary>What goes to the upstream.</summary>
/// <param name="ParentId">The span above; default when there is none.</param>
/// <param name="State">Vendors' part of the W3C header that the trace came with.</param>
internal readonly record struct TraceChild(ActivityTraceId TraceId, ActivitySpanId SpanId, ActivitySpanId ParentId, bool IsSampled, string? State);

/// <summary>Ids as text. Those of all zeros are none.</summary>
internal static class TraceIds
{
    private const int TraceDigits = 32;
    private const int SpanDigits = 16;

    /// <param name="hex">Up to 32 digits; missing ones are zeros in front.</param>
    public static bool TryParseTrace(ReadOnlySpan<char> hex, out ActivityTraceId id)
    {
        Span<byte> bytes = stackalloc byte[TraceDigits / 2];
        var isFine = TryParse(hex, bytes);
        id = isFine ? ActivityTraceId.CreateFromBytes(bytes) : default;
        return isFine;
    }

    /// <param name="hex">Up to 16 digits; missing ones are zeros in front.</param>
    public static bool TryParseSpan(ReadOnlySpan<char> hex, out ActivitySpanId id)
    {
        Span<byte> bytes = stackalloc byte[SpanDigits / 2];
        var isFine = TryParse(hex, bytes);
        id = isFine ? ActivitySpanId.CreateFromBytes(bytes) : default;
        return isFine;
    }

    /// <summary>A span id as an unsigned decimal number, as some vendors write it.</summary>
    public static bool TryParseDecimal(ReadOnlySpan<char> text, out ActivitySpanId id)
    {
        id = default;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && TryParseSpan(number.ToString("x16", CultureInfo.InvariantCulture), out id);
    }

    /// <summary>The last 64 bits of an id as a decimal number.</summary>
    public static string ToDecimal(string hex) =>
        ulong.Parse(hex.AsSpan(hex.Length - SpanDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    private static bool TryParse(ReadOnlySpan<char> hex, Span<byte> bytes)
    {
        Span<char> digits = stackalloc char[TraceDigits];
        digits = digits[..(bytes.Length * 2)];
        if (hex.Length == 0 || hex.Length > digits.Length)
        {
            return false;
        }

        digits.Fill('0');
        hex.CopyTo(digits[^hex.Length..]);
        return Convert.FromHexString(digits, bytes, out _, out _) == System.Buffers.OperationStatus.Done && bytes.IndexOfAnyExcept((byte)0) >= 0;
    }
}
