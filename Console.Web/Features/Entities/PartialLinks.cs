using System.Text.Json.Nodes;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Entities;

/// <summary>A plugin's list of partials: references like foreign keys, only that there may be several.</summary>
internal static class PartialLinks
{
    public const string Field = "partials";

    /// <summary>The partials that a stored plugin links.</summary>
    public static IEnumerable<Guid> Of(JsonObject plugin) => List(plugin[Field]).Select(IdOf).OfType<Guid>();

    /// <summary>The links of a list, as far as they have their shape.</summary>
    public static IEnumerable<JsonObject> List(JsonNode? links) => (links as JsonArray)?.OfType<JsonObject>() ?? [];

    /// <summary>Null where the link has no id, or none that is one.</summary>
    public static Guid? IdOf(JsonObject link) =>
        link["id"] is JsonValue id && id.TryGetValue<string>(out var text) && ConfigState.TryReadId(text, out var found) ? found : null;

    /// <summary>Puts ids in where a link names its partial only. In place.</summary>
    /// <returns>The first link that leads nowhere; null when all are sound.</returns>
    public static Error? Resolve(ConfigState state, JsonObject plugin)
    {
        foreach (var link in List(plugin[Field]))
        {
            if (IdOf(link) is { } id)
            {
                if (state.Find(EntityKinds.Partials, id) is null)
                {
                    return new ForeignKeyViolation(Field, EntityKinds.Partials.Name, new JsonObject { ["id"] = id.ToString() });
                }
            }
            else if (link["id"] is null && link["name"] is JsonValue name && name.TryGetValue<string>(out var text))
            {
                if (state.Find(EntityKinds.Partials, text) is not { } named)
                {
                    return new ForeignKeyUnresolved(Field, EntityKinds.Partials.Name, new JsonObject { ["name"] = text });
                }

                link["id"] = named.Id.ToString();
            }
        }

        return null;
    }

    /// <summary>Puts the names in that the partials have now.</summary>
    public static void Show(ConfigState state, JsonObject plugin)
    {
        foreach (var link in List(plugin[Field]))
        {
            link["name"] = IdOf(link) is { } id ? state.Find(EntityKinds.Partials, id)?.Json["name"]?.DeepClone() : null;
        }
    }
}
