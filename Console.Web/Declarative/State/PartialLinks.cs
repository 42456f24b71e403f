using System.Text.Json.Nodes;

namespace ConsoleWeb.Declarative.State;

/// <summary>The partials of a plugin: in a file by name or id, on the wire by id, each with the place in the config where it goes.</summary>
internal static class PartialLinks
{
    public const string Field = "partials";

    private const string Config = "config.";

    public static IEnumerable<JsonObject> List(JsonNode? links) => (links as JsonArray)?.OfType<JsonObject>() ?? [];

    /// <summary>Puts ids in the place of names. In place.</summary>
    /// <param name="find">Id of a partial by name or id; null when there is none.</param>
    /// <returns>What leads nowhere.</returns>
    public static IReadOnlyList<string> Resolve(JsonObject plugin, Func<string, string?> find)
    {
        var missing = new List<string>();
        foreach (var link in List(plugin[Field]))
        {
            var text = (link["id"] ?? link["name"])?.ToString() ?? "";
            link.Remove("name");
            if (find(text) is { } id)
            {
                link["id"] = id;
            }
            else
            {
                missing.Add(text);
            }
        }

        return missing;
    }

    /// <summary>The links without the names, which the server adds, in an order of their own.</summary>
    public static JsonArray? Compared(JsonNode? links)
    {
        var list = List(links).Select(l => new JsonObject { ["id"] = l["id"]?.DeepClone(), ["path"] = l["path"]?.DeepClone() }).ToList();
        return list.Count == 0 ? null : new JsonArray([.. list.OrderBy(l => l.ToJsonString(), StringComparer.Ordinal)]);
    }

    /// <summary>The links as a file states them: by name where there is one.</summary>
    public static JsonArray Dumped(JsonNode links) => new([.. List(links).Select(link =>
    {
        var written = new JsonObject();
        var name = link["name"] is null ? "id" : "name";
        written[name] = link[name]?.DeepClone();
        if (link["path"] is { } path)
        {
            written["path"] = path.DeepClone();
        }

        return (JsonNode)written;
    })]);

    /// <summary>Takes out of a config what partials put there, so that both sides are compared without it. In place.</summary>
    /// <param name="plugin">Whose links say where.</param>
    /// <param name="supported">Where the plugin takes partials, by their types, for links that do not say.</param>
    public static void TakeOut(JsonObject config, JsonObject plugin, JsonObject? supported)
    {
        foreach (var link in List(plugin[Field]))
        {
            var written = link["path"]?.ToString();
            var paths = written is not null ? [written] : (supported ?? []).SelectMany(s => s.Value as JsonArray ?? []).Select(p => p!.ToString()).Distinct().ToArray();
            if (paths is [var path])
            {
                Remove(config, (path.StartsWith(Config, StringComparison.Ordinal) ? path[Config.Length..] : path).Split('.'));
            }
        }
    }

    private static void Remove(JsonObject config, string[] names)
    {
        foreach (var name in names[..^1])
        {
            if (config[name] is not JsonObject inner)
            {
                return;
            }

            config = inner;
        }

        // A list holds entries of the plugin's own beside those of partials.
        if (config[names[^1]] is not JsonArray)
        {
            config.Remove(names[^1]);
        }
    }
}
