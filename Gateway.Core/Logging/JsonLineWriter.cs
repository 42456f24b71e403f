using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Gateway.Core.Logging;

/// <summary>
/// Writes JSON on one line into rented memory: the bytes that <see cref="System.Text.Json.Utf8JsonWriter"/> writes with its relaxed encoder, in a
/// third of the time. Names given as bytes are constants, known to need no escape, and so are texts given as bytes; texts of plain ASCII, nearly
/// all, are looked at once and copied. Checks no grammar. For one thread; dispose of it to give the memory back.
/// </summary>
internal sealed class JsonLineWriter(int initialCapacity = JsonLineWriter.Typical) : IDisposable
{
    private const int Typical = 4096;

    // A buffer that once held a giant record is not kept at that size.
    private const int KeepAtMost = 1024 * 1024;

    // The longest forms of a number, a date or an id.
    private const int LongestScalar = 64;

    /// <summary>Characters that the encoder leaves as they are and that are one byte each.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(' ', '\x7f' - ' ').Select(c => (char)c).Where(c => c is not ('"' or '\\'))]);

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(initialCapacity);
    private int _length;
    private bool _needsComma;

    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(0, _length);

    public int Length => _length;

    public void Clear()
    {
        (_length, _needsComma) = (0, false);
        if (_bytes.Length > KeepAtMost)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = ArrayPool<byte>.Shared.Rent(initialCapacity);
        }
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            (_bytes, _length) = ([], 0);
        }
    }

    /// <summary>Bytes as they are, which are no value of their own: what stands before or behind the JSON.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    public void WriteStartObject() => Open((byte)'{');

    public void WriteStartObject(ReadOnlySpan<byte> name)
    {
        WriteName(name, 1);
        Open((byte)'{');
    }

    public void WriteEndObject() => Close((byte)'}');

    public void WriteStartArray() => Open((byte)'[');

    public void WriteStartArray(ReadOnlySpan<byte> name)
    {
        WriteName(name, 1);
        Open((byte)'[');
    }

    public void WriteEndArray() => Close((byte)']');

    /// <summary>A name that somebody else has chosen.</summary>
    public void WritePropertyName(string name)
    {
        WriteStringValue(name);
        Reserve(1);
        _bytes[_length++] = (byte)':';
        _needsComma = false;
    }

    public void WritePropertyName(ReadOnlySpan<byte> name) => WriteName(name, 0);

    public void WriteString(ReadOnlySpan<byte> name, string? value)
    {
        WriteName(name, (value?.Length ?? 2) + 2);
        WriteStringValue(value);
    }

    /// <summary>A text in two pieces.</summary>
    public void WriteString(ReadOnlySpan<byte> name, string first, string second)
    {
        WriteName(name, first.Length + second.Length + 2);
        Reserve(1);
        _bytes[_length++] = (byte)'"';
        WriteText(first);
        WriteText(second);
        EndText();
    }

    /// <param name="value">A constant that needs no escape.</param>
    public void WriteString(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        WriteName(name, value.Length + 2);
        var bytes = _bytes.AsSpan(_length);
        bytes[0] = (byte)'"';
        value.CopyTo(bytes[1..]);
        _length += value.Length + 1;
        EndText();
    }

    public void WriteString(ReadOnlySpan<byte> name, Guid value)
    {
        WriteName(name, LongestScalar);
        _bytes[_length++] = (byte)'"';
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(_length), out var written);
        _length += written;
        EndText();
    }

    /// <summary>A member whose name somebody else has chosen.</summary>
    public void WriteString(string name, string? value)
    {
        WritePropertyName(name);
        WriteStringValue(value);
    }

    public void WriteStringValue(string? value)
    {
        if (value is null)
        {
            WriteLiteral("null"u8);
            return;
        }

        Reserve(2);
        Separate();
        _bytes[_length++] = (byte)'"';
        WriteText(value);
        EndText();
    }

    public void WriteNumber(ReadOnlySpan<byte> name, long value)
    {
        WriteName(name, LongestScalar);
        WriteDigits(value);
        _needsComma = true;
    }

    public void WriteNumber(ReadOnlySpan<byte> name, decimal value)
    {
        WriteName(name, LongestScalar);
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(_length), out var written);
        _length += written;
        _needsComma = true;
    }

    /// <summary>A number with at most 14 significant digits, as Kong Gateway writes it; 0 for what is none.</summary>
    public void WriteNumber14(ReadOnlySpan<byte> name, double value)
    {
        WriteName(name, LongestScalar);
        if (!double.IsFinite(value))
        {
            WriteDigits(0);
        }
        else if (value == Math.Truncate(value) && Math.Abs(value) < 1e14)
        {
            WriteDigits((long)value);
        }
        else
        {
            value.TryFormat(_bytes.AsSpan(_length), out var written, "G14", CultureInfo.InvariantCulture);
            _length += written;
        }

        _needsComma = true;
    }

    /// <summary>A time with at most three digits behind the point: microseconds are as fine as these clocks are worth reading.</summary>
    public void WriteMilliseconds(ReadOnlySpan<byte> name, double value)
    {
        var microseconds = Math.Round(value * 1000);
        if (!(Math.Abs(microseconds) < 1e14))
        {
            WriteNumber14(name, value);
            return;
        }

        WriteName(name, LongestScalar);
        var (whole, rest) = Math.DivRem(Math.Abs((long)microseconds), 1000);
        if (microseconds < 0)
        {
            _bytes[_length++] = (byte)'-';
        }

        WriteDigits(whole);
        if (rest > 0)
        {
            _bytes[_length++] = (byte)'.';
            for (var place = 100; rest > 0; place /= 10)
            {
                _bytes[_length++] = (byte)('0' + (rest / place));
                rest %= place;
            }
        }

        _needsComma = true;
    }

    public void WriteBoolean(ReadOnlySpan<byte> name, bool value)
    {
        WriteName(name, LongestScalar);
        WriteBooleanValue(value);
    }

    public void WriteBooleanValue(bool value) => WriteLiteral(value ? "true"u8 : "false"u8);

    public void WriteNull(ReadOnlySpan<byte> name)
    {
        WriteName(name, LongestScalar);
        WriteLiteral("null"u8);
    }

    /// <summary>A value that is JSON already.</summary>
    public void WriteRawValue(ReadOnlySpan<byte> json)
    {
        Reserve(1);
        Separate();
        Append(json);
        _needsComma = true;
    }

    /// <summary>The first members of an object once more, in an object that has members before them.</summary>
    /// <param name="start">Where they begin in what is written, <paramref name="end"/> is behind their last byte.</param>
    public void RepeatMembers(int start, int end)
    {
        Reserve(end - start + 1);
        Separate();
        _bytes.AsSpan(start, end - start).CopyTo(_bytes.AsSpan(_length));
        _length += end - start;
        _needsComma = true;
    }

    /// <summary>Writes a name, and makes room for it and a value.</summary>
    private void WriteName(ReadOnlySpan<byte> name, int value)
    {
        Reserve(name.Length + 4 + value);
        Separate();
        var bytes = _bytes.AsSpan(_length);
        bytes[0] = (byte)'"';
        name.CopyTo(bytes[1..]);
        bytes[name.Length + 1] = (byte)'"';
        bytes[name.Length + 2] = (byte)':';
        _length += name.Length + 3;
        _needsComma = false;
    }

    /// <summary>The content of a string.</summary>
    private void WriteText(ReadOnlySpan<char> text)
    {
        var plain = text.IndexOfAnyExcept(Plain);
        if (plain < 0)
        {
            plain = text.Length;
        }

        Reserve(plain + 1);
        Ascii.FromUtf16(text[..plain], _bytes.AsSpan(_length), out var written);
        _length += written;
        if (plain < text.Length)
        {
            WriteEncoded(text[plain..]);
        }
    }

    private void WriteEncoded(ReadOnlySpan<char> text)
    {
        Span<char> encoded = stackalloc char[512];
        while (!text.IsEmpty)
        {
            // Fails for nothing: half a surrogate pair becomes U+FFFD, and a full buffer only ends the piece.
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text, encoded, out var taken, out var made);
            Reserve((made * 3) + 1);
            _length += Encoding.UTF8.GetBytes(encoded[..made], _bytes.AsSpan(_length));
            text = text[taken..];
        }
    }

    private void EndText()
    {
        Reserve(1);
        _bytes[_length++] = (byte)'"';
        _needsComma = true;
    }

    private void WriteDigits(long value)
    {
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(_length), out var written);
        _length += written;
    }

    private void WriteLiteral(ReadOnlySpan<byte> literal)
    {
        Reserve(literal.Length + 1);
        Separate();
        literal.CopyTo(_bytes.AsSpan(_length));
        _length += literal.Length;
        _needsComma = true;
    }

    private void Open(byte bracket)
    {
        Reserve(2);
        Separate();
        _bytes[_length++] = bracket;
        _needsComma = false;
    }

    private void Close(byte bracket)
    {
        Reserve(1);
        _bytes[_length++] = bracket;
        _needsComma = true;
    }

    private void Separate()
    {
        if (_needsComma)
        {
            _bytes[_length++] = (byte)',';
        }
    }

    private void Reserve(int more)
    {
        if (_length + more > _bytes.Length)
        {
            Grow(more);
        }
    }

    private void Grow(int more)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + more), (int)Math.Min(Array.MaxLength, 2L * _bytes.Length)));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
