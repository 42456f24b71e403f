using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Declarative.Files;

namespace ConsoleWeb.Declarative.Output;

/// <summary>
/// JSON values as YAML in decK's layout: keys in alphabetical order, lists not indented below their key, multi-line texts
/// as literal blocks. What is written is read back as the same values.
/// </summary>
internal static class YamlText
{
    public static string Write(JsonObject root)
    {
        var text = new StringBuilder();
        WriteMap(text, root, 0);
        return text.ToString();
    }

    /// <summary>Writes members at a depth; the first one is written where the text stands (after <c>- </c> or at a line's begin).</summary>
    private static void WriteMap(StringBuilder text, JsonObject map, int indent, bool startsInline = false)
    {
        var isFirst = startsInline;
        foreach (var (name, value) in map.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            text.Append(' ', isFirst ? 0 : indent).Append(Scalar(name)).Append(':');
            isFirst = false;
            WriteMember(text, value, indent);
        }
    }

    private static void WriteMember(StringBuilder text, JsonNode? value, int indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } map:
                text.Append('\n');
                WriteMap(text, map, indent + 2);
                break;
            case JsonArray { Count: > 0 } list:
                text.Append('\n');
                WriteList(text, list, indent);
                break;
            default:
                text.Append(' ');
                WriteLeaf(text, value, indent);
                break;
        }
    }

    private static void WriteList(StringBuilder text, JsonArray list, int indent)
    {
        foreach (var item in list)
        {
            text.Append(' ', indent).Append("- ");
            switch (item)
            {
                case JsonObject { Count: > 0 } map:
                    WriteMap(text, map, indent + 2, startsInline: true);
                    break;
                case JsonArray { Count: > 0 } inner:
                    // A list in a list starts on its own line; the dash alone is legal YAML.
                    text.Length--;
                    text.Append('\n');
                    WriteList(text, inner, indent + 2);
                    break;
                default:
                    WriteLeaf(text, item, indent);
                    break;
            }
        }
    }

    private static void WriteLeaf(StringBuilder text, JsonNode? value, int indent)
    {
        switch (value)
        {
            case null:
                text.Append("null\n");
                break;
            case JsonObject:
                text.Append("{}\n");
                break;
            case JsonArray:
                text.Append("[]\n");
                break;
            case JsonValue leaf when leaf.GetValueKind() == JsonValueKind.String:
                WriteText(text, leaf.GetValue<string>(), indent);
                break;
            default:
                text.Append(value.ToJsonString()).Append('\n');
                break;
        }
    }

    private static void WriteText(StringBuilder text, string value, int indent)
    {
        if (!IsBlock(value))
        {
            text.Append(Scalar(value)).Append('\n');
            return;
        }

        // "-" strips the last line feed, plain keeps one, "+" keeps them all.
        text.Append('|');
        if (!value.EndsWith('\n'))
        {
            text.Append('-');
        }
        else if (value.EndsWith("\n\n", StringComparison.Ordinal))
        {
            text.Append('+');
        }

        text.Append('\n');
        var body = value.EndsWith('\n') ? value[..^1] : value;
        foreach (var line in body.Split('\n'))
        {
            text.Append(' ', line.Length == 0 ? 0 : indent + 2).Append(line).Append('\n');
        }
    }

    private static bool IsBlock(string value)
        => value.Contains('\n', StringComparison.Ordinal)
            && value[0] is not (' ' or '\n' or '\t')
            && !value.Any(c => c != '\n' && (char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufeff'));

    private static string Scalar(string value)
    {
        if (value.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufeff'))
        {
            return JsonSerializer.Serialize(value);
        }

        if (value.Length == 0 || YamlScalars.LooksLikeOtherType(value))
        {
            return $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        }

        return NeedsQuotes(value) ? $"'{value.Replace("'", "''", StringComparison.Ordinal)}'" : value;
    }

    private static bool NeedsQuotes(string value)
        => value[0] is '!' or '&' or '*' or '{' or '}' or '[' or ']' or ',' or '#' or '|' or '>' or '@' or '`' or '"' or '\'' or '%' or ' '
            || (value[0] is '-' or '?' or ':' && (value.Length == 1 || value[1] == ' '))
            || value[^1] is ' ' or ':'
            || value.StartsWith("---", StringComparison.Ordinal)
            || value.StartsWith("...", StringComparison.Ordinal)
            || value.Contains(": ", StringComparison.Ordinal)
            || value.Contains(" #", StringComparison.Ordinal)
            || value.Contains("${{", StringComparison.Ordinal);
}
