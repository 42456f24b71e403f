using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Gateway.Core.Plugins.RequestTransformer;

/// <summary>The parts of a <c>multipart/form-data</c> body (RFC 7578). Append is not defined for them.</summary>
internal sealed class MultipartFields : PieceFields
{
    private const string Disposition = "Content-Disposition:";

    private readonly byte[] _delimiter;

    private MultipartFields(string boundary) => _delimiter = Encoding.UTF8.GetBytes("--" + boundary);

    /// <summary>The parts, none for an empty body, and null for what is no such body: it passes as it is.</summary>
    public static MultipartFields? TryRead(ReadOnlyMemory<byte> body, string contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            return null;
        }

        var fields = new MultipartFields(boundary);
        return body.Length == 0 || fields.Read(body) ? fields : null;
    }

    public override void Append(string name, string value)
    {
    }

    public override byte[] ToBytes()
    {
        byte[] open = [.. _delimiter, .. "\r\n"u8];
        byte[] close = [.. _delimiter, .. "--\r\n"u8];
        return Pieces.Count == 0 ? close : Join(open, [.. "\r\n"u8, .. open], [.. "\r\n"u8, .. close]);
    }

    protected override Piece Create(string name, string value)
    {
        var content = Encoding.UTF8.GetBytes(value);
        if (content.AsSpan().IndexOf(_delimiter) >= 0)
        {
            // The client chose the boundary; with it in a value it could place parts that no rule has seen.
            throw new BadHttpRequestException("A value of request-transformer holds the boundary of the body.");
        }

        return new Piece(name, (byte[])[.. Encoding.UTF8.GetBytes($"{Disposition} form-data; name={Quote(name)}\r\n\r\n"), .. content], 0);
    }

    /// <summary>A file keeps its file name and type.</summary>
    protected override Piece Renamed(Piece piece, string newName)
    {
        var (start, length) = FindDisposition(piece.Text.Span);
        var line = new StringBuilder($"{Disposition} form-data; name={Quote(newName)}");
        foreach (var parameter in ParseDisposition(piece.Text.Span.Slice(start, length))!.Parameters)
        {
            if (!parameter.Name.Equals("name", StringComparison.OrdinalIgnoreCase))
            {
                line.Append("; ").Append(parameter);
            }
        }

        var text = piece.Text.Span;
        return new Piece(newName, (byte[])[.. text[..start], .. Encoding.UTF8.GetBytes(line.ToString()), .. text[(start + length)..]], 0);
    }

    private bool Read(ReadOnlyMemory<byte> body)
    {
        var position = FindDelimiter(body.Span, 0, out _);
        while (position >= 0)
        {
            var rest = body.Span[position..];
            if (rest.StartsWith("--"u8))
            {
                return true;
            }

            var line = rest.IndexOf((byte)'\n');
            if (line < 0 || rest[..line].Trim(" \t\r"u8).Length > 0)
            {
                return false;
            }

            var start = position + line + 1;
            position = FindDelimiter(body.Span, start, out var end);
            if (position >= 0)
            {
                var text = body[start..end];
                var (at, length) = FindDisposition(text.Span);
                var name = length == 0 ? default : HeaderUtilities.RemoveQuotes(ParseDisposition(text.Span.Slice(at, length))?.Name ?? default);
                AddFound(new Piece(name.Value ?? "", text, 0));
            }
        }

        return false;
    }

    /// <summary>Where the next delimiter ends, or -1.</summary>
    /// <param name="before">Where the line before it ends.</param>
    private int FindDelimiter(ReadOnlySpan<byte> body, int from, out int before)
    {
        var position = from;
        while (true)
        {
            var found = body[position..].IndexOf(_delimiter);
            before = position + found;
            if (found < 0)
            {
                return -1;
            }

            position = before + _delimiter.Length;
            if (before == from)
            {
                return position;
            }

            // It counts only at the beginning of a line, whose break is part of it.
            if (body[before - 1] == (byte)'\n')
            {
                before -= before - 2 >= from && body[before - 2] == (byte)'\r' ? 2 : 1;
                return position;
            }
        }
    }

    /// <summary>Where the header stands that names the part; nowhere when the length is 0.</summary>
    private static (int Start, int Length) FindDisposition(ReadOnlySpan<byte> part)
    {
        var start = 0;
        while (true)
        {
            var end = part[start..].IndexOf((byte)'\n');
            var line = end < 0 ? part[start..] : part.Slice(start, end);
            line = line.TrimEnd((byte)'\r');
            if (line.Length == 0)
            {
                return default;
            }

            if (line.Length > Disposition.Length && Ascii.EqualsIgnoreCase(line[..Disposition.Length], Disposition))
            {
                return (start, line.Length);
            }

            if (end < 0)
            {
                return default;
            }

            start += end + 1;
        }
    }

    private static ContentDispositionHeaderValue? ParseDisposition(ReadOnlySpan<byte> line) =>
        ContentDispositionHeaderValue.TryParse(Encoding.UTF8.GetString(line[Disposition.Length..]), out var value) ? value : null;

    /// <summary>As browsers write names (HTML, multipart form data).</summary>
    private static string Quote(string name) =>
        $"\"{name.Replace("\"", "%22", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal)}\"";
}
