using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Plugins.KeyAuth;

/// <summary>The top-level members of a JSON object. Anything else, a damaged body too, has none.</summary>
internal sealed class JsonMembers(ReadOnlyMemory<byte> body) : BodyFields
{
    private static readonly StringValues Several = new(["", ""]);

    public override StringValues Find(string name)
    {
        var found = StringValues.Empty;
        var isObject = Visit(name, member =>
        {
            if (member.IsNamed && found.Count < 2)
            {
                found = StringValues.Concat(found, member.Value);
            }
        });
        return isObject ? found : default;
    }

    public override byte[]? Without(string name)
    {
        var rest = new ArrayBufferWriter<byte>(Math.Max(1, body.Length));
        var (copied, first, isFirstKept, isChanged) = (0, 0, true, false);
        var isObject = Visit(name, member =>
        {
            var bytes = body.Span;
            if (copied == 0)
            {
                (copied, first) = (member.ObjectStart, member.Start);
                rest.Write(bytes[..copied]);
            }

            if (member.IsNamed)
            {
                isChanged = true;
            }
            else
            {
                // The gap before the first member has no comma; every later one brings its own along.
                rest.Write(isFirstKept ? bytes[member.ObjectStart..first] : bytes[copied..member.Start]);
                rest.Write(bytes[member.Start..member.End]);
                isFirstKept = false;
            }

            copied = member.End;
        });
        if (!isObject || !isChanged)
        {
            return null;
        }

        rest.Write(body.Span[copied..]);
        return rest.WrittenSpan.ToArray();
    }

    /// <summary>Goes through all members.</summary>
    /// <returns>Whether the body is a whole object.</returns>
    private bool Visit(string name, Action<Member> visit)
    {
        try
        {
            var reader = new Utf8JsonReader(body.Span);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            var objectStart = (int)reader.BytesConsumed;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var start = (int)reader.TokenStartIndex;
                var isNamed = reader.ValueTextEquals(name);
                reader.Read();
                var value = !isNamed ? default : reader.TokenType switch
                {
                    JsonTokenType.String => new StringValues(reader.GetString()),
                    JsonTokenType.StartArray or JsonTokenType.StartObject => Several,
                    _ => default,
                };
                reader.Skip();
                visit(new Member(objectStart, start, (int)reader.BytesConsumed, isNamed, value));
            }

            return !reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is how a text that is no valid Unicode is reported.
            return false;
        }
    }

    /// <param name="ObjectStart">Offset after the object's brace.</param>
    /// <param name="Start">Offset of the key.</param>
    /// <param name="End">Offset after the value.</param>
    /// <param name="IsNamed">Whether it has the name that is looked for; only then its value is read.</param>
    private readonly record struct Member(int ObjectStart, int Start, int End, bool IsNamed, StringValues Value);
}
