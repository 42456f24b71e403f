using System.Text.Json.Nodes;
using Gateway.Core.Plugins;
using Gateway.Shared.Schema;

namespace ConsoleWeb.AdminApi.OpenApi;

/// <summary>Bodies that one can send as they stand, in the order in which the entities need each other.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string> Entities = new(StringComparer.Ordinal)
    {
        ["services"] = """{"name":"example-service","url":"http://localhost:9000"}""",
        ["routes"] = """{"name":"example-route","paths":["/example"],"service":{"name":"example-service"}}""",
        ["plugins"] = """{"name":"rate-limiting","service":{"name":"example-service"},"config":{"minute":60,"policy":"local"}}""",
        ["consumers"] = """{"username":"ada","custom_id":"42"}""",
        ["consumer_groups"] = """{"name":"gold"}""",
        ["keyauth_credentials"] = """{"consumer":{"username":"ada"},"ttl":86400}""",
        ["basicauth_credentials"] = """{"consumer":{"username":"ada"},"username":"ada","password":"correct horse"}""",
        ["jwt_secrets"] = """{"consumer":{"username":"ada"},"key":"issuer"}""",
        ["hmacauth_credentials"] = """{"consumer":{"username":"ada"},"username":"ada"}""",
        ["acls"] = """{"consumer":{"username":"ada"},"group":"staff"}""",
        ["upstreams"] = """{"name":"example-upstream","algorithm":"least-connections"}""",
        ["targets"] = """{"upstream":{"name":"example-upstream"},"target":"10.0.0.1:8080","weight":100}""",
        ["certificates"] = """{"cert":"-----BEGIN CERTIFICATE-----…","key":"-----BEGIN PRIVATE KEY-----…","snis":["example.com"]}""",
        ["snis"] = """{"name":"example.com","certificate":{"id":"0198a7c0-1111-7000-8000-000000000001"}}""",
        ["ca_certificates"] = """{"cert":"-----BEGIN CERTIFICATE-----…"}""",
        ["vaults"] = """{"name":"env","prefix":"my-env","config":{"prefix":"GATEWAY_SECRET_"}}""",
        ["key_sets"] = """{"name":"example-keys"}""",
        ["keys"] = """{"name":"example-key","set":{"name":"example-keys"},"kid":"k1","jwk":"{\"kid\":\"k1\",\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}"}""",
        ["partials"] = """{"name":"shared-redis","type":"redis-ce","config":{"host":"localhost","port":6379}}""",
    };

    private static readonly Dictionary<string, string> Configs = new(StringComparer.Ordinal)
    {
        ["acl"] = """{"allow":["staff"]}""",
        ["ai-proxy"] = """{"route_type":"llm/v1/chat","auth":{"header_name":"Authorization","header_value":"{vault://env/gateway-secret-openai}"},"model":{"provider":"openai","name":"gpt-5-mini"}}""",
        ["ai-proxy-advanced"] = """{"targets":[{"route_type":"llm/v1/chat","model":{"provider":"openai","name":"gpt-5-mini"}}]}""",
        ["cors"] = """{"origins":["https://app.example.com"]}""",
        ["file-log"] = """{"path":"/tmp/requests.json"}""",
        ["http-log"] = """{"http_endpoint":"https://logs.example.com/gateway"}""",
        ["ip-restriction"] = """{"deny":["203.0.113.0/24"]}""",
        ["key-auth"] = """{"key_names":["apikey"]}""",
        ["proxy-cache"] = """{"strategy":"memory","cache_ttl":60}""",
        ["rate-limiting"] = """{"minute":60,"policy":"local"}""",
        ["request-size-limiting"] = """{"allowed_payload_size":8}""",
        ["request-termination"] = """{"status_code":503,"message":"back at noon"}""",
        ["request-transformer"] = """{"add":{"headers":["x-team:search"]}}""",
        ["response-transformer"] = """{"remove":{"headers":["x-powered-by"]}}""",
        ["tcp-log"] = """{"host":"logs.example.com","port":5170}""",
        ["udp-log"] = """{"host":"logs.example.com","port":5170}""",
    };

    /// <summary>Members that every kind has or most have, changed.</summary>
    public static JsonObject Change(EntityKind kind) =>
        kind.Schema.Find("tags") is null ? [] : new JsonObject { ["tags"] = new JsonArray("team-search") };

    /// <summary>A new entity.</summary>
    /// <param name="parentField">Left out, because the path says it; null: it is in the body.</param>
    public static JsonObject Of(EntityKind kind, string? parentField = null)
    {
        var body = Entities.TryGetValue(kind.Name, out var json) ? JsonNode.Parse(json)!.AsObject() : [];
        if (parentField is not null)
        {
            body.Remove(parentField);
        }

        return body;
    }

    /// <summary>A new instance of a plugin, for everything that passes.</summary>
    public static JsonObject Of(PluginEntry plugin)
    {
        var body = new JsonObject { ["name"] = plugin.Name };
        if (Configs.TryGetValue(plugin.Name, out var config))
        {
            body["config"] = JsonNode.Parse(config);
        }

        return body;
    }
}
