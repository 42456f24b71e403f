using System.Buffers;
using System.Text;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gateway.Core.Plugins.KeyAuth;

/// <summary>The fields of a multipart form (RFC 7578); files are none.</summary>
internal sealed class MultipartFields(ReadOnlyMemory<byte> body, string boundary) : BodyFields
{
    private readonly byte[] _delimiter = Encoding.Latin1.GetBytes("--" + boundary);

    public override StringValues Find(string name)
    {
        var found = StringValues.Empty;
        foreach (var part in Parts())
        {
            if (part.Name == name && found.Count < 2)
            {
                found = StringValues.Concat(found, Encoding.UTF8.GetString(body.Span[part.ValueStart..part.ValueEnd]));
            }
        }

        return found;
    }

    public override byte[]? Without(string name)
    {
        var rest = new ArrayBufferWriter<byte>(Math.Max(1, body.Length));
        var copied = 0;
        foreach (var part in Parts())
        {
            if (part.Name == name)
            {
                rest.Write(body.Span[copied..part.Start]);
                copied = part.End;
            }
        }

        if (copied == 0)
        {
            return null;
        }

        rest.Write(body.Span[copied..]);
        return rest.WrittenSpan.ToArray();
    }

    private List<Part> Parts()
    {
        var parts = new List<Part>();
        var bytes = body.Span;
        var start = FindDelimiter(bytes, 0, out var content);
        while (start >= 0 && content >= 0)
        {
            var end = FindDelimiter(bytes, content - 2, out var next);
            if (end < 0)
            {
                break;
            }

            // The line break before a delimiter belongs to the delimiter.
            var part = bytes[content..Math.Max(content, end - 2)];
            var headEnd = part.IndexOf("\r\n\r\n"u8);
            if (headEnd > 0 && NameOf(part[..headEnd]) is { } name)
            {
                var valueStart = content + headEnd + 4;
                parts.Add(new Part(start, end, name, valueStart, Math.Max(valueStart, end - 2)));
            }

            (start, content) = (end, next);
        }

        return parts;
    }

    /// <summary>Finds the next line that is a delimiter.</summary>
    /// <param name="content">Where what follows it begins; -1 after the last one.</param>
    /// <returns>Where the line begins; -1 when there is none.</returns>
    private int FindDelimiter(ReadOnlySpan<byte> bytes, int from, out int content)
    {
        content = -1;
        while (from < bytes.Length)
        {
            var found = bytes[from..].IndexOf(_delimiter);
            if (found < 0)
            {
                return -1;
            }

            var start = from + found;
            var after = start + _delimiter.Length;
            from = after;
            if (start > 0 && !bytes[..start].EndsWith("\r\n"u8))
            {
                continue;
            }

            if (bytes[after..].StartsWith("--"u8))
            {
                return start;
            }

            while (after < bytes.Length && bytes[after] is (byte)' ' or (byte)'\t')
            {
                after++;
            }

            if (bytes[after..].StartsWith("\r\n"u8))
            {
                content = after + 2;
                return start;
            }
        }

        return -1;
    }

    /// <summary>Name of the field that a part's header lines describe; null for a file.</summary>
    private static string? NameOf(ReadOnlySpan<byte> head)
    {
        const string Disposition = "Content-Disposition:";
        foreach (var line in Encoding.UTF8.GetString(head).Split("\r\n"))
        {
            if (line.StartsWith(Disposition, StringComparison.OrdinalIgnoreCase)
                && ContentDispositionHeaderValue.TryParse(line[Disposition.Length..], out var disposition))
            {
                return disposition.FileName.HasValue || disposition.FileNameStar.HasValue ? null : HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            }
        }

        return null;
    }

    /// <summary>Byte offsets: of the delimiter line before the part and the one after it, and of the value.</summary>
    private readonly record struct Part(int Start, int End, string Name, int ValueStart, int ValueEnd);
}
