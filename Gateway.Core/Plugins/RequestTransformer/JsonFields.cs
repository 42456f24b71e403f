using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Core.Plugins.RequestTransformer;

/// <summary>The top-level members of a JSON body.</summary>
internal sealed class JsonFields : PieceFields
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1000 };

    private readonly bool _valuesAreJson;

    private JsonFields(bool valuesAreJson) => _valuesAreJson = valuesAreJson;

    /// <summary>The members of an object, none for an empty body, and null for anything else: such a body passes as it is.</summary>
    /// <param name="valuesAreJson">Whether the values of rules are JSON texts; else they become strings.</param>
    public static JsonFields? TryRead(ReadOnlyMemory<byte> body, bool valuesAreJson = false)
    {
        var fields = new JsonFields(valuesAreJson);
        if (body.Length == 0)
        {
            return fields;
        }

        try
        {
            var reader = new Utf8JsonReader(body.Span, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var start = (int)reader.TokenStartIndex;
                var nameLength = reader.ValueSpan.Length + 2;
                var name = Name(in reader);
                reader.Read();
                reader.Skip();
                fields.AddFound(new Piece(name, body[start..(int)reader.BytesConsumed], nameLength));
            }

            // Text after the object shows here.
            reader.Read();
            return fields;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The value becomes a list, or one longer.</summary>
    public override void Append(string name, string value)
    {
        ReadOnlySpan<byte> old = default;
        foreach (var piece in Pieces)
        {
            if (piece.Name == name)
            {
                // The colon, and blanks on both sides of it.
                old = piece.Rest.Span.TrimStart(" \t\r\n:"u8);
            }
        }

        var added = Value(value);
        var isNew = old.Length == 0;
        if (isNew || old.SequenceEqual("null"u8))
        {
            old = default;
        }
        else if (old[0] == (byte)'[')
        {
            old = old[1..^1].Trim(" \t\r\n"u8);
        }

        byte[] list = old.Length == 0 ? [(byte)'[', .. added, (byte)']'] : [(byte)'[', .. old, (byte)',', .. added, (byte)']'];
        var member = Member(name, list);
        if (isNew)
        {
            AddNew(member);
        }
        else
        {
            ReplaceLast(member);
        }
    }

    public override byte[] ToBytes() => Join("{"u8, ","u8, "}"u8);

    protected override Piece Create(string name, string value) => Member(name, Value(value));

    protected override Piece Renamed(Piece piece, string newName)
    {
        var quoted = Quote(newName);
        return new Piece(newName, (byte[])[.. quoted, .. piece.Rest.Span], quoted.Length);
    }

    private static Piece Member(string name, ReadOnlySpan<byte> value)
    {
        var quoted = Quote(name);
        return new Piece(name, (byte[])[.. quoted, (byte)':', .. value], quoted.Length);
    }

    private byte[] Value(string value) => _valuesAreJson ? Encoding.UTF8.GetBytes(value) : Quote(value);

    private static byte[] Quote(string text) =>
        [(byte)'"', .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];

    private static string Name(in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, or no UTF-8: no rule can mean this name.
            return Encoding.Latin1.GetString(reader.ValueSpan);
        }
    }
}
