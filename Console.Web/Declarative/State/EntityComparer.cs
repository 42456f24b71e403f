using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Declarative.Files;

namespace ConsoleWeb.Declarative.State;

/// <summary>Decides whether the gateway's entity is what the file wants, by decK's rules of what counts.</summary>
internal static class EntityComparer
{
    private static readonly string[] NeverCompared = ["id", "created_at", "updated_at"];

    /// <summary>Whether nothing that counts differs.</summary>
    public static bool AreEqual(DesiredEntity desired)
    {
        var kind = desired.Kind;
        var wanted = desired.Complete;
        var present = desired.Live!.Body;
        foreach (var field in ComparedFields(kind))
        {
            var isSet = field is "tags" or "ca_certificates" || (field == "protocols" && kind == StateKinds.Plugin);
            var attributes = field == "config" ? desired.Config : isSet ? SetAttributes : null;
            if (!AreEqual(wanted[field], PresentValue(present[field], field, desired), attributes))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The fields of a kind that a file can state, computed ones left out.</summary>
    public static IEnumerable<string> ComparedFields(StateKind kind)
        => kind == StateKinds.GroupMember
            ? []
            : StateFileShapes.Get(kind.Shape).Members
                .Where(m => m.Type is not (FileMemberType.ObjectList or FileMemberType.Unsupported))
                .Select(m => m.Name)
                .Union(kind.Foreign.Select(f => f.Field))
                .Where(f => f is not ("url" or "_config") && !NeverCompared.Contains(f) && !kind.NotCompared.Contains(f));

    private static readonly JsonObject SetAttributes = new() { ["type"] = "set" };

    private static JsonNode? PresentValue(JsonNode? value, string field, DesiredEntity desired)
    {
        if (value is JsonObject reference && desired.Kind.Foreign.Any(f => f.Field == field))
        {
            return new JsonObject { ["id"] = reference["id"]?.DeepClone() };
        }

        if (field == PartialLinks.Field && desired.Kind == StateKinds.Plugin)
        {
            return PartialLinks.Compared(value);
        }

        if (field == "config" && value is JsonObject config && desired.Config is { } record)
        {
            var copy = (JsonObject)config.DeepClone();
            SchemaDefaults.ReplaceAliases(copy, record);
            PartialLinks.TakeOut(copy, desired.Entity.Body, desired.Supported);
            return copy;
        }

        return value;
    }

    /// <summary>Deep equality; null and absent are the same, numbers are compared by value, sets without order.</summary>
    private static bool AreEqual(JsonNode? a, JsonNode? b, JsonObject? attributes)
    {
        if (IsNothing(a) || IsNothing(b))
        {
            return IsNothing(a) && IsNothing(b);
        }

        return (a, b) switch
        {
            (JsonObject left, JsonObject right) => AreEqual(left, right, attributes),
            (JsonArray left, JsonArray right) => AreEqual(left, right, attributes),
            (JsonValue left, JsonValue right) => AreEqual(left, right),
            _ => false,
        };
    }

    private static bool AreEqual(JsonObject a, JsonObject b, JsonObject? attributes)
    {
        var inner = attributes?["fields"] as JsonArray;
        foreach (var name in a.Select(m => m.Key).Union(b.Select(m => m.Key)))
        {
            if (!AreEqual(a[name], b[name], inner is null ? null : SchemaDefaults.FindField(inner, name)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreEqual(JsonArray a, JsonArray b, JsonObject? attributes)
    {
        if (a.Count != b.Count)
        {
            return false;
        }

        var element = attributes?["elements"] as JsonObject;
        if (attributes?["type"]?.ToString() != "set")
        {
            return a.Zip(b).All(pair => AreEqual(pair.First, pair.Second, element));
        }

        var rest = b.ToList();
        foreach (var item in a)
        {
            var index = rest.FindIndex(other => AreEqual(item, other, element));
            if (index < 0)
            {
                return false;
            }

            rest.RemoveAt(index);
        }

        return true;
    }

    private static bool AreEqual(JsonValue a, JsonValue b)
    {
        var kind = a.GetValueKind();
        if (kind != b.GetValueKind())
        {
            return false;
        }

        return kind switch
        {
            JsonValueKind.String => a.GetValue<string>() == b.GetValue<string>(),
            JsonValueKind.Number => NumberOf(a) == NumberOf(b),
            _ => true,
        };
    }

    private static double NumberOf(JsonValue value) => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    /// <summary>Null, absent, or an object that holds nothing but nulls.</summary>
    private static bool IsNothing(JsonNode? node)
        => node is null || (node is JsonObject { Count: > 0 } map && map.All(m => IsNothing(m.Value)));
}
