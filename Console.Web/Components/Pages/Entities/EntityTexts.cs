using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Pages.Entities;

/// <summary>How entities and their kinds are called on pages.</summary>
internal static class EntityTexts
{
    /// <summary>The kind's name at the head of its list.</summary>
    public static string Title(EntityKind kind) => kind.Title;

    public static string One(EntityKind kind) => kind.Noun;

    /// <summary>Address of the kind's list. The page of provider keys has /keys already.</summary>
    public static string Href(EntityKind kind) => kind == EntityKinds.Keys ? "/signing-keys" : "/" + kind.Path.Replace('_', '-');

    /// <summary>The kind whose pages are at an address.</summary>
    /// <param name="path">Relative to the console, such as <c>vaults/new</c>.</param>
    public static EntityKind KindAt(string path) => Pages.First(k => Href(k) == "/" + path.Split('/', '?', '#')[0]);

    /// <summary>Address of one entity: its own page, or that of the entity around it.</summary>
    public static string Href(EntityKind kind, JsonObject entity) =>
        Pages.Contains(kind) ? $"{Href(kind)}/{entity["id"]}"
        : kind.ForeignKeys.FirstOrDefault(k => entity[k.Field] is JsonObject && Pages.Contains(EntityKinds.Find(k.References)!)) is { } parent
            ? $"{Href(EntityKinds.Find(parent.References)!)}/{entity[parent.Field]!["id"]}"
        : Href(kind);

    /// <summary>The kinds with pages of their own; the others stand on the page of what they belong to.</summary>
    public static IReadOnlyList<EntityKind> Pages { get; } =
    [
        EntityKinds.Services, EntityKinds.Routes, EntityKinds.Plugins, EntityKinds.Consumers, EntityKinds.ConsumerGroups, EntityKinds.Upstreams,
        EntityKinds.Vaults, EntityKinds.Certificates, EntityKinds.CaCertificates, EntityKinds.Keys, EntityKinds.KeySets, EntityKinds.Partials,
    ];

    /// <summary>Kinds that share a place in the menu and are tabs of each other.</summary>
    public static IReadOnlyList<EntityKind> Family(EntityKind kind) =>
        Families.FirstOrDefault(f => f.Contains(kind)) ?? [kind];

    private static readonly EntityKind[][] Families =
    [
        [EntityKinds.Certificates, EntityKinds.CaCertificates],
        [EntityKinds.Keys, EntityKinds.KeySets],
    ];

    /// <summary>What a person recognises the entity by.</summary>
    public static string Name(EntityKind kind, JsonObject entity) =>
        (kind == EntityKinds.Plugins
            ? entity["instance_name"]?.ToString() ?? entity["name"]?.ToString()
            : kind.EndpointKey is { } key && entity[key]?.ToString() is { } text && text != SecretPaths.Mask ? text : null)
        ?? entity["custom_id"]?.ToString()
        ?? entity["target"]?.ToString()
        ?? entity["group"]?.ToString()
        ?? (entity["snis"] as JsonArray)?.FirstOrDefault()?.ToString()
        ?? (entity["cert"] is { } pem ? CertificateFacts.Read(pem.ToString())?.Name : null)
        ?? entity["id"]!.ToString()[..8];

    public static string Endpoint(JsonObject service)
    {
        var protocol = service["protocol"]?.ToString();
        var port = service["port"]?.ToString();
        var isUsual = (protocol, port) is ("http", "80") or ("https", "443");
        return $"{protocol}://{service["host"]}{(isUsual ? "" : ":" + port)}{service["path"]}";
    }

    /// <summary>What a route takes, shortest form first: methods, then hosts and paths.</summary>
    public static string Matches(JsonObject route)
    {
        var parts = new[] { Join(route["methods"], " "), Join(route["hosts"], ", "), Join(route["paths"], ", "), route["headers"] is JsonObject { Count: > 0 } headers ? string.Join(", ", headers.Select(h => h.Key + " header")) : "" };
        var text = string.Join(" · ", parts.Where(p => p.Length > 0));
        return text.Length == 0 ? "everything" : text;
    }

    /// <summary>The one setting of a plugin that tells instances apart.</summary>
    public static string Fact(JsonObject plugin)
    {
        var config = plugin["config"] as JsonObject;
        if (config?["targets"] is JsonArray targets)
        {
            return string.Join(", ", targets.Select(t => Model(t?["model"])));
        }

        return config?["model"] is { } model ? $"{Model(model)} · speaks {config["llm_format"]}"
            : config?["path"]?.ToString() ?? (config is null ? "" : string.Join(", ", Operations(config)));
    }

    /// <summary>What a transformer does, in the order of its operations: <c>replace uri</c>, <c>add 2 headers</c>.</summary>
    private static IEnumerable<string> Operations(JsonObject config) =>
        from operation in config
        where operation.Value is JsonObject
        from part in operation.Value!.AsObject()
        let count = part.Value is JsonArray list ? list.Count : part.Value is JsonValue ? 1 : 0
        where count > 0
        select part.Value is JsonArray ? $"{operation.Key} {count} {(count == 1 ? part.Key.TrimEnd('s') : part.Key)}" : $"{operation.Key} {part.Key} {part.Value}";

    public static DateTimeOffset? Changed(JsonObject entity) =>
        entity["updated_at"] is { } seconds && double.TryParse(seconds.ToString(), CultureInfo.InvariantCulture, out var value)
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(value * 1000))
            : null;

    private static string Model(JsonNode? model) => $"{model?["provider"]} {model?["name"]?.ToString() ?? "any model"}";

    private static string Join(JsonNode? list, string separator) => list is JsonArray values ? string.Join(separator, values.Select(v => v?.ToString())) : "";
}
