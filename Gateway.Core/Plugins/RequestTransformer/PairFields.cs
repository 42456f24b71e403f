using System.Globalization;
using System.Net;
using System.Text;

namespace Gateway.Core.Plugins.RequestTransformer;

/// <summary>Pairs <c>a=1&amp;b=2</c>, as a query string or a form holds them.</summary>
internal sealed class PairFields : PieceFields
{
    /// <param name="encoded">Without a question mark.</param>
    public PairFields(ReadOnlyMemory<byte> encoded)
    {
        while (encoded.Length > 0)
        {
            var end = encoded.Span.IndexOf((byte)'&');
            var text = end < 0 ? encoded : encoded[..end];
            AddFound(Read(text));
            encoded = end < 0 ? default : encoded[(end + 1)..];
        }
    }

    /// <param name="query">Empty, or with its question mark.</param>
    public static PairFields OfQuery(string query) => new(Encoding.UTF8.GetBytes(query.TrimStart('?')));

    /// <summary>The first value of the name, decoded; null when there is none.</summary>
    public string? Find(string name)
    {
        foreach (var piece in Pieces)
        {
            if (piece.Name == name)
            {
                return piece.Rest.Length == 0 ? "" : Decode(piece.Rest.Span[1..]);
            }
        }

        return null;
    }

    /// <summary>Adds the pairs of a form, which may hold bytes that no query may.</summary>
    public void AppendForm(PairFields form)
    {
        foreach (var piece in form.Pieces)
        {
            AddNew(Read(Encoding.ASCII.GetBytes(EscapeForQuery(piece.Text.Span))));
        }
    }

    public override byte[] ToBytes() => Join(default, "&"u8, default);

    protected override Piece Create(string name, string value)
    {
        var encoded = Uri.EscapeDataString(name);
        return new Piece(name, Encoding.ASCII.GetBytes($"{encoded}={Uri.EscapeDataString(value)}"), encoded.Length);
    }

    protected override Piece Renamed(Piece piece, string newName)
    {
        var encoded = Uri.EscapeDataString(newName);
        return new Piece(newName, (byte[])[.. Encoding.ASCII.GetBytes(encoded), .. piece.Rest.Span], encoded.Length);
    }

    private static Piece Read(ReadOnlyMemory<byte> text)
    {
        var sign = text.Span.IndexOf((byte)'=');
        var nameEnd = sign < 0 ? text.Length : sign;
        return new Piece(Decode(text.Span[..nameEnd]), text, nameEnd);
    }

    private static string Decode(ReadOnlySpan<byte> text) =>
        text.IndexOfAny((byte)'%', (byte)'+') < 0
            ? Encoding.UTF8.GetString(text)
            : Encoding.UTF8.GetString(WebUtility.UrlDecodeToBytes(text.ToArray(), 0, text.Length));

    private static string EscapeForQuery(ReadOnlySpan<byte> text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var b in text)
        {
            if (b is > 0x20 and < 0x7f and not (byte)'#')
            {
                result.Append((char)b);
            }
            else
            {
                result.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return result.ToString();
    }
}
