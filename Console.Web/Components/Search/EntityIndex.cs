using System.Text.Json.Nodes;
using ConsoleWeb.Components.Pages.Entities;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Search;

/// <summary>Names of all entities for the palette, read once per version of the configuration and shared by everybody who searches.</summary>
internal sealed class EntityIndex(IEntityService entities)
{
    private static readonly Actor Reader = Actor.Named("palette", "console");

    private sealed record Read(long Version, IReadOnlyList<PaletteItem> Items);

    private Read? _read;

    public IReadOnlyList<PaletteItem> Items
    {
        get
        {
            // Two who open it at the same moment both read; that is cheaper than to let one wait.
            var version = entities.Version;
            if (_read is not { } read || read.Version != version)
            {
                read = new(version, [.. List()]);
                _read = read;
            }

            return read.Items;
        }
    }

    /// <summary>The line of what has this address; null when it is no entity (any more).</summary>
    public PaletteItem? Find(string href) => Items.FirstOrDefault(item => item.Href == href);

    private IEnumerable<PaletteItem> List()
    {
        // Secrets are masked for this reader, so none can get into the index.
        var lookup = new EntityLookup(entities, Reader);
        return
            from kind in EntityTexts.Pages.Append(EntityKinds.Targets)
            from entity in lookup.All(kind)
            select Line(kind, entity, lookup);
    }

    private static PaletteItem Line(EntityKind kind, JsonObject entity, EntityLookup lookup) =>
        new(kind.Title, EntityTexts.Name(kind, entity), DetailOf(kind, entity, lookup), PaletteActions.GlyphOf(kind), EntityTexts.Href(kind, entity))
        {
            Words = $"{kind.Noun} {entity["id"]} {entity["name"]} {entity["custom_id"]} {entity["path"]} {(entity["tags"] is JsonArray tags ? string.Join(' ', tags) : "")}",
        };

    private static string DetailOf(EntityKind kind, JsonObject entity, EntityLookup lookup) => kind.Name switch
    {
        "services" => EntityTexts.Endpoint(entity),
        "routes" => EntityTexts.Matches(entity),
        "plugins" => Join(entity["instance_name"] is null ? "" : entity["name"]!.ToString(), lookup.Scope(entity), EntityTexts.Fact(entity)),
        "targets" => lookup.NameOf("upstreams", entity["upstream"]),
        "consumers" => entity["username"] is null ? "" : entity["custom_id"]?.ToString() ?? "",
        _ => "",
    };

    private static string Join(params IEnumerable<string> parts) => string.Join(" · ", parts.Where(p => p.Length > 0));
}
