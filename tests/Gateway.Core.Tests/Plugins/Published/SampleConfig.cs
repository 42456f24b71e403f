using System.Text.Json.Nodes;

namespace Gateway.Core.Tests.Plugins.Published;

/// <summary>Makes a config out of a published schema: every field set, and none to its default.</summary>
internal static class SampleConfig
{
    // Reads as a name, as name:value and as old:new.
    private const string Text = "x-one:x-two";

    private const string Address = "https://user:word@example.com/path?q=1";

    /// <summary>Fields whose texts have a syntax of their own, by name.</summary>
    private static readonly Dictionary<string, string> Texts = new()
    {
        ["allow"] = "192.0.2.0/24",
        ["content_type"] = "text/html",
        ["custom_fields_by_lua"] = "return nil",
        ["deny"] = "2001:db8::1",
        ["endpoint"] = Address,
        ["header_name"] = "x-one",
        ["header_names"] = "x-one",
        ["host"] = "sample.example",
        ["http_endpoint"] = Address,
        ["http_method"] = "PATCH",
        ["http_response_header_for_traceid"] = "x-one",
        ["id"] = "8b9a6d3c-5f0e-4c1d-9a2b-7e6f5d4c3b2a",
        ["key_names"] = "x-one",
        ["logs_endpoint"] = Address,
        ["path"] = "/tmp/sample.log",
        ["traces_endpoint"] = Address,
        ["trigger"] = "x-one",
    };

    /// <summary>Fields that exclude others, by plugin, and the values that leave room for those.</summary>
    private static readonly Dictionary<string, string> Exclusive = new()
    {
        ["acl"] = """{"deny":null}""",
        ["jwt"] = """{"maximum_expiration":0}""",
        ["request-termination"] = """{"message":null,"echo":false}""",
    };

    /// <param name="config">The published schema of the plugin's config.</param>
    public static JsonObject Of(string plugin, JsonObject config)
    {
        var sample = Of(config);
        foreach (var (name, value) in JsonNode.Parse(Exclusive.GetValueOrDefault(plugin, "{}"))!.AsObject())
        {
            sample[name] = value?.DeepClone();
        }

        return sample;
    }

    private static JsonObject Of(JsonObject record)
    {
        var config = new JsonObject();
        foreach (var (name, schema) in record["properties"]!.AsObject())
        {
            config[name] = Value(name, schema!.AsObject());
        }

        return config;
    }

    private static JsonNode Value(string name, JsonObject schema)
    {
        if (schema["enum"] is JsonArray choices)
        {
            return choices
                .Where(c => c!.ToString() != schema["default"]?.ToString())
                .OrderBy(c => c!.ToString(), StringComparer.Ordinal)
                .Last()!
                .DeepClone();
        }

        switch (schema["type"]!.GetValue<string>())
        {
            case "boolean":
                return schema["default"] is not JsonValue value || !value.GetValue<bool>();
            case "integer":
                return Number(schema, 7) + 1;
            case "number":
                return Number(schema, 0) + 0.5;
            case "string":
                return Texts.GetValueOrDefault(name, Text);
            case "array":
                return new JsonArray(Value(name, schema["items"]!.AsObject()));
            default:
                return schema["properties"] is not null ? Of(schema) : new JsonObject { ["member"] = Member(name, schema) };
        }
    }

    private static JsonNode Member(string name, JsonObject map) => map["additionalProperties"] is JsonObject values ? Value(name, values) : "free";

    private static long Number(JsonObject schema, long otherwise) => (long)((schema["default"] ?? schema["minimum"])?.GetValue<double>() ?? otherwise);
}
