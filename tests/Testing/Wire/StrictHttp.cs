using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gateway.Testing.Wire;

/// <summary>
/// Reads HTTP/1.1 from bytes the way that only one reading is left: whatever two parsers could take differently is a
/// <see cref="FormatException"/>. Every byte is one character.
/// </summary>
public static class StrictHttp
{
    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Reads the message that begins at a place.</summary>
    /// <param name="isBodyless">Whether a message with this first line has no body whatever its headers say.</param>
    /// <returns>Null while the message is not whole.</returns>
    public static WireMessage? Read(string bytes, int at, Func<string, bool>? isBodyless = null)
    {
        var end = bytes.IndexOf("\r\n\r\n", at, StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        var lines = bytes[at..end].Split("\r\n");
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var line in lines)
        {
            Refuse(line.AsSpan().ContainsAny('\r', '\n', '\0'), $"a control character in '{line}'");
        }

        foreach (var line in lines[1..])
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            Refuse(colon <= 0 || line.AsSpan(0, colon).ContainsAnyExcept(Token), $"'{line}' is no header");
            headers.Add(new(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }

        var body = end + 4;
        var lengths = Values(headers, "Content-Length");
        var codings = Values(headers, "Transfer-Encoding");
        Refuse(lengths.Length > 1, "two lengths");
        Refuse(codings.Length > 1, "two codings");
        Refuse(lengths.Length == 1 && codings.Length == 1, "a length and a coding");
        if (isBodyless?.Invoke(lines[0]) == true)
        {
            return new WireMessage(lines[0], headers, "", body);
        }

        if (codings.Length == 1)
        {
            Refuse(!codings[0].Equals("chunked", StringComparison.OrdinalIgnoreCase), $"coding '{codings[0]}'");
            return ReadChunks(bytes, body) is { } chunks ? new WireMessage(lines[0], headers, chunks.Body, chunks.End) : null;
        }

        var length = 0;
        if (lengths.Length == 1)
        {
            Refuse(lengths[0].Length is 0 or > 9 || lengths[0].AsSpan().ContainsAnyExceptInRange('0', '9'), $"length '{lengths[0]}'");
            length = int.Parse(lengths[0], CultureInfo.InvariantCulture);
        }

        return bytes.Length < body + length ? null : new WireMessage(lines[0], headers, bytes.Substring(body, length), body + length);
    }

    private static (string Body, int End)? ReadChunks(string bytes, int at)
    {
        var body = new StringBuilder();
        while (true)
        {
            var line = bytes.IndexOf("\r\n", at, StringComparison.Ordinal);
            if (line < 0)
            {
                return null;
            }

            var digits = bytes[at..line];
            Refuse(digits.Length is 0 or > 8 || digits.Any(c => !char.IsAsciiHexDigit(c)), $"chunk size '{digits}'");
            var size = int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            at = line + 2;
            if (bytes.Length < at + size + 2)
            {
                return null;
            }

            Refuse(bytes.Substring(at + size, 2) != "\r\n", "a chunk without its end; trailers are not forwarded");
            body.Append(bytes, at, size);
            at += size + 2;
            if (size == 0)
            {
                return (body.ToString(), at);
            }
        }
    }

    private static string[] Values(List<KeyValuePair<string, string>> headers, string name) =>
        [.. headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value)];

    private static void Refuse(bool isRefused, string why)
    {
        if (isRefused)
        {
            throw new FormatException(why);
        }
    }
}

/// <summary>One message as it was on the wire.</summary>
/// <param name="FirstLine">Request or status line.</param>
/// <param name="Body">Without the chunks' sizes.</param>
/// <param name="End">Where the next message begins.</param>
public sealed record WireMessage(string FirstLine, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body, int End)
{
    public string? Header(string name) => Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Method, target and body of a request: <c>POST /x hello</c>.</summary>
    /// <exception cref="FormatException">It is of another version.</exception>
    public string Meaning => FirstLine.EndsWith(" HTTP/1.1", StringComparison.Ordinal)
        ? $"{FirstLine[..^9]} {Body}".TrimEnd()
        : throw new FormatException($"'{FirstLine}' is no line of HTTP/1.1");
}
