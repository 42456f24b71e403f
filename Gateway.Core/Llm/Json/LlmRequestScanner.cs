using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Gateway.Core.Llm.Json;

/// <summary>
/// Checks that a body is one JSON object and finds its top-level members, in one pass. Strings, most of a prompt, are skipped with
/// vector instructions; nothing is decoded or copied.
/// </summary>
internal static class LlmRequestScanner
{
    /// <summary>Deepest nesting that is accepted, the outermost object included.</summary>
    public const int MaxDepth = 128;

    /// <summary>Most top-level members that are accepted; the known APIs have fewer than forty.</summary>
    public const int MaxMembers = 512;

    /// <summary>Members that most bodies have no more of.</summary>
    public const int UsualMembers = 16;

    /// <summary>Bytes at which a string needs a look: its end, an escape, or a control character, which is not allowed.</summary>
    private static readonly SearchValues<byte> StringStops = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(i => (byte)i)]);

    /// <summary>Scans a whole body.</summary>
    /// <param name="scan">The members; default when the result is not <see cref="JsonFault.None"/>.</param>
    public static JsonFault Scan(ReadOnlyMemory<byte> body, out LlmRequestScan scan)
    {
        var members = new JsonMember[UsualMembers];
        return Scan(body, ref members, out scan);
    }

    /// <summary>Scans a whole body with memory that the caller uses again, once it has done with the scan.</summary>
    /// <param name="members">A larger one takes its place where it is too small.</param>
    /// <inheritdoc cref="Scan(ReadOnlyMemory{byte}, out LlmRequestScan)"/>
    public static JsonFault Scan(ReadOnlyMemory<byte> body, ref JsonMember[] members, out LlmRequestScan scan)
    {
        scan = default;
        var json = body.Span;
        var position = json.StartsWith("\uFEFF"u8) ? 3 : 0;
        SkipWhitespace(json, ref position);
        if (position == json.Length)
        {
            return JsonFault.Malformed;
        }

        if (json[position] != '{')
        {
            return SkipValue(json, ref position, 0, out _) is var other && other != JsonFault.None ? other : JsonFault.NotAnObject;
        }

        // The strings themselves are not looked into, so this is the one place where broken UTF-8 shows.
        if (!Utf8.IsValid(json))
        {
            return JsonFault.InvalidUtf8;
        }

        var objectStart = position++;
        var count = 0;
        SkipWhitespace(json, ref position);
        if (position < json.Length && json[position] == '}')
        {
            position++;
        }
        else
        {
            while (true)
            {
                var fault = ReadMember(json, ref position, out var member);
                if (fault != JsonFault.None)
                {
                    return fault;
                }

                if (IsDuplicate(json, members.AsSpan(0, count), member))
                {
                    return JsonFault.DuplicateKey;
                }

                if (count == MaxMembers)
                {
                    return JsonFault.TooManyMembers;
                }

                if (count == members.Length)
                {
                    Array.Resize(ref members, count * 2);
                }

                members[count++] = member;
                SkipWhitespace(json, ref position);
                if (position == json.Length)
                {
                    return JsonFault.Malformed;
                }

                var next = json[position++];
                if (next == '}')
                {
                    break;
                }

                if (next != ',')
                {
                    return JsonFault.Malformed;
                }

                SkipWhitespace(json, ref position);
            }
        }

        var objectEnd = position;
        SkipWhitespace(json, ref position);
        if (position != json.Length)
        {
            return JsonFault.Malformed;
        }

        scan = new LlmRequestScan(body, objectStart, objectEnd, members, count);
        return JsonFault.None;
    }

    /// <summary>Compares a key as it stands in the body, perhaps with escapes, with a plain name.</summary>
    internal static bool KeyEquals(ReadOnlySpan<byte> rawKey, ReadOnlySpan<byte> name)
    {
        if (!rawKey.Contains((byte)'\\'))
        {
            return rawKey.SequenceEqual(name);
        }

        return Unescape([(byte)'"', .. rawKey, (byte)'"']) == System.Text.Encoding.UTF8.GetString(name);
    }

    private static JsonFault ReadMember(ReadOnlySpan<byte> json, ref int position, out JsonMember member)
    {
        member = default;
        var keyStart = position;
        if (position == json.Length || json[position] != '"' || !SkipString(json, ref position))
        {
            return JsonFault.Malformed;
        }

        var keyEnd = position;
        SkipWhitespace(json, ref position);
        if (position == json.Length || json[position++] != ':')
        {
            return JsonFault.Malformed;
        }

        SkipWhitespace(json, ref position);
        var valueStart = position;
        var fault = SkipValue(json, ref position, 1, out var kind);
        member = new JsonMember(keyStart, keyEnd, valueStart, position, kind);
        return fault;
    }

    private static bool IsDuplicate(ReadOnlySpan<byte> json, ReadOnlySpan<JsonMember> members, JsonMember candidate)
    {
        var key = json[(candidate.KeyStart + 1)..(candidate.KeyEnd - 1)];
        var isEscaped = key.Contains((byte)'\\');
        string? text = null;
        foreach (ref readonly var member in members)
        {
            var other = json[(member.KeyStart + 1)..(member.KeyEnd - 1)];
            if (!isEscaped && !other.Contains((byte)'\\'))
            {
                if (other.SequenceEqual(key))
                {
                    return true;
                }

                continue;
            }

            text ??= Unescape(json[candidate.KeyStart..candidate.KeyEnd]);
            if (text == Unescape(json[member.KeyStart..member.KeyEnd]))
            {
                return true;
            }
        }

        return false;
    }

    private static string Unescape(ReadOnlySpan<byte> quoted)
    {
        try
        {
            var reader = new Utf8JsonReader(quoted);
            reader.Read();
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: equal only to itself as written.
            return Convert.ToHexString(quoted);
        }
    }

    /// <summary>Skips one value and checks its grammar. No recursion: the stack of open brackets is two words of bits.</summary>
    private static JsonFault SkipValue(ReadOnlySpan<byte> json, ref int position, int depth, out JsonKind kind)
    {
        kind = JsonKind.Absent;
        // Bit n: the container at depth n is an object.
        UInt128 objects = 0;
        var baseDepth = depth;
        while (true)
        {
            // A value is due.
            if (position == json.Length)
            {
                return JsonFault.Malformed;
            }

            var first = json[position];
            JsonKind found;
            switch (first)
            {
                case (byte)'"':
                    if (!SkipString(json, ref position))
                    {
                        return JsonFault.Malformed;
                    }

                    found = JsonKind.String;
                    break;
                case (byte)'{' or (byte)'[':
                    if (depth == MaxDepth)
                    {
                        return JsonFault.TooDeep;
                    }

                    var isObject = first == '{';
                    kind = depth == baseDepth ? isObject ? JsonKind.Object : JsonKind.Array : kind;
                    position++;
                    SkipWhitespace(json, ref position);
                    if (position < json.Length && json[position] == (isObject ? '}' : ']'))
                    {
                        position++;
                        found = isObject ? JsonKind.Object : JsonKind.Array;
                        break;
                    }

                    objects = isObject ? objects | (UInt128.One << depth) : objects & ~(UInt128.One << depth);
                    depth++;
                    if (isObject && !SkipKey(json, ref position))
                    {
                        return JsonFault.Malformed;
                    }

                    continue;
                case (byte)'t':
                    found = JsonKind.True;
                    if (!SkipLiteral(json, ref position, "true"u8))
                    {
                        return JsonFault.Malformed;
                    }

                    break;
                case (byte)'f':
                    found = JsonKind.False;
                    if (!SkipLiteral(json, ref position, "false"u8))
                    {
                        return JsonFault.Malformed;
                    }

                    break;
                case (byte)'n':
                    found = JsonKind.Null;
                    if (!SkipLiteral(json, ref position, "null"u8))
                    {
                        return JsonFault.Malformed;
                    }

                    break;
                default:
                    found = JsonKind.Number;
                    if (!SkipNumber(json, ref position))
                    {
                        return JsonFault.Malformed;
                    }

                    break;
            }

            if (depth == baseDepth)
            {
                kind = found;
                return JsonFault.None;
            }

            // After a value: a comma, or the end of one or more containers.
            while (true)
            {
                SkipWhitespace(json, ref position);
                if (position == json.Length)
                {
                    return JsonFault.Malformed;
                }

                var inObject = (objects >> (depth - 1) & 1) == 1;
                var next = json[position++];
                if (next == ',')
                {
                    SkipWhitespace(json, ref position);
                    if (inObject && !SkipKey(json, ref position))
                    {
                        return JsonFault.Malformed;
                    }

                    break;
                }

                if (next != (inObject ? '}' : ']'))
                {
                    return JsonFault.Malformed;
                }

                depth--;
                if (depth == baseDepth)
                {
                    return JsonFault.None;
                }
            }
        }
    }

    private static bool SkipKey(ReadOnlySpan<byte> json, ref int position)
    {
        if (position == json.Length || json[position] != '"' || !SkipString(json, ref position))
        {
            return false;
        }

        SkipWhitespace(json, ref position);
        if (position == json.Length || json[position++] != ':')
        {
            return false;
        }

        SkipWhitespace(json, ref position);
        return true;
    }

    /// <summary>From the opening quote to just after the closing one.</summary>
    private static bool SkipString(ReadOnlySpan<byte> json, ref int position)
    {
        position++;
        while (true)
        {
            var stop = json[position..].IndexOfAny(StringStops);
            if (stop < 0)
            {
                return false;
            }

            position += stop;
            var found = json[position++];
            if (found == '"')
            {
                return true;
            }

            if (found != '\\' || position == json.Length)
            {
                return false;
            }

            switch (json[position++])
            {
                case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                    break;
                case (byte)'u':
                    if (json.Length - position < 4)
                    {
                        return false;
                    }

                    for (var end = position + 4; position < end; position++)
                    {
                        if (!char.IsAsciiHexDigit((char)json[position]))
                        {
                            return false;
                        }
                    }

                    break;
                default:
                    return false;
            }
        }
    }

    private static bool SkipLiteral(ReadOnlySpan<byte> json, ref int position, ReadOnlySpan<byte> literal)
    {
        if (!json[position..].StartsWith(literal))
        {
            return false;
        }

        position += literal.Length;
        return true;
    }

    private static bool SkipNumber(ReadOnlySpan<byte> json, ref int position)
    {
        if (json[position] == '-')
        {
            position++;
        }

        var leading = position;
        if (!SkipDigits(json, ref position) || (json[leading] == '0' && position - leading > 1))
        {
            return false;
        }

        if (position < json.Length && json[position] == '.')
        {
            position++;
            if (!SkipDigits(json, ref position))
            {
                return false;
            }
        }

        if (position < json.Length && json[position] is (byte)'e' or (byte)'E')
        {
            position++;
            if (position < json.Length && json[position] is (byte)'+' or (byte)'-')
            {
                position++;
            }

            if (!SkipDigits(json, ref position))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SkipDigits(ReadOnlySpan<byte> json, ref int position)
    {
        var start = position;
        while (position < json.Length && char.IsAsciiDigit((char)json[position]))
        {
            position++;
        }

        return position > start;
    }

    private static void SkipWhitespace(ReadOnlySpan<byte> json, ref int position)
    {
        while (position < json.Length && json[position] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            position++;
        }
    }
}
