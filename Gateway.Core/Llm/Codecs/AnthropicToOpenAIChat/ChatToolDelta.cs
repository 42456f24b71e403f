using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>One element of a chunk's <c>tool_calls</c>.</summary>
internal ref struct ChatToolDelta
{
    /// <summary>Null where the server leaves it out.</summary>
    public int? Index;
    public string? Id;
    public string? Name;

    /// <summary>A piece of the arguments' JSON text, as escaped content of a string.</summary>
    public ReadOnlySpan<byte> Arguments;

    /// <summary>Arguments given as an object (some servers do), as JSON.</summary>
    public ReadOnlySpan<byte> ArgumentsObject;

    /// <param name="reader">On the element's opening brace; afterwards on its closing brace.</param>
    public static ChatToolDelta Read(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var delta = default(ChatToolDelta);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("index"u8))
            {
                reader.Read();
                delta.Index = JsonText.TryGetCount(ref reader, out var index) ? (int)index : null;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                delta.Id = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0 ? JsonText.GetString(ref reader) : null;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("function"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    delta.ReadFunction(ref reader, data);
                }
                else
                {
                    reader.Skip();
                }
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return delta;
    }

    /// <summary>Reads <c>name</c> and <c>arguments</c>.</summary>
    /// <param name="reader">On the opening brace; afterwards on the closing brace.</param>
    public void ReadFunction(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                Name = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0 ? JsonText.GetString(ref reader) : null;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("arguments"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                {
                    Arguments = reader.ValueSpan;
                }
                else if (reader.TokenType == JsonTokenType.StartObject)
                {
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    ArgumentsObject = data[start..(int)reader.BytesConsumed];
                }
                else
                {
                    reader.Skip();
                }
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }
}
