using System.Text.Json.Nodes;
using ConsoleWeb.Features.Connect;

namespace ConsoleWeb.Components.Pages.Keys;

/// <summary>A curl line that really goes through the configuration that is there.</summary>
internal static class TryCommand
{
    /// <param name="plugins">All plugin instances.</param>
    /// <param name="routes">All routes.</param>
    /// <returns>Null while no route can be called with a model behind it.</returns>
    public static string? For(string proxy, IReadOnlyList<JsonObject> plugins, IReadOnlyList<JsonObject> routes)
    {
        foreach (var route in routes)
        {
            if (route["paths"] is not JsonArray { Count: > 0 } paths || paths[0]!.ToString() is not { } path || path.StartsWith('~'))
            {
                continue;
            }

            var plugin = plugins.FirstOrDefault(p => IsAi(p) && p["enabled"]?.GetValue<bool>() != false && p["consumer"] is null && p["consumer_group"] is null && Applies(p, route));
            if (plugin?["config"] is JsonObject config)
            {
                var target = config["targets"] is JsonArray { Count: > 0 } targets ? targets[0]!.AsObject() : config;
                var model = target["model"]?["name"]?.ToString() ?? UsualModel(target["model"]?["provider"]?.ToString());
                return Curl(proxy + path.TrimEnd('/'), config["llm_format"]?.ToString() ?? "openai", target["route_type"]?.ToString() ?? "llm/v1/chat", model);
            }
        }

        return null;
    }

    public static string Curl(string url, string format, string routeType, string model)
    {
        var (suffix, body) = (format, routeType) switch
        {
            ("anthropic", _) => ("/v1/messages", $$"""{"model":"{{model}}","max_tokens":64,"messages":[{"role":"user","content":"Ping"}]}"""),
            (_, "llm/v1/responses") => ("/responses", $$"""{"model":"{{model}}","input":"Ping"}"""),
            (_, "llm/v1/completions") => ("/completions", $$"""{"model":"{{model}}","prompt":"Ping"}"""),
            (_, "llm/v1/embeddings") => ("/embeddings", $$"""{"model":"{{model}}","input":"Ping"}"""),
            _ => ("/chat/completions", $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Ping"}]}"""),
        };
        return $"curl {url}{suffix} -H 'Content-Type: application/json' \\\n  -d '{body}'";
    }

    public static string UsualModel(string? provider) => ConnectModels.Usual(provider);

    private static bool IsAi(JsonObject plugin) => plugin["name"]?.ToString() is "ai-proxy" or "ai-proxy-advanced";

    private static bool Applies(JsonObject plugin, JsonObject route) =>
        (plugin["route"]?["id"]?.ToString() is not { } routeId || routeId == route["id"]!.ToString())
        && (plugin["service"]?["id"]?.ToString() is not { } serviceId || serviceId == route["service"]?["id"]?.ToString());
}
