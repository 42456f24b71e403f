using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.Shared.Schema;

/// <summary>
/// Form-encoded and multipart bodies as documents: <c>config.minute=5</c>, <c>paths[]=/a</c>, <c>paths[1]=/a</c>,
/// <c>config[headers][x-a]=1</c>. Texts become what the schema says.
/// </summary>
public static class FormBody
{
    /// <param name="pairs">Names and values, percent-decoded, in the order of the body.</param>
    /// <param name="subSchemas">Where plugin configs get their schema.</param>
    /// <param name="existing">The stored document of a PATCH: tells the plugin's name when the form does not.</param>
    /// <returns>
    /// The document. Values that do not fit their type stay text, so that the validator names them. Empty values become null.
    /// </returns>
    public static JsonObject ToJson(
        IEnumerable<KeyValuePair<string, string>> pairs,
        RecordSchema schema,
        ISubSchemaSource? subSchemas = null,
        JsonObject? existing = null)
    {
        var root = new Node();
        foreach (var (name, value) in pairs)
        {
            root.Put(Segments(name), value);
        }

        return new Coercion(new EntitySubSchemas(subSchemas), existing).Record(root, schema);
    }

    /// <summary>Splits <c>a.b[c][]</c> into a, b, c and an empty segment.</summary>
    private static List<string> Segments(string name)
    {
        var segments = new List<string>();
        var position = 0;
        while (position < name.Length)
        {
            if (name[position] == '[')
            {
                var close = name.IndexOf(']', position);
                if (close < 0)
                {
                    segments.Add(name[position..]);
                    break;
                }

                segments.Add(name[(position + 1)..close]);
                position = close + 1;
                continue;
            }

            if (name[position] == '.')
            {
                position++;
                continue;
            }

            var end = name.IndexOfAny(['.', '['], position);
            end = end < 0 ? name.Length : end;
            segments.Add(name[position..end]);
            position = end;
        }

        return segments;
    }

    private sealed class Node
    {
        /// <summary>Values written to this very name; several when it was repeated or ended in <c>[]</c>.</summary>
        public List<string> Values { get; } = [];

        public Dictionary<string, Node> Members { get; } = new(StringComparer.Ordinal);

        public List<string> Order { get; } = [];

        public void Put(List<string> segments, string value)
        {
            var node = this;
            for (var i = 0; i < segments.Count; i++)
            {
                var segment = segments[i];
                if (segment.Length == 0 && i == segments.Count - 1)
                {
                    break;
                }

                if (!node.Members.TryGetValue(segment, out var next))
                {
                    node.Members[segment] = next = new Node();
                    node.Order.Add(segment);
                }

                node = next;
            }

            node.Values.Add(value);
        }
    }

    private sealed class Coercion(ISubSchemaSource subSchemas, JsonObject? existing)
    {
        public JsonObject Record(Node node, RecordSchema schema)
        {
            var document = new JsonObject();
            foreach (var name in node.Order)
            {
                var member = node.Members[name];
                var field = schema.FindByAnyName(name);
                if (field?.SubSchema is { } sub)
                {
                    var selector = node.Members.GetValueOrDefault(sub.Selector)?.Values.LastOrDefault()
                        ?? (existing is null ? null : SchemaNormaliser.Selector(existing, sub));
                    var inner = selector is null ? null : subSchemas.Find(sub.Family, selector);
                    document[name] = inner is not null && member.Values.Count == 0 ? Record(member, inner) : Free(member);
                    continue;
                }

                document[name] = field is null ? Free(member) : Value(member, field);
            }

            return document;
        }

        private JsonNode? Value(Node node, FieldSchema field)
        {
            switch (field.Kind)
            {
                case FieldKind.Array or FieldKind.Set:
                    return List(node, field.Elements!);
                case FieldKind.Record when node.Members.Count > 0:
                    return Record(node, field.Record!);
                case FieldKind.Map when node.Members.Count > 0:
                    var map = new JsonObject();
                    foreach (var key in node.Order)
                    {
                        map[key] = Value(node.Members[key], field.Values!);
                    }

                    return map;
                case FieldKind.Foreign or FieldKind.Json:
                    return Free(node);
                default:
                    return node.Members.Count > 0 ? Free(node) : Scalar(node.Values.LastOrDefault(), field.Kind);
            }
        }

        private JsonArray? List(Node node, FieldSchema elements)
        {
            if (node.Members.Count == 0)
            {
                // One empty value unsets the list.
                return node.Values is [""] ? null : new JsonArray([.. node.Values.Select(v => Scalar(v, elements.Kind))]);
            }

            var list = new JsonArray([.. node.Values.Select(v => Scalar(v, elements.Kind))]);
            foreach (var key in node.Order.OrderBy(k => int.TryParse(k, NumberStyles.None, CultureInfo.InvariantCulture, out var i) ? i : int.MaxValue))
            {
                list.Add(Value(node.Members[key], elements));
            }

            return list;
        }

        /// <summary>Without a schema: texts, and objects where the name had members.</summary>
        private static JsonNode? Free(Node node)
        {
            if (node.Members.Count == 0)
            {
                return node.Values.Count > 1
                    ? new JsonArray([.. node.Values.Select(v => JsonValue.Create(v))])
                    : Scalar(node.Values.LastOrDefault(), FieldKind.String);
            }

            var members = new JsonObject();
            foreach (var name in node.Order)
            {
                members[name] = Free(node.Members[name]);
            }

            return members;
        }

        private static JsonValue? Scalar(string? text, FieldKind kind)
        {
            if (string.IsNullOrEmpty(text))
            {
                return null;
            }

            return kind switch
            {
                FieldKind.Integer when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
                FieldKind.Integer or FieldKind.Number when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    && double.IsFinite(number) => JsonValue.Create(number),
                FieldKind.Boolean when text is "true" or "false" => JsonValue.Create(text == "true"),
                _ => JsonValue.Create(text),
            };
        }
    }
}
