using System.Text.Json.Nodes;

namespace ConsoleWeb.Components.Pages.Entities;

/// <summary>Advice on settings that are valid but often not meant. Never keeps anyone from saving.</summary>
internal static class PluginNotes
{
    /// <summary>What coding agents send at least, sooner or later.</summary>
    private const long SmallRequest = 128 * 1024;

    /// <param name="plugin">The plugin as it is being edited, defaults left out.</param>
    /// <param name="others">All stored instances.</param>
    public static IEnumerable<string> Of(JsonObject plugin, string? id, IReadOnlyList<JsonObject> others)
    {
        var name = plugin["name"]?.ToString();
        if (plugin["config"] is not JsonObject config)
        {
            yield break;
        }

        if (name is "ai-proxy" or "ai-proxy-advanced")
        {
            var targets = PluginInfo.Targets(config).ToList();
            for (var i = 0; i < targets.Count; i++)
            {
                var auth = targets[i]["auth"] as JsonObject;
                if (targets[i]["model"]?["provider"]?.ToString() is { } provider && provider is not ("ollama" or "vllm" or "llama2") && !HasKey(auth))
                {
                    yield return $"{(targets.Count > 1 ? $"Target {i + 1}" : "This plugin")} has no key for {provider}: the provider will refuse its calls.";
                }
            }

            if (targets.Any(t => t["logging"]?["log_payloads"]?.GetValue<bool>() == true))
            {
                yield return "Prompts and answers will be stored in the request log. They may hold private data.";
            }

            if (config["max_request_body_size"] is JsonValue size && size.TryGetValue<long>(out var bytes) && bytes is > 0 and < SmallRequest)
            {
                yield return "Coding agents soon send more than 128 KB; larger requests are refused with 413.";
            }
        }

        var path = name == "file-log" ? config["path"]?.ToString() : null;
        if (path is not null && others.Any(o => o["id"]?.ToString() != id && o["name"]?.ToString() == "file-log" && o["config"]?["path"]?.ToString() == path))
        {
            yield return $"Another File Log writes {path} too; their lines will alternate.";
        }
    }

    private static bool HasKey(JsonObject? auth) => auth is not null && (
        auth.Any(p => p.Key is "header_value" or "param_value" or "aws_secret_access_key" or "azure_client_secret" or "gcp_service_account_json" && p.Value is not null)
        || auth.Any(p => p.Key is "allow_override" or "azure_use_managed_identity" or "gcp_use_service_account" && p.Value?.GetValueKind() == System.Text.Json.JsonValueKind.True));
}
