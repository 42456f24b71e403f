using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Gateway.Core.Llm.Json;

/// <summary>
/// Writes JSON from fragments. Unlike <see cref="System.Text.Json.Utf8JsonWriter"/> it takes string content that is JSON-escaped
/// already, so that text passes from one format to another without being decoded: escapes, also halves of surrogate pairs, survive.
/// Commas and brackets are the caller's.
/// </summary>
internal readonly struct JsonEmitter(IBufferWriter<byte> output)
{
    private static readonly SearchValues<byte> MustEscape = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(i => (byte)i)]);

    /// <summary>JSON, written as it is.</summary>
    public void Raw(ReadOnlySpan<byte> json) => output.Write(json);

    /// <summary>Text as content of a string that the caller has opened: escapes what JSON demands and nothing else.</summary>
    public void Escaped(ReadOnlySpan<byte> utf8)
    {
        while (true)
        {
            var stop = utf8.IndexOfAny(MustEscape);
            if (stop < 0)
            {
                output.Write(utf8);
                return;
            }

            output.Write(utf8[..stop]);
            WriteEscape(utf8[stop]);
            utf8 = utf8[(stop + 1)..];
        }
    }

    /// <summary>Text as content of a string that the caller has opened.</summary>
    public void Escaped(string text)
    {
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (length <= 512)
        {
            Span<byte> small = stackalloc byte[length];
            Escaped(small[..Encoding.UTF8.GetBytes(text, small)]);
            return;
        }

        var rented = ArrayPool<byte>.Shared.Rent(length);
        Escaped(rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>A whole string with its quotes.</summary>
    public void String(string text)
    {
        output.Write("\""u8);
        Escaped(text);
        output.Write("\""u8);
    }

    /// <summary>A whole string with its quotes from content that is escaped already.</summary>
    public void StringRaw(ReadOnlySpan<byte> content)
    {
        output.Write("\""u8);
        output.Write(content);
        output.Write("\""u8);
    }

    public void Number(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var written);
        output.Write(digits[..written]);
    }

    public void Number(double value)
    {
        Span<byte> digits = stackalloc byte[32];
        value.TryFormat(digits, out var written, "R", CultureInfo.InvariantCulture);
        output.Write(digits[..written]);
    }

    /// <summary>JSON without the white space between its tokens. The input must be valid.</summary>
    public void Compact(ReadOnlySpan<byte> json)
    {
        var run = 0;
        var position = 0;
        while (position < json.Length)
        {
            var found = json[position];
            if (found == '"')
            {
                position += JsonText.StringLength(json[(position + 1)..]) + 2;
            }
            else if (found is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            {
                output.Write(json[run..position]);
                run = ++position;
            }
            else
            {
                position++;
            }
        }

        output.Write(json[run..]);
    }

    /// <summary>JSON without white space as content of a string that the caller has opened.</summary>
    public void EscapedCompact(ReadOnlySpan<byte> json)
    {
        var run = 0;
        var position = 0;
        while (position < json.Length)
        {
            var found = json[position];
            if (found == '"')
            {
                position += JsonText.StringLength(json[(position + 1)..]) + 2;
            }
            else if (found is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            {
                Escaped(json[run..position]);
                run = ++position;
            }
            else
            {
                position++;
            }
        }

        Escaped(json[run..]);
    }

    private void WriteEscape(byte value)
    {
        ReadOnlySpan<byte> escape = value switch
        {
            (byte)'"' => "\\\""u8,
            (byte)'\\' => "\\\\"u8,
            (byte)'\n' => "\\n"u8,
            (byte)'\r' => "\\r"u8,
            (byte)'\t' => "\\t"u8,
            (byte)'\b' => "\\b"u8,
            (byte)'\f' => "\\f"u8,
            _ => default,
        };
        if (!escape.IsEmpty)
        {
            output.Write(escape);
            return;
        }

        output.Write("\\u00"u8);
        Span<byte> hex = stackalloc byte[2];
        Utf8Formatter.TryFormat(value, hex, out _, new StandardFormat('x', 2));
        output.Write(hex);
    }
}
