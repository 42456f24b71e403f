using System.Text.Json.Nodes;
using ConsoleWeb.Data;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.History;

/// <summary>What happened to one entity, field by field, secrets masked.</summary>
/// <param name="Action"><c>create</c>, <c>update</c> or <c>delete</c>.</param>
public sealed record EntityChange(string Action, EntityKind Kind, Guid Id, string Name, IReadOnlyList<FieldChange> Fields)
{
    internal static EntityChange Of(RecordedChange change)
    {
        var fields = FieldChange.List(change.Before, change.After);

        // A new value of a secret looks like the old one behind the mask.
        foreach (var secret in change.Secrets.Where(s => !fields.Exists(f => s == f.Path || s.StartsWith(f.Path + ".", StringComparison.Ordinal))).ToList())
        {
            fields.Add(new FieldChange(secret, SecretPaths.Mask, SecretPaths.Mask));
        }

        var name = EntityDocument.NameOf(change.Kind, change.Id, (change.After ?? change.Before)!);
        return new EntityChange(change.Before is null ? "create" : change.After is null ? "delete" : "update", change.Kind, change.Id, name, fields);
    }

    /// <param name="withFields">Whether to name the fields.</param>
    public JsonObject ToJson(bool withFields)
    {
        var json = new JsonObject { ["action"] = Action, ["kind"] = Kind.Name, ["id"] = Id.ToString(), ["name"] = Name };
        if (withFields)
        {
            json["fields"] = new JsonArray([.. Fields.Select(f => f.ToJson())]);
        }

        return json;
    }
}

/// <summary>One field before and after; null: not set.</summary>
/// <param name="Path">Dotted, list positions from 1: <c>config.targets.1.model.name</c>.</param>
public sealed record FieldChange(string Path, JsonNode? Before, JsonNode? After)
{
    /// <summary>The fields in which two documents differ; null stands for a document that is not there.</summary>
    internal static List<FieldChange> List(JsonObject? before, JsonObject? after)
    {
        var fields = new List<FieldChange>();
        Compare(SchemaPath.Root, before, after, fields);

        return fields;
    }

    internal JsonObject ToJson() => new() { ["field"] = Path, ["before"] = Before?.DeepClone(), ["after"] = After?.DeepClone() };

    private static void Compare(SchemaPath path, JsonNode? before, JsonNode? after, List<FieldChange> fields)
    {
        if (before is JsonObject or null && after is JsonObject or null && (before ?? after) is not null)
        {
            var (old, now) = (before as JsonObject, after as JsonObject);
            foreach (var name in (old?.Select(m => m.Key) ?? []).Union(now?.Select(m => m.Key) ?? []))
            {
                if (!path.IsRoot || name is not ("id" or "created_at" or "updated_at"))
                {
                    Compare(path.Member(name), old?[name], now?[name], fields);
                }
            }
        }
        else if (before is JsonArray oldList && after is JsonArray newList && oldList.Count == newList.Count && newList.All(e => e is JsonObject))
        {
            for (var i = 0; i < newList.Count; i++)
            {
                Compare(path.Item(i), oldList[i], newList[i], fields);
            }
        }
        else if (!JsonNode.DeepEquals(before, after))
        {
            fields.Add(new FieldChange(path.ToString(), before, after));
        }
    }
}
