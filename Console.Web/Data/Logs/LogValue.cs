namespace ConsoleWeb.Data.Logs;

/// <summary>A value for a statement of the log writer, without an object around each number.</summary>
internal readonly struct LogValue
{
    private LogValue(LogValueKind kind, long bits, object? content = null) => (Kind, Bits, Content) = (kind, bits, content);

    public LogValueKind Kind { get; }

    /// <summary>Of numbers: the whole number, or the bits of the real one. Of bytes: how many.</summary>
    public long Bits { get; }

    /// <summary>The text or the bytes.</summary>
    public object? Content { get; }

    public static implicit operator LogValue(long value) => new(LogValueKind.Whole, value);

    public static implicit operator LogValue(long? value) => value is { } whole ? whole : default(LogValue);

    public static implicit operator LogValue(double value) => new(LogValueKind.Real, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator LogValue(double? value) => value is { } real ? real : default(LogValue);

    public static implicit operator LogValue(bool value) => value ? 1L : 0L;

    public static implicit operator LogValue(string? value) => value is null ? default : new(LogValueKind.Text, 0, value);

    public static implicit operator LogValue(byte[]? value) => value is null ? default : Of(value, value.Length);

    /// <summary>The first bytes of an array, which must stay as they are until the statement has run.</summary>
    public static LogValue Of(byte[] bytes, int length) => new(LogValueKind.Blob, length, bytes);
}

/// <summary>How a <see cref="LogValue"/> is stored; a value that was never set is null.</summary>
internal enum LogValueKind
{
    Null,
    Whole,
    Real,
    Text,
    Blob,
}
