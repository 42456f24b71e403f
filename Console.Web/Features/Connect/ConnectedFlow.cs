using System.Text.Json.Nodes;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Connect;

/// <summary>A connection as it stands in the configuration: what its entities say, also after somebody changed them.</summary>
internal sealed record ConnectedFlow
{
    public required string Tag { get; init; }

    public required AgentPreset Preset { get; init; }

    public required string RouteName { get; init; }

    public required string RouteId { get; init; }

    public required string Path { get; init; }

    public required ApiShape Shape { get; init; }

    /// <summary>The AI plugin, for its limit and its page.</summary>
    public required string PluginId { get; init; }

    public string? Provider { get; init; }

    /// <summary>Null: each request's own.</summary>
    public string? Model { get; init; }

    public int MaxBody { get; init; }

    public string? LogFile { get; init; }

    /// <summary>The consumer whose key the route asks for; null when it asks for none.</summary>
    public string? ConsumerId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What it is made of, in the order in which a request meets it.</summary>
    public IReadOnlyList<(string Kind, string Id, string Name)> Parts { get; init; } = [];

    public string Title => $"{Preset.Title} on {Path}";

    public static ConnectedFlow? Read(ConfigState state, string tag)
    {
        var tagged = EntityKinds.All.SelectMany(kind => state.Of(kind).Values).Where(d => d.Tags.Contains(tag)).ToList();
        var preset = AgentPreset.All.FirstOrDefault(a => tag.StartsWith($"{ConnectService.TagPrefix}{a.Id}-", StringComparison.Ordinal));
        var route = tagged.Find(d => d.Kind == EntityKinds.Routes);
        var plugins = tagged.Where(d => d.Kind == EntityKinds.Plugins).ToList();
        var ai = plugins.Find(d => d.Name is "ai-proxy" or "ai-proxy-advanced");
        if (preset is null || route is null || ai?.Json["config"] is not JsonObject config || (route.Json["paths"] as JsonArray)?.FirstOrDefault()?.ToString() is not { } path)
        {
            return null;
        }

        var target = (config["targets"] as JsonArray)?.FirstOrDefault() as JsonObject ?? config;
        return new ConnectedFlow
        {
            Tag = tag,
            Preset = preset,
            RouteName = route.Name,
            RouteId = route.Id.ToString(),
            Path = path,
            Shape = config["llm_format"]?.ToString() == "anthropic" ? ApiShape.Messages : target["route_type"]?.ToString() == "llm/v1/responses" ? ApiShape.Responses : ApiShape.Chat,
            PluginId = ai.Id.ToString(),
            Provider = target["model"]?["provider"]?.ToString(),
            Model = target["model"]?["name"]?.ToString(),
            MaxBody = config["max_request_body_size"]?.GetValue<int>() ?? 0,
            LogFile = plugins.Find(d => d.Name == "file-log")?.Json["config"]?["path"]?.ToString(),
            ConsumerId = plugins.Exists(d => d.Name == "key-auth") ? tagged.Find(d => d.Kind == EntityKinds.Consumers)?.Id.ToString() : null,
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(route.Json["created_at"]?.GetValue<long>() ?? 0),
            Parts = [.. tagged.OrderBy(Order).Select(d => (d.Kind.Name, d.Id.ToString(), d.Kind == EntityKinds.KeyAuthCredentials ? "its key" : d.Name))],
        };
    }

    private static int Order(EntityDocument document) => document.Kind.Name switch
    {
        "routes" => 0,
        "plugins" when document.Name != "file-log" => 1,
        "services" => 2,
        "plugins" => 3,
        _ => 4,
    };
}
