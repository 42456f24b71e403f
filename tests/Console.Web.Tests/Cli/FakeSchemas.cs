using System.Text.Json.Nodes;
using ConsoleWeb.Declarative.State;

namespace ConsoleWeb.Tests.Cli;

/// <summary>Schemas and checks of the fake: a few real plugins, cut down to what the tests use.</summary>
internal static class FakeSchemas
{
    private const string Protocols = """
        {"protocols":{"type":"set","required":true,"default":["grpc","grpcs","http","https"],"elements":{"type":"string"}}}
        """;

    private static readonly Dictionary<string, string> Configs = new(StringComparer.Ordinal)
    {
        ["file-log"] = """
            [{"path":{"type":"string","required":true}},{"reopen":{"type":"boolean","required":true,"default":false}},
             {"custom_fields_by_lua":{"type":"map","keys":{"type":"string"},"values":{"type":"string"}}}]
            """,
        ["request-transformer"] = """
            [{"http_method":{"type":"string"}},
             {"replace":{"type":"record","required":true,"fields":[
               {"uri":{"type":"string"}},{"headers":{"type":"array","required":true,"default":[],"elements":{"type":"string"}}}]}},
             {"add":{"type":"record","required":true,"fields":[
               {"headers":{"type":"array","required":true,"default":[],"elements":{"type":"string"}}}]}}]
            """,
        ["ai-proxy"] = """
            [{"llm_format":{"type":"string","default":"openai"}},{"route_type":{"type":"string","required":true}},
             {"max_request_body_size":{"type":"integer","default":8192}},
             {"auth":{"type":"record","required":false,"fields":[
               {"header_name":{"type":"string"}},{"header_value":{"type":"string"}},{"allow_override":{"type":"boolean","default":false}}]}},
             {"logging":{"type":"record","required":true,"fields":[
               {"log_statistics":{"type":"boolean","default":false}},{"log_payloads":{"type":"boolean","default":false}}]}},
             {"model":{"type":"record","required":true,"fields":[
               {"provider":{"type":"string","required":true}},{"name":{"type":"string"}},
               {"options":{"type":"record","required":false,"fields":[{"temperature":{"type":"number"}}]}}]}}]
            """,
        ["ai-proxy-advanced"] = """
            [{"genai_category":{"type":"string","default":"text/generation"}},{"llm_format":{"type":"string","default":"openai"}},
             {"max_request_body_size":{"type":"integer","default":8192}},{"model_name_header":{"type":"boolean","default":true}},
             {"response_streaming":{"type":"string","default":"allow"}},
             {"balancer":{"type":"record","required":true,"fields":[
               {"algorithm":{"type":"string","default":"round-robin"}},{"tokens_count_strategy":{"type":"string","default":"total-tokens"}},
               {"latency_strategy":{"type":"string","default":"tpot"}},{"retries":{"type":"integer","default":5}},
               {"slots":{"type":"integer","default":10000}}]}},
             {"targets":{"type":"array","required":true,"elements":{"type":"record","fields":[
               {"route_type":{"type":"string","required":true}},{"weight":{"type":"integer","default":100}},
               {"auth":{"type":"record","required":false,"fields":[{"header_name":{"type":"string"}},{"header_value":{"type":"string"}}]}},
               {"logging":{"type":"record","required":true,"fields":[
                 {"log_statistics":{"type":"boolean","default":false}},{"log_payloads":{"type":"boolean","default":false}}]}},
               {"model":{"type":"record","required":true,"fields":[{"provider":{"type":"string","required":true}},{"name":{"type":"string"}}]}}]}}}]
            """,
        ["cors"] = """
            [{"origins":{"type":"array","elements":{"type":"string"}}},{"methods":{"type":"set","elements":{"type":"string"}}}]
            """,
    };

    private static readonly Dictionary<string, string> Entities = new(StringComparer.Ordinal)
    {
        ["services"] = """
            [{"name":{"type":"string"}},{"protocol":{"type":"string","default":"http"}},{"host":{"type":"string","required":true}},
             {"port":{"type":"integer","default":80}},{"path":{"type":"string"}},{"retries":{"type":"integer","default":5}},
             {"connect_timeout":{"type":"integer","default":60000}},{"write_timeout":{"type":"integer","default":60000}},
             {"read_timeout":{"type":"integer","default":60000}},{"enabled":{"type":"boolean","default":true}},{"tags":{"type":"set"}},
             {"client_certificate":{"type":"foreign","reference":"certificates"}}]
            """,
        ["routes"] = """
            [{"name":{"type":"string"}},{"protocols":{"type":"set","default":["http","https"]}},{"methods":{"type":"set"}},
             {"hosts":{"type":"array"}},{"paths":{"type":"array"}},{"headers":{"type":"map"}},
             {"https_redirect_status_code":{"type":"integer","default":426}},{"regex_priority":{"type":"integer","default":0}},
             {"strip_path":{"type":"boolean","default":true}},{"path_handling":{"type":"string","default":"v0"}},
             {"preserve_host":{"type":"boolean","default":false}},{"request_buffering":{"type":"boolean","default":true}},
             {"response_buffering":{"type":"boolean","default":true}},{"service":{"type":"foreign","reference":"services"}},{"tags":{"type":"set"}}]
            """,
        ["upstreams"] = """
            [{"name":{"type":"string"}},{"algorithm":{"type":"string","default":"round-robin"}},{"slots":{"type":"integer","default":10000}},
             {"healthchecks":{"type":"record","required":true,"fields":[
               {"threshold":{"type":"number","default":0}},
               {"active":{"type":"record","required":true,"fields":[{"timeout":{"type":"number","default":1}}]}}]}}]
            """,
        ["targets"] = """[{"target":{"type":"string"}},{"weight":{"type":"integer","default":100}},{"upstream":{"type":"foreign"}}]""",
    };

    public static IEnumerable<string> Plugins => Configs.Keys;

    public static JsonObject? Plugin(string name) => Configs.TryGetValue(name, out var config)
        ? new JsonObject
        {
            ["fields"] = new JsonArray(
                JsonNode.Parse(Protocols),
                new JsonObject { ["config"] = new JsonObject { ["type"] = "record", ["required"] = true, ["fields"] = JsonNode.Parse(config) } }),
            ["entity_checks"] = new JsonArray(),
        }
        : null;

    public static JsonObject? Entity(string name) => Entities.TryGetValue(name, out var fields)
        ? new JsonObject { ["fields"] = JsonNode.Parse(fields) }
        : null;

    /// <summary>The same fields the way Konnect describes them.</summary>
    public static JsonObject? JsonSchema(string type)
    {
        if (Entity(type + "s") is not { } schema)
        {
            return null;
        }

        return new JsonObject { ["type"] = "object", ["properties"] = Properties((JsonArray)schema["fields"]!) };
    }

    /// <summary>Unknown fields and a missing host, as the real check answers them.</summary>
    public static (int Status, JsonNode? Answer) Validate(string entity, JsonObject body)
    {
        if (entity == "plugins" && Configs.TryGetValue(body["name"]!.ToString(), out var config))
        {
            var known = SchemaDefaults.Enumerate((JsonArray)JsonNode.Parse(config)!).Select(f => f.Name).ToHashSet();
            if ((body["config"] as JsonObject ?? []).Select(m => m.Key).FirstOrDefault(k => !known.Contains(k)) is { } unknown)
            {
                return Violation($"config.{unknown}: unknown field", new JsonObject { ["config"] = new JsonObject { [unknown] = "unknown field" } });
            }
        }

        if (entity == "services" && body["host"] is null)
        {
            return Violation("host: required field missing", new JsonObject { ["host"] = "required field missing" });
        }

        if (entity == "routes" && body["paths"] is JsonArray paths)
        {
            for (var i = 0; i < paths.Count; i++)
            {
                if (paths[i]!.ToString()[0] is not ('/' or '~'))
                {
                    var places = new JsonArray([.. Enumerable.Repeat<JsonNode?>(null, i), "should start with: /"]);
                    return Violation($"paths.{i + 1}: should start with: /", new JsonObject { ["paths"] = places });
                }
            }
        }

        return (200, new JsonObject { ["message"] = "schema validation successful" });
    }

    /// <summary>What the server stores: every field of the schema, defaults filled, null elsewhere.</summary>
    public static void Fill(string collection, JsonObject row)
    {
        if (Entities.TryGetValue(collection, out var fields))
        {
            SchemaDefaults.FillConfig(row, (JsonArray)JsonNode.Parse(fields)!);
        }
        else if (collection == "plugins" && Configs.TryGetValue(row["name"]!.ToString(), out var config))
        {
            SchemaDefaults.FillConfig((JsonObject)row["config"]!, (JsonArray)JsonNode.Parse(config)!);
            foreach (var scope in (string[])["service", "route", "consumer", "consumer_group", "instance_name", "tags"])
            {
                row.TryAdd(scope, null);
            }
        }
        else if (collection == "basic-auths")
        {
            row["password"] = "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8";
        }
    }

    private static (int Status, JsonNode? Answer) Violation(string text, JsonObject fields) => (400, new JsonObject
    {
        ["code"] = 2,
        ["name"] = "schema violation",
        ["message"] = $"schema violation ({text})",
        ["fields"] = fields,
    });

    private static JsonObject Properties(JsonArray fields)
    {
        var properties = new JsonObject();
        foreach (var (name, attributes) in SchemaDefaults.Enumerate(fields))
        {
            properties[name] = attributes["type"]!.ToString() switch
            {
                "record" => new JsonObject { ["type"] = "object", ["properties"] = Properties(SchemaDefaults.Fields(attributes)) },
                "foreign" => new JsonObject
                {
                    ["type"] = "object",
                    ["additionalProperties"] = false,
                    ["properties"] = new JsonObject { ["id"] = new JsonObject { ["type"] = "string" } },
                },
                _ => new JsonObject { ["type"] = "string", ["default"] = attributes["default"]?.DeepClone() },
            };
        }

        return properties;
    }
}
