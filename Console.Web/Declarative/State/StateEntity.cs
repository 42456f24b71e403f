using System.Text.Json.Nodes;

namespace ConsoleWeb.Declarative.State;

/// <summary>An entity with an id and with foreign keys as <c>{"id":"…"}</c>: the form of the Admin API.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Id">Its id, lower case.</param>
/// <param name="Body">Its fields.</param>
internal sealed record StateEntity(StateKind Kind, string Id, JsonObject Body)
{
    /// <summary>Where the file states it; null for entities read from the gateway.</summary>
    public FileEntity? File { get; init; }

    /// <summary>The id a foreign field holds, or null.</summary>
    public string? ForeignId(string field) => (Body[field] as JsonObject)?["id"]?.GetValue<string>();

    /// <summary>A text field, or null.</summary>
    public string? Text(string field) => Body[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
