using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>What a chat request asks of the answer's form.</summary>
/// <param name="Schema">Schema of the answer; undefined for none.</param>
/// <param name="IsJsonObject">Whether any JSON object will do.</param>
internal readonly record struct ResponseFormat(JsonElement Schema, bool IsJsonObject)
{
    public static ResponseFormat Read(JsonElement request)
    {
        if (!request.TryGetMember("response_format"u8, out var format))
        {
            return default;
        }

        return format.FindString("type"u8) switch
        {
            "json_schema" when format.TryGetMember("json_schema"u8, out var named) && named.TryGetMember("schema"u8, out var schema)
                && schema.ValueKind == JsonValueKind.Object => new ResponseFormat(schema, false),
            "json_schema" or "json_object" => new ResponseFormat(default, true),
            _ => default,
        };
    }
}
