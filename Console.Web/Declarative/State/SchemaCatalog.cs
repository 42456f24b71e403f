using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace ConsoleWeb.Declarative.State;

/// <summary>The server's schemas: ordered lists of single-member objects, each fetched once.</summary>
internal sealed class SchemaCatalog(IAdminReader client)
{
    private readonly ConcurrentDictionary<string, Task<JsonArray?>> _schemas = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JsonObject> _supported = new(StringComparer.Ordinal);

    /// <summary>Fields of an entity; null when the server does not publish them.</summary>
    public Task<JsonArray?> FindEntityAsync(StateKind kind, CancellationToken cancellationToken)
        => kind.Schema is null
            ? Task.FromResult<JsonArray?>(null)
            : client.IsKonnect
                ? _schemas.GetOrAdd(kind.Schema, _ => FetchJsonSchemaAsync($"/v1/schemas/json/{kind.KonnectSchema}", cancellationToken))
                : _schemas.GetOrAdd(kind.Schema, _ => FetchAsync($"/schemas/{kind.Schema}", cancellationToken));

    /// <summary>Fields of a plugin entity, its <c>config</c> among them; null when the server does not know the plugin.</summary>
    public Task<JsonArray?> FindPluginAsync(string name, CancellationToken cancellationToken)
        => _schemas.GetOrAdd($"plugins/{name}", _ => FetchAsync($"/schemas/plugins/{Uri.EscapeDataString(name)}", cancellationToken));

    /// <summary>Where a plugin takes partials, by their types; null when it takes none.</summary>
    public async Task<JsonObject?> FindSupportedPartialsAsync(string name, CancellationToken cancellationToken)
    {
        await FindPluginAsync(name, cancellationToken);
        return _supported.GetValueOrDefault($"/schemas/plugins/{Uri.EscapeDataString(name)}");
    }

    /// <summary>Fields of a partial of a type, its <c>config</c> among them; null when the server does not know the type.</summary>
    public Task<JsonArray?> FindPartialAsync(string type, CancellationToken cancellationToken)
        => _schemas.GetOrAdd($"partials/{type}", _ => FetchAsync($"/schemas/partials/{Uri.EscapeDataString(type)}", cancellationToken));

    private async Task<JsonArray?> FetchAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync(path, cancellationToken);
        if (answer.Status == 404)
        {
            return null;
        }

        if (!answer.IsSuccess)
        {
            throw new StateFailureException($"reading {path.TrimStart('/')}: {answer.Describe()}");
        }

        if ((answer.Body as JsonObject)?["supported_partials"] is JsonObject supported)
        {
            _supported[path] = supported;
        }

        return (answer.Body as JsonObject)?["fields"] as JsonArray;
    }

    private async Task<JsonArray?> FetchJsonSchemaAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync(path, cancellationToken);
        if (answer.Status == 404)
        {
            return null;
        }

        return answer.IsSuccess
            ? FromJsonSchema(Unwrapped((answer.Body as JsonObject)?["properties"] as JsonObject))
            : throw new StateFailureException($"reading {path.TrimStart('/')}: {answer.Describe()}");
    }

    /// <summary>Credentials are described inside a member <c>value</c>.</summary>
    private static JsonObject? Unwrapped(JsonObject? properties) =>
        properties is { Count: 1 } && properties["value"]?["properties"] is JsonObject inner ? inner : properties;

    /// <summary>Konnect describes entities as JSON Schema; only names, nesting and defaults matter here.</summary>
    internal static JsonArray FromJsonSchema(JsonObject? properties)
    {
        var fields = new JsonArray();
        foreach (var (name, value) in properties ?? [])
        {
            if (value is not JsonObject property)
            {
                continue;
            }

            var field = new JsonObject { ["type"] = property["type"]?.DeepClone() };
            if (property["default"] is { } defaultValue)
            {
                field["default"] = defaultValue.DeepClone();
            }

            // additionalProperties: false marks a foreign key, not a record.
            var isForeign = property["additionalProperties"] is JsonValue closed && closed.TryGetValue<bool>(out var open) && !open;
            if (property["properties"] is JsonObject inner && !isForeign)
            {
                field["type"] = "record";
                field["required"] = true;
                field["fields"] = FromJsonSchema(inner);
            }

            fields.Add(new JsonObject { [name] = field });
        }

        return fields;
    }
}
