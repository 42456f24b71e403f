using System.Buffers;
using System.Globalization;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm;

/// <summary>Writes the answer to <c>GET /v1/models</c>.</summary>
internal static class ModelsList
{
    /// <param name="format"><see cref="LlmFormat.AnthropicMessages"/> for clients that send <c>anthropic-version</c>; any other: OpenAI's shape.</param>
    /// <param name="models">Names and aliases of the route's targets, without duplicates.</param>
    /// <param name="created">When the models came to be, for want of anything better when the configuration was loaded.</param>
    public static void Write(LlmFormat format, IReadOnlyList<ModelListItem> models, DateTimeOffset created, IBufferWriter<byte> output)
    {
        using var json = LlmJson.CreateWriter(output);
        json.WriteStartObject();
        if (format == LlmFormat.AnthropicMessages)
        {
            json.WriteStartArray("data"u8);
            foreach (var model in models)
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "model"u8);
                json.WriteString("id"u8, model.Id);
                json.WriteString("display_name"u8, model.Id);
                json.WriteString("created_at"u8, created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteBoolean("has_more"u8, false);
            json.WriteString("first_id"u8, models.Count == 0 ? null : models[0].Id);
            json.WriteString("last_id"u8, models.Count == 0 ? null : models[^1].Id);
        }
        else
        {
            json.WriteString("object"u8, "list"u8);
            json.WriteStartArray("data"u8);
            foreach (var model in models)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, model.Id);
                json.WriteString("object"u8, "model"u8);
                json.WriteNumber("created"u8, created.ToUnixTimeSeconds());
                json.WriteString("owned_by"u8, model.Provider);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}

/// <summary>One model that a client may ask for.</summary>
/// <param name="Id">Name or alias, as the client says it.</param>
internal sealed record ModelListItem(string Id, string Provider);
