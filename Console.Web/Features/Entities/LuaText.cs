using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ConsoleWeb.Features.Entities;

/// <summary>Prints small tables the way Kong Gateway's messages do: <c>{name="foo"}</c>, nulls as <c>null</c>.</summary>
internal static class LuaText
{
    public static string Table(JsonObject table)
    {
        var builder = new StringBuilder("{");
        foreach (var (name, value) in table.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (builder.Length > 1)
            {
                builder.Append(',');
            }

            builder.Append(name).Append('=').Append(Value(value));
        }

        return builder.Append('}').ToString();
    }

    private static string Value(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject table => Table(table),
        JsonValue text when text.GetValueKind() == JsonValueKind.String => $"\"{text.GetValue<string>()}\"",
        _ => value.ToJsonString(),
    };
}
