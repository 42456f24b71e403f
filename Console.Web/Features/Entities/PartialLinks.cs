using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Entities;

/// <summary>A plugin's list of partials: references like foreign keys, only that there may be several.</summary>
internal static class PartialLinks
{
    public const string Field = "partials";

    public static IEnumerable<Guid> Of(JsonObject plugin) => Links(plugin).Select(IdOf);

    /// <returns>The first link that leads nowhere; null when all are sound.</returns>
    public static ForeignKeyViolation? Check(ConfigState state, JsonObject plugin)
    {
        foreach (var id in Of(plugin))
        {
            if (state.Find(EntityKinds.Partials, id) is null)
            {
                return new ForeignKeyViolation(Field, EntityKinds.Partials.Name, new JsonObject { ["id"] = id.ToString() });
            }
        }

        return null;
    }

    /// <summary>Puts the names in that the partials have now.</summary>
    public static void Show(ConfigState state, JsonObject plugin)
    {
        foreach (var link in Links(plugin))
        {
            link["name"] = state.Find(EntityKinds.Partials, IdOf(link))?.Json["name"]?.DeepClone();
        }
    }

    private static IEnumerable<JsonObject> Links(JsonObject plugin) => (plugin[Field] as JsonArray)?.OfType<JsonObject>() ?? [];

    private static Guid IdOf(JsonObject link) => Guid.Parse(link["id"]!.GetValue<string>());
}
