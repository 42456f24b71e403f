using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Shared.Contracts;

namespace ConsoleWeb.Features.Redaction;

/// <summary>An AI plugin, for whose calls a rule can be.</summary>
/// <param name="Title">What a person knows it by: <c>ai-proxy on route codex</c>.</param>
/// <param name="KeepsBodies">Whether it asks for prompts and answers to be kept.</param>
public sealed record AiPlugin(Guid Id, string Title, bool KeepsBodies)
{
    /// <summary>Those of the configuration in force, by title.</summary>
    internal static IReadOnlyList<AiPlugin> List(GatewayConfig config)
    {
        var routes = config.Routes.ToDictionary(r => r.Id, r => r.Name ?? r.Id.ToString());
        var services = config.Services.ToDictionary(s => s.Id, s => s.Name ?? s.Id.ToString());
        return
        [
            .. config.Plugins.Where(p => p.Name is "ai-proxy" or "ai-proxy-advanced")
                .Select(p => new AiPlugin(p.Id, p.InstanceName ?? $"{p.Name} {PlaceOf(p)}", Asks(p.Config)))
                .OrderBy(p => p.Title, StringComparer.OrdinalIgnoreCase),
        ];

        string PlaceOf(PluginConfig plugin) =>
            plugin.Route is { } route ? $"on route {routes.GetValueOrDefault(route.Id, "?")}"
            : plugin.Service is { } service ? $"on service {services.GetValueOrDefault(service.Id, "?")}"
            : "everywhere";
    }

    private static bool Asks(JsonObject config) =>
        (config["targets"] is JsonArray targets ? (IEnumerable<JsonNode?>)targets : [config]).Any(t => t?["logging"]?["log_payloads"]?.GetValueKind() == JsonValueKind.True);
}
