using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Pages.Entities;

/// <summary>One column of an entity list, besides the name, the state and the time of the last change that every list has.</summary>
/// <param name="Text">The cell's text; also what sorting and the filter look at.</param>
/// <param name="IsMono">Whether it is an address or a pattern.</param>
/// <param name="IsExtra">Left out on narrow screens.</param>
internal sealed record EntityColumn(string Id, string Title, string? Width, Func<JsonObject, EntityLookup, string> Text, bool IsMono = false, bool IsExtra = false)
{
    private static readonly EntityColumn Tags = new("tags", "Tags", "120px", (e, _) => e["tags"] is JsonArray tags ? string.Join(", ", tags) : "", IsExtra: true);

    private static readonly EntityColumn PluginCount = new("plugins", "Plugins", "140px", (e, lookup) => lookup.PluginsOn(e["id"]!.ToString()), IsExtra: true);

    public static IReadOnlyList<EntityColumn> Of(EntityKind kind) => kind.Name switch
    {
        "services" =>
        [
            new("endpoint", "Endpoint", null, (e, _) => EntityTexts.Endpoint(e), IsMono: true),
            new("routes", "Routes", "160px", (e, lookup) => lookup.RoutesOf(e["id"]!.ToString())),
            PluginCount,
            Tags,
        ],
        "routes" =>
        [
            new("matches", "Matches", null, (e, _) => EntityTexts.Matches(e), IsMono: true),
            new("service", "Service", "170px", (e, lookup) => lookup.NameOf("services", e["service"])),
            PluginCount,
            Tags,
        ],
        "plugins" =>
        [
            new("scope", "Applies to", "230px", (e, lookup) => lookup.Scope(e)),
            new("fact", "Setting", null, (e, _) => EntityTexts.Fact(e), IsMono: true),
            Tags,
        ],
        "consumers" => [new("custom_id", "Custom ID", null, (e, _) => e["custom_id"]?.ToString() ?? ""), Tags],
        "upstreams" => [new("algorithm", "Algorithm", null, (e, _) => e["algorithm"]?.ToString() ?? ""), Tags],
        _ => [Tags],
    };
}
