using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Observers;

/// <summary>Finds the <c>type</c> of an event whose <c>event:</c> line is missing.</summary>
internal static class EventType
{
    /// <returns>The raw text of the outermost <c>type</c> member; empty when there is none.</returns>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data, LlmJson.ReaderOptions);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return default;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType)
            {
                return reader.TokenType == JsonTokenType.String
                    ? data[(int)(reader.TokenStartIndex + 1)..(int)(reader.BytesConsumed - 1)]
                    : default;
            }

            reader.Skip();
        }

        return default;
    }
}
