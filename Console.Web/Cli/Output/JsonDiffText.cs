using System.Text;
using System.Text.Json.Nodes;

namespace ConsoleWeb.Cli.Output;

/// <summary>Two JSON objects as one indented text, lines that differ marked with <c>-</c> and <c>+</c>.</summary>
internal static class JsonDiffText
{
    public static string Format(JsonObject before, JsonObject after)
    {
        var text = new StringBuilder();
        text.Append(" {\n");
        FormatMembers(text, before, after, 1);
        return text.Append(" }").ToString();
    }

    private static void FormatMembers(StringBuilder text, JsonObject before, JsonObject after, int depth)
    {
        var names = before.Select(m => m.Key).Union(after.Select(m => m.Key)).Order(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var isOld = before.TryGetPropertyValue(name, out var old);
            var isNew = after.TryGetPropertyValue(name, out var @new);
            if (isOld && isNew && JsonNode.DeepEquals(old, @new))
            {
                Append(text, ' ', name, old, depth);
            }
            else if (old is JsonObject oldMap && @new is JsonObject newMap)
            {
                Line(text, ' ', depth, $"\"{name}\": {{");
                FormatMembers(text, oldMap, newMap, depth + 1);
                Line(text, ' ', depth, "}");
            }
            else
            {
                if (isOld)
                {
                    Append(text, '-', name, old, depth);
                }

                if (isNew)
                {
                    Append(text, '+', name, @new, depth);
                }
            }
        }
    }

    private static void Append(StringBuilder text, char marker, string name, JsonNode? value, int depth)
    {
        var lines = (value?.ToJsonString(CliJson.Indented) ?? "null").Split('\n');
        Line(text, marker, depth, $"\"{name}\": {lines[0]}");
        foreach (var line in lines.Skip(1))
        {
            Line(text, marker, depth, line);
        }
    }

    private static void Line(StringBuilder text, char marker, int depth, string content)
        => text.Append(marker).Append(' ', depth * 2).Append(content).Append('\n');
}
