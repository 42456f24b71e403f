using System.Text.Json.Nodes;
using Gateway.Core.Plugins;
using Gateway.Shared.Contracts;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Entities;

/// <summary>
/// The partials that a plugin links, and where in its config they stand. Stored is the plugin without them; what is checked, and what
/// runs, is the plugin with them.
/// </summary>
internal sealed class SharedPieces
{
    private const string Config = "config";

    private readonly List<Piece> _pieces = [];

    private SharedPieces()
    {
    }

    /// <summary>Places whose partial is not known yet.</summary>
    public IReadOnlyCollection<string> Unknown => [.. _pieces.Where(p => p.Content is null).Select(p => $"{Config}.{p.Place.Path}")];

    /// <summary>The pieces of a plugin that is about to be written.</summary>
    /// <param name="input">What the client sent.</param>
    /// <param name="mergeInto">The stored plugin that the input changes in parts; null: the input is the whole.</param>
    /// <returns>The pieces, or what is wrong with the links. Links without their shape are left to the schema.</returns>
    public static Result<SharedPieces> Of(ConfigState state, PluginCatalog plugins, JsonObject input, JsonObject? mergeInto)
    {
        var pieces = new SharedPieces();
        if (plugins.Find((input["name"] ?? mergeInto?["name"])?.ToString() ?? "") is not { } plugin)
        {
            return pieces;
        }

        var violations = new Violations();
        var links = (input.ContainsKey(PartialLinks.Field) ? input : mergeInto ?? input)[PartialLinks.Field] as JsonArray ?? [];
        for (var i = 0; i < links.Count; i++)
        {
            if (links[i] is JsonObject link)
            {
                pieces.Add(plugin, state, link, SchemaPath.Root.Member(PartialLinks.Field).Item(i), violations);
            }
        }

        return violations.ToError() is { } error ? error : pieces;
    }

    /// <summary>The plugin as it runs. Links that are not sound, as earlier versions let them pass, are left out.</summary>
    public static PluginConfig Join(EntityDocument plugin, IReadOnlyDictionary<Guid, EntityDocument> partials, PluginCatalog plugins)
    {
        if (plugin.References().All(r => r.Field != PartialLinks.Field) || plugin.Json is not { } json || plugins.Find(json["name"]!.ToString()) is not { } entry)
        {
            return (PluginConfig)plugin.Typed;
        }

        foreach (var link in PartialLinks.List(json[PartialLinks.Field]))
        {
            if (PartialLinks.IdOf(link) is { } id && partials.GetValueOrDefault(id)?.Json is { } partial && PlaceOf(entry, link["path"]?.ToString(), partial["type"]!.ToString()) is { } place)
            {
                Put(json[Config]!.AsObject(), place, partial[Config]!.AsObject());
            }
        }

        return SchemaJson.Deserialise<PluginConfig>(json);
    }

    /// <summary>Takes out of a stored plugin what stands where partials go. In place.</summary>
    /// <param name="typeOf">Type of a partial; null when it is gone.</param>
    public static void Clear(JsonObject plugin, PluginEntry entry, Func<Guid, string?> typeOf)
    {
        foreach (var link in PartialLinks.List(plugin[PartialLinks.Field]))
        {
            if (PartialLinks.IdOf(link) is { } id && typeOf(id) is { } type && PlaceOf(entry, link["path"]?.ToString(), type) is { IsList: false } place)
            {
                TakeOut(plugin[Config] as JsonObject, place, 1);
            }
        }
    }

    /// <summary>A copy of the input with the pieces in their places.</summary>
    public JsonObject JoinedWith(JsonObject input, JsonObject? mergeInto)
    {
        if (_pieces.Count == 0 || input[Config] is not (null or JsonObject))
        {
            return input;
        }

        var joined = input.DeepClone().AsObject();
        if (joined[Config] is not JsonObject config)
        {
            joined[Config] = config = [];
        }

        foreach (var piece in _pieces)
        {
            // What the plugin has itself gives way, by whichever name it was given.
            foreach (var alias in piece.Plugin.Schema.Aliases.Where(a => string.Join('.', a.Path).StartsWith(piece.Place.Path + ".", StringComparison.Ordinal)))
            {
                config.Remove(alias.Name);
            }

            if (piece.Content is not null && IsOpen(config, piece.Place))
            {
                if (piece.Place.IsList && !config.ContainsKey(piece.Place.Path) && mergeInto?[Config]?[piece.Place.Path] is JsonArray own)
                {
                    config[piece.Place.Path] = own.DeepClone();
                }

                Put(config, piece.Place, piece.Content);
            }
        }

        return joined;
    }

    /// <summary>The same plugin without the pieces, as it is stored. In place.</summary>
    public void TakeOutOf(JsonObject joined)
    {
        foreach (var places in _pieces.Where(p => p.Content is not null).GroupBy(p => p.Place))
        {
            TakeOut(joined[Config] as JsonObject, places.Key, places.Count());
        }
    }

    private void Add(PluginEntry plugin, ConfigState state, JsonObject link, SchemaPath at, Violations violations)
    {
        var partial = PartialLinks.IdOf(link) is { } id ? state.Find(EntityKinds.Partials, id)?.Json : null;
        var path = link["path"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        var type = partial?["type"]!.ToString();
        var fitting = plugin.PartialPlaces.Where(p => type is null || p.Type == type).ToList();
        var found = path is null ? fitting : fitting.Where(p => p.IsAt(path)).ToList();
        if (fitting.Count == 0)
        {
            violations.Add(at.Member("id"), type is null ? $"the plugin '{plugin.Name}' takes no partials" : $"the plugin '{plugin.Name}' takes no partial of the type '{type}'");
        }
        else if (found.Count == 0)
        {
            violations.Add(at.Member("path"), $"expected one of: {string.Join(", ", fitting.Select(p => p.LinkPath))}");
        }
        else if (found.Count > 1 && type is not null)
        {
            violations.Add(at.Member("path"), $"required field missing; one of: {string.Join(", ", fitting.Select(p => p.LinkPath))}");
        }
        else if (found.Find(f => !f.IsList && _pieces.Exists(p => Overlap(p.Place, f))) is { } taken)
        {
            violations.Add(at.Member("path"), $"{taken.LinkPath} is taken by another partial");
        }
        else
        {
            _pieces.AddRange(found.Select(place => new Piece(plugin, place, partial?[Config]!.AsObject())));
        }
    }

    /// <summary>Where a piece runs: where the link says, else where pieces of its type go.</summary>
    private static PartialPlace? PlaceOf(PluginEntry plugin, string? path, string type) =>
        plugin.PartialPlaces.FirstOrDefault(p => path is null ? p.Type == type : p.IsAt(path))
        ?? (path is null ? plugin.PartialPlaces.FirstOrDefault(p => Family(p.Type) == Family(type)) : null);

    /// <summary>Both editions of Redis once went into any Redis.</summary>
    private static string Family(string type) => type.Split('-')[0];

    private static bool Overlap(PartialPlace one, PartialPlace other) =>
        (one.Path + ".").StartsWith(other.Path + ".", StringComparison.Ordinal) || (other.Path + ".").StartsWith(one.Path + ".", StringComparison.Ordinal);

    private static void Put(JsonObject config, PartialPlace place, JsonObject content)
    {
        var (holder, name) = HolderOf(config, place, makes: true);

        // Members of another edition's piece are not the plugin's.
        var fitting = new JsonObject(content.Where(m => place.Record.Find(m.Key) is not null).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())));
        if (!place.IsList)
        {
            holder![name] = fitting;
        }
        else if (holder![name] is JsonArray list)
        {
            list.Add(fitting);
        }
        else
        {
            holder[name] = new JsonArray(fitting);
        }
    }

    private static void TakeOut(JsonObject? config, PartialPlace place, int count)
    {
        var (holder, name) = HolderOf(config, place, makes: false);
        if (holder is null)
        {
            return;
        }

        if (!place.IsList)
        {
            holder[name] = null;
        }
        else if (holder[name] is JsonArray list)
        {
            // The plugin's own come first.
            for (var i = 0; i < count && list.Count > 0; i++)
            {
                list.RemoveAt(list.Count - 1);
            }
        }
    }

    private static (JsonObject? Holder, string Name) HolderOf(JsonObject? config, PartialPlace place, bool makes)
    {
        var names = place.Path.Split('.');
        foreach (var name in names[..^1])
        {
            if (config is not null && config[name] is not JsonObject && makes)
            {
                config[name] = new JsonObject();
            }

            config = config?[name] as JsonObject;
        }

        return (config, names[^1]);
    }

    /// <summary>Whether nothing stands in the way: what has a wrong shape stays, so that the schema can say so.</summary>
    private static bool IsOpen(JsonObject config, PartialPlace place)
    {
        JsonNode? node = config;
        foreach (var name in place.Path.Split('.')[..^1])
        {
            node = node is JsonObject members ? members[name] : null;
            if (node is not (null or JsonObject))
            {
                return false;
            }
        }

        return !place.IsList || (node as JsonObject)?[place.Path.Split('.')[^1]] is null or JsonArray;
    }

    /// <param name="Content">Null: the partial is not known yet.</param>
    private sealed record Piece(PluginEntry Plugin, PartialPlace Place, JsonObject? Content);
}
