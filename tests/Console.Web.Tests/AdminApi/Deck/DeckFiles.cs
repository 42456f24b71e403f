using System.Text.Json.Nodes;
using Gateway.Testing;

namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>The files of the conversations.</summary>
internal static class DeckFiles
{
    public static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    /// <summary>One of every kind and more, nested, without ids but where a file must have them.</summary>
    public static JsonObject Everything(TestAuthority authority)
    {
        var pair = authority.Issue("shop.example");
        var file = Parse("""
            {
              "_format_version": "3.0",
              "services": [
                {"name": "shop", "host": "shop.internal", "protocol": "https", "port": 443, "tags": ["b", "a"], "ca_certificates": ["22222222-2222-4222-8222-222222222222"],
                 "client_certificate": {"id": "11111111-1111-4111-8111-111111111111"},
                 "plugins": [
                   {"name": "request-transformer", "config": {"add": {"headers": ["x-b:2", "x-a:1"]}}},
                   {"name": "rate-limiting", "consumer": "anna", "config": {"minute": 5, "policy": "local"}}],
                 "routes": [
                   {"name": "shop-read", "paths": ["/shop", "~/items/(?<id>[0-9]+)$"], "methods": ["GET", "HEAD"], "hosts": ["shop.example", "*.shop.example"],
                    "headers": {"x-tenant": ["two", "one"]}, "strip_path": false, "service": {"name": "another name is overwritten"},
                    "plugins": [{"name": "key-auth", "instance_name": "shop-keys", "config": {"key_names": ["x-key", "apikey"]}, "protocols": ["https", "http"]}]},
                   {"name": "shop-secure", "protocols": ["https"], "snis": ["shop.example"], "regex_priority": 7}]},
                {"name": "plain", "host": "plain.internal", "path": "/base", "retries": 0, "enabled": false, "connect_timeout": 1500}],
              "routes": [{"name": "free", "paths": ["/free"], "service": null}, {"name": "flat", "paths": ["/flat"], "service": {"name": "plain"}}],
              "consumers": [
                {"username": "anna", "custom_id": "c-1", "tags": ["people"],
                 "keyauth_credentials": [{"key": "anna-key-one"}, {"key": "anna-key-two", "tags": ["second"]}],
                 "basicauth_credentials": [{"username": "anna", "password": "secret of anna"}],
                 "acls": [{"group": "readers"}, {"group": "writers"}],
                 "jwt_secrets": [{"algorithm": "HS256", "key": "anna-issuer", "secret": "anna-signs"}],
                 "hmacauth_credentials": [{"username": "anna-hmac", "secret": "anna-hashes"}],
                 "groups": [{"name": "gold"}],
                 "plugins": [{"name": "request-size-limiting", "config": {"allowed_payload_size": 4}}]},
                {"custom_id": "only-custom", "groups": [{"name": "silver"}, {"name": "gold"}]}],
              "consumer_groups": [
                {"name": "gold", "plugins": [{"name": "rate-limiting", "config": {"second": 10}}]},
                {"name": "silver", "tags": ["metal"]}],
              "upstreams": [
                {"name": "pool.internal", "algorithm": "least-connections", "slots": 100,
                 "healthchecks": {"active": {"healthy": {"interval": 5, "successes": 2}, "headers": {"x-probe": ["yes"]}}, "threshold": 12.5},
                 "targets": [{"target": "10.0.0.1:8080"}, {"target": "10.0.0.2:8080", "weight": 0}, {"target": "host.internal:80", "tags": ["slow"]}]},
                {"name": "hashed.internal", "algorithm": "consistent-hashing", "hash_on": "header", "hash_on_header": "x-user", "hash_fallback": "ip"}],
              "vaults": [{"prefix": "app-env", "name": "env", "description": "secrets of the app", "config": {"prefix": "APP_"}}],
              "key_sets": [{"name": "signing"}],
              "keys": [{"name": "first", "kid": "k1", "set": {"name": "signing"}, "jwk": "{\"kty\":\"oct\",\"kid\":\"k1\",\"k\":\"c2VjcmV0\"}"}],
              "partials": [{"name": "shared-redis", "type": "redis-ce", "config": {"host": "redis.internal", "port": 6379}}],
              "plugins": [
                {"name": "file-log", "config": {"path": "/tmp/deck.log"}},
                {"name": "correlation-id", "enabled": false, "config": {"header_name": "x-id", "generator": "uuid"}},
                {"name": "rate-limiting", "route": "free", "service": null, "config": {"hour": 9}, "partials": [{"name": "shared-redis", "path": "config.redis"}]},
                {"name": "ai-proxy", "route": "flat", "config": {"route_type": "llm/v1/chat", "auth": {"header_name": "Authorization", "header_value": "Bearer of the test"},
                 "model": {"provider": "openai", "name": "gpt-4o", "options": {"max_tokens": 512, "temperature": 1.0}}}}]
            }
            """);
        file["certificates"] = new JsonArray(new JsonObject
        {
            ["id"] = "11111111-1111-4111-8111-111111111111",
            ["cert"] = pair.Certificate,
            ["key"] = pair.Key,
            ["snis"] = new JsonArray(new JsonObject { ["name"] = "shop.example" }, new JsonObject { ["name"] = "*.shop.example" }),
        });
        file["ca_certificates"] = new JsonArray(new JsonObject { ["id"] = "22222222-2222-4222-8222-222222222222", ["cert"] = authority.Certificate });
        return file;
    }

    /// <summary>The same file in flat notation: every list at the top, parents by name.</summary>
    public static JsonObject Flat(JsonObject file)
    {
        var flat = new JsonObject { ["_format_version"] = "3.0" };
        foreach (var entity in new DeckFile(file).Entities)
        {
            var (kind, body) = entity;
            if (kind == DeckKind.Members)
            {
                // Who is in a group has no flat notation.
                var group = entity.Parents.TryGetValue("consumer_group", out var above) ? above.Body["name"]! : body["consumer_group"]!;
                var consumers = ListOf(flat, "consumers").OfType<JsonObject>();
                var consumer = consumers.First(c => c["custom_id"]?.ToString() == entity.Parents["consumer"].Body["custom_id"]?.ToString());
                ListOf(consumer, "groups").Add(new JsonObject { ["name"] = group.DeepClone() });
                continue;
            }

            foreach (var (field, parent) in entity.Parents)
            {
                var name = (parent.Body["name"] ?? parent.Body["username"] ?? parent.Body["id"])!.ToString();
                body[field] = kind == DeckKind.Plugins ? name : new JsonObject { [parent.Body["name"] is null && parent.Body["username"] is null ? "id" : "name"] = name };
            }

            ListOf(flat, kind.List).Add(body.DeepClone());
        }

        return flat;
    }

    private static JsonArray ListOf(JsonObject parent, string name)
    {
        if (parent[name] is not JsonArray list)
        {
            parent[name] = list = [];
        }

        return list;
    }
}
