using System.Text;
using System.Text.Json;

namespace Gateway.Core.Llm.Json;

/// <summary>Looks at raw JSON text without parsing all of it.</summary>
internal static class JsonText
{
    /// <summary>Characters (UTF-16 units, as estimates count them) of a string's raw content; each escape counts once.</summary>
    public static int CountCharacters(ReadOnlySpan<byte> raw)
    {
        var count = Ascii.IsValid(raw) ? raw.Length : Encoding.UTF8.GetCharCount(raw);
        while (raw.IndexOf((byte)'\\') is var escape and >= 0)
        {
            var isUnicode = escape + 1 < raw.Length && raw[escape + 1] == 'u';
            count -= isUnicode ? 5 : 1;
            raw = raw[Math.Min(raw.Length, escape + 2)..];
        }

        return Math.Max(0, count);
    }

    /// <summary>Length of a string's raw content, given the text just after its opening quote; -1 when it does not end.</summary>
    public static int StringLength(ReadOnlySpan<byte> afterQuote)
    {
        var position = 0;
        while (true)
        {
            var stop = afterQuote[position..].IndexOfAny((byte)'"', (byte)'\\');
            if (stop < 0)
            {
                return -1;
            }

            position += stop;
            if (afterQuote[position] == '"')
            {
                return position;
            }

            position += 2;
            if (position > afterQuote.Length)
            {
                return -1;
            }
        }
    }

    /// <summary>Finds a string member by its key in text that is JSON, at any depth, without parsing.</summary>
    /// <param name="key">With its quotes.</param>
    /// <returns>The raw content of the first such string; false when there is none.</returns>
    public static bool TryFindText(ReadOnlySpan<byte> json, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> content)
    {
        content = default;
        while (json.IndexOf(key) is var at and >= 0)
        {
            json = json[(at + key.Length)..];
            var value = json.TrimStart(" \t\r\n"u8);
            if (value.IsEmpty || value[0] != ':')
            {
                // A value that reads like the key.
                continue;
            }

            value = value[1..].TrimStart(" \t\r\n"u8);
            if (!value.IsEmpty && value[0] == '"' && StringLength(value[1..]) is var length and >= 0)
            {
                content = value.Slice(1, length);
                return true;
            }
        }

        return false;
    }

    /// <summary>The unescaped text of the string token; lone surrogates become U+FFFD.</summary>
    public static string GetString(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return Unescape(reader.ValueSpan);
        }
    }

    /// <summary>The unescaped text of the string element; lone surrogates become U+FFFD.</summary>
    public static string GetString(JsonElement element)
    {
        try
        {
            return element.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return Unescape(Encoding.UTF8.GetBytes(element.GetRawText()).AsSpan()[1..^1]);
        }
    }

    /// <summary>A counter: a number that is not negative. False for anything else.</summary>
    public static bool TryGetCount(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        if (reader.TokenType != JsonTokenType.Number)
        {
            return false;
        }

        if (reader.TryGetInt64(out value))
        {
            return value >= 0;
        }

        if (!reader.TryGetDouble(out var real) || real is < 0 or > long.MaxValue / 2)
        {
            return false;
        }

        value = (long)real;
        return true;
    }

    /// <summary>Whether the text is one JSON object and nothing else.</summary>
    public static bool IsObject(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, LlmJson.ReaderOptions);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Unescape(ReadOnlySpan<byte> raw)
    {
        // The slow way, for text whose escapes do not pair up: unescape unit by unit, then let the encoder mend it.
        var units = new StringBuilder(raw.Length);
        while (raw.IndexOf((byte)'\\') is var escape and >= 0)
        {
            units.Append(Encoding.UTF8.GetString(raw[..escape]));
            var kind = escape + 1 < raw.Length ? (char)raw[escape + 1] : '\\';
            raw = raw[Math.Min(raw.Length, escape + 2)..];
            if (kind == 'u' && raw.Length >= 4
                && ushort.TryParse(raw[..4], System.Globalization.NumberStyles.AllowHexSpecifier, null, out var unit))
            {
                units.Append((char)unit);
                raw = raw[4..];
                continue;
            }

            units.Append(kind switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', _ => kind });
        }

        units.Append(Encoding.UTF8.GetString(raw));
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(units.ToString()));
    }
}
