using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Declarative;
using ConsoleWeb.Declarative.Output;

namespace ConsoleWeb.Cli.Output;

/// <summary>Two JSON objects as one indented text, lines that differ marked with <c>-</c> and <c>+</c>.</summary>
/// <param name="mask">Applied to what is printed; where it hides a new value it hides the old one too, which was a secret as well.</param>
internal sealed class JsonDiffText(SecretMask mask)
{
    private readonly StringBuilder _text = new();

    public static string Format(JsonObject before, JsonObject after, SecretMask mask)
    {
        var diff = new JsonDiffText(mask);
        diff._text.Append(" {\n");
        diff.FormatMembers(before, after, 1);
        return diff._text.Append(" }").ToString();
    }

    private void FormatMembers(JsonObject before, JsonObject after, int depth)
    {
        var names = before.Select(m => m.Key).Union(after.Select(m => m.Key)).Order(StringComparer.Ordinal).ToList();
        foreach (var name in names)
        {
            var comma = name == names[^1] ? "" : ",";
            var label = $"\"{name}\": ";
            if (!before.ContainsKey(name))
            {
                Append('+', label, after[name], depth, comma);
            }
            else if (!after.ContainsKey(name))
            {
                Append('-', label, before[name], depth, comma);
            }
            else
            {
                FormatPair(label, before[name], after[name], depth, comma);
            }
        }
    }

    private void FormatPair(string label, JsonNode? before, JsonNode? after, int depth, string comma)
    {
        if (JsonNode.DeepEquals(before, after))
        {
            Append(' ', label, before, depth, comma);
        }
        else if (before is JsonObject oldMap && after is JsonObject newMap)
        {
            Line(' ', depth, label + "{");
            FormatMembers(oldMap, newMap, depth + 1);
            Line(' ', depth, "}" + comma);
        }
        else if (before is JsonArray oldList && after is JsonArray newList && oldList.Count == newList.Count)
        {
            Line(' ', depth, label + "[");
            for (var i = 0; i < newList.Count; i++)
            {
                FormatPair("", oldList[i], newList[i], depth + 1, i == newList.Count - 1 ? "" : ",");
            }

            Line(' ', depth, "]" + comma);
        }
        else
        {
            var isSecret = after is JsonValue value && value.GetValueKind() == JsonValueKind.String
                && mask.Apply(value.GetValue<string>()) != value.GetValue<string>();
            Append('-', label, isSecret && before is JsonValue ? JsonValue.Create("[masked]") : before, depth, comma);
            Append('+', label, after, depth, comma);
        }
    }

    private void Append(char marker, string label, JsonNode? value, int depth, string comma)
    {
        var lines = mask.Apply((value?.ToJsonString(PlainJson.Indented) ?? "null") + comma).Split('\n');
        Line(marker, depth, label + lines[0]);
        foreach (var line in lines.Skip(1))
        {
            Line(marker, depth, line);
        }
    }

    private void Line(char marker, int depth, string content)
        => _text.Append(marker).Append(' ', depth * 2).Append(content).Append('\n');
}
