using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ConsoleWeb.Cli.State;

namespace ConsoleWeb.Cli.Wire;

/// <summary>The server's schemas: ordered lists of single-member objects, each fetched once.</summary>
internal sealed class SchemaCatalog(AdminClient client)
{
    private readonly ConcurrentDictionary<string, Task<JsonArray?>> _schemas = new(StringComparer.Ordinal);

    /// <summary>Fields of an entity; null when the server does not publish them.</summary>
    public Task<JsonArray?> FindEntityAsync(EntityKind kind, CancellationToken cancellationToken)
        => kind.Schema is null
            ? Task.FromResult<JsonArray?>(null)
            : client.IsKonnect
                ? _schemas.GetOrAdd(kind.Schema, _ => FetchJsonSchemaAsync($"/v1/schemas/json/{kind.KonnectSchema}", cancellationToken))
                : _schemas.GetOrAdd(kind.Schema, _ => FetchAsync($"/schemas/{kind.Schema}", cancellationToken));

    /// <summary>Fields of a plugin entity, its <c>config</c> among them; null when the server does not know the plugin.</summary>
    public Task<JsonArray?> FindPluginAsync(string name, CancellationToken cancellationToken)
        => _schemas.GetOrAdd($"plugins/{name}", _ => FetchAsync($"/schemas/plugins/{Uri.EscapeDataString(name)}", cancellationToken));

    private async Task<JsonArray?> FetchAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await client.SendAsync(HttpMethod.Get, path, null, cancellationToken);
        if (answer.Status == 404)
        {
            return null;
        }

        return answer.IsSuccess
            ? (answer.Body as JsonObject)?["fields"] as JsonArray
            : throw new CommandFailureException($"reading {path.TrimStart('/')}: {answer.Describe()}");
    }

    private async Task<JsonArray?> FetchJsonSchemaAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await client.SendAsync(HttpMethod.Get, path, null, cancellationToken);
        if (answer.Status == 404)
        {
            return null;
        }

        return answer.IsSuccess
            ? FromJsonSchema(Unwrapped((answer.Body as JsonObject)?["properties"] as JsonObject))
            : throw new CommandFailureException($"reading {path.TrimStart('/')}: {answer.Describe()}");
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
