using System.Buffers;
using System.Text;

namespace Gateway.Shared.Routing;

/// <summary>The normal form of a request path, the one that matching, access rules, logs and the upstream see.</summary>
public static class RequestPath
{
    /// <summary>Characters that keep their percent triplet: decoding them would change the meaning of the path.</summary>
    private const string Reserved = "!*'();:@&=+$,/?%#[]";

    private static readonly SearchValues<char> Unusual = SearchValues.Create("%.\\");

    /// <summary>
    /// Cuts the query, decodes triplets of characters outside the reserved set, upper-cases the others, removes dot segments and
    /// merges slashes.
    /// </summary>
    /// <param name="rawTarget">The request target as received, such as <c>/a/%41?x=1</c>, or an absolute form.</param>
    public static string Normalise(string rawTarget)
    {
        var path = PathOf(rawTarget);
        if (path.Length == 0)
        {
            return "/";
        }

        return path.IndexOfAny(Unusual) < 0 && !HasDoubleSlash(path) && IsAscii(path)
            ? path.Length == rawTarget.Length ? rawTarget : path.ToString()
            : RemoveDotsAndSlashes(Decode(path, keepHighBytes: false) ?? Decode(path, keepHighBytes: true)!);
    }

    /// <summary>The path of a request target without its query; scheme and authority of an absolute form are cut.</summary>
    public static ReadOnlySpan<char> PathOf(string rawTarget)
    {
        var path = rawTarget.AsSpan();
        var query = path.IndexOf('?');
        if (query >= 0)
        {
            path = path[..query];
        }

        if (path.Length > 0 && path[0] != '/' && path.IndexOf("://") is > 0 and var scheme)
        {
            var rest = path[(scheme + 3)..];
            var slash = rest.IndexOf('/');
            path = slash < 0 ? "/" : rest[slash..];
        }

        return path;
    }

    /// <summary>Name or address, port and whatever else stands before the path of an absolute form; empty for the other forms.</summary>
    public static ReadOnlySpan<char> AuthorityOf(ReadOnlySpan<char> rawTarget)
    {
        var scheme = rawTarget.IndexOf("://");
        if (scheme < 0)
        {
            return [];
        }

        var rest = rawTarget[(scheme + 3)..];
        var end = rest.IndexOfAny('/', '?');
        return end < 0 ? rest : rest[..end];
    }

    /// <summary>Escapes what may not stand in a request line: blanks, controls and everything that is not ASCII.</summary>
    public static string Escape(string path)
    {
        var isClean = true;
        foreach (var c in path)
        {
            if (c is <= ' ' or >= '\u007f' or '"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}' or '?' or '#')
            {
                isClean = false;
                break;
            }
        }

        if (isClean)
        {
            return path;
        }

        var builder = new StringBuilder(path.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in path.EnumerateRunes())
        {
            if (rune.IsAscii && rune.Value > ' ' && rune.Value != 0x7f && "\"<>\\^`{|}?#".IndexOf((char)rune.Value) < 0)
            {
                builder.Append((char)rune.Value);
                continue;
            }

            var length = rune.EncodeToUtf8(utf8);
            for (var i = 0; i < length; i++)
            {
                builder.Append('%').Append(Hex(utf8[i] >> 4)).Append(Hex(utf8[i] & 15));
            }
        }

        return builder.ToString();
    }

    private static bool HasDoubleSlash(ReadOnlySpan<char> path) => path.IndexOf("//") >= 0;

    private static bool IsAscii(ReadOnlySpan<char> path) => Ascii.IsValid(path);

    /// <returns>Null when the decoded bytes are not UTF-8; they then stay encoded.</returns>
    private static string? Decode(ReadOnlySpan<char> path, bool keepHighBytes)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(path.Length));
        try
        {
            var length = 0;
            for (var i = 0; i < path.Length; i++)
            {
                var c = path[i];
                if (c == '%' && i + 2 < path.Length && TryHex(path[i + 1], path[i + 2], out var value))
                {
                    if (value >= 0x80 ? keepHighBytes : value == 0 || Reserved.Contains((char)value, StringComparison.Ordinal))
                    {
                        bytes[length++] = (byte)'%';
                        bytes[length++] = (byte)Hex(value >> 4);
                        bytes[length++] = (byte)Hex(value & 15);
                    }
                    else
                    {
                        bytes[length++] = (byte)value;
                    }

                    i += 2;
                    continue;
                }

                length += Encoding.UTF8.GetBytes(path.Slice(i, char.IsHighSurrogate(c) && i + 1 < path.Length ? 2 : 1), bytes.AsSpan(length));
                if (char.IsHighSurrogate(c))
                {
                    i++;
                }
            }

            var decoded = bytes.AsSpan(0, length);
            return System.Text.Unicode.Utf8.IsValid(decoded) ? Encoding.UTF8.GetString(decoded) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static string RemoveDotsAndSlashes(string path)
    {
        var output = new StringBuilder(path.Length);
        var position = 0;
        while (position < path.Length)
        {
            while (position < path.Length && path[position] == '/')
            {
                position++;
            }

            var next = path.IndexOf('/', position);
            var end = next < 0 ? path.Length : next;
            var segment = path.AsSpan(position, end - position);
            if (segment is "..")
            {
                var last = output.Length > 0 ? output.ToString().LastIndexOf('/') : -1;
                output.Length = Math.Max(0, last);
                if (next < 0)
                {
                    output.Append('/');
                }
            }
            else if (segment is "." or "")
            {
                if (next < 0)
                {
                    output.Append('/');
                }
            }
            else
            {
                output.Append('/').Append(segment);
                if (next >= 0 && OnlySlashesAfter(path, next))
                {
                    output.Append('/');
                    break;
                }
            }

            position = end;
            if (next < 0)
            {
                break;
            }
        }

        return output.Length == 0 ? "/" : output.ToString();
    }

    private static bool OnlySlashesAfter(string path, int from) => path.AsSpan(from).TrimStart('/').IsEmpty;

    private static bool TryHex(char high, char low, out int value)
    {
        value = 0;
        if (!char.IsAsciiHexDigit(high) || !char.IsAsciiHexDigit(low))
        {
            return false;
        }

        value = (Convert.ToInt32(high.ToString(), 16) << 4) | Convert.ToInt32(low.ToString(), 16);
        return true;
    }

    private static char Hex(int nibble) => (char)(nibble < 10 ? '0' + nibble : 'A' + nibble - 10);
}
