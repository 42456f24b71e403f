using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Core.Logging;

/// <summary>Members that an operator sets in or takes out of a record.</summary>
internal static class CustomFields
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="fields">Member names, a dot before each nested one (<c>\.</c> is a dot in a name), with Lua code that <see cref="LuaLiteral"/> understands.</param>
    public static byte[] Apply(ReadOnlySpan<byte> record, IReadOnlyDictionary<string, string> fields)
    {
        var document = JsonNode.Parse(record)!.AsObject();
        foreach (var (name, code) in fields)
        {
            if (LuaLiteral.TryParse(code, out var value))
            {
                Set(document, SplitName(name), value);
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(document, Options);
    }

    private static string[] SplitName(string name)
    {
        const char NameDot = '\0';
        return [.. name.Replace("\\.", NameDot.ToString(), StringComparison.Ordinal).Split('.').Select(p => p.Replace(NameDot, '.'))];
    }

    private static void Set(JsonObject document, string[] path, JsonNode? value)
    {
        var at = document;
        foreach (var part in path[..^1])
        {
            if (at[part] is JsonObject inner)
            {
                at = inner;
                continue;
            }

            if (value is null)
            {
                return;
            }

            var created = new JsonObject();
            at[part] = created;
            at = created;
        }

        if (value is null)
        {
            at.Remove(path[^1]);
        }
        else
        {
            at[path[^1]] = value.DeepClone();
        }
    }
}
