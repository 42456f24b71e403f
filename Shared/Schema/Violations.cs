using System.Text.Json.Nodes;

namespace Gateway.Shared.Schema;

/// <summary>Collects what is wrong with a document, place by place, and words it the way Kong's Admin API does.</summary>
public sealed class Violations
{
    private readonly Node _root = new();
    private readonly List<(string Path, string Wrong, string Suggestion)> _hints = [];

    public bool IsEmpty => _root.IsEmpty;

    /// <summary>Adds the text for one field. The first text of a place stays.</summary>
    public void Add(SchemaPath path, string text) => Find(path).Text ??= text;

    /// <summary>Adds a text about a record as a whole: listed under <c>@entity</c>.</summary>
    public void AddEntity(SchemaPath record, string text) => (Find(record).Entity ??= []).Add(text);

    /// <summary>Adds a proposal for a name that was not known.</summary>
    public void AddHint(SchemaPath path, string suggestion) => _hints.Add((path.ToString(), path.Name ?? "", suggestion));

    /// <summary>Adds a proposal for a value, such as a plugin's name, that was not known.</summary>
    public void AddUnknownValue(SchemaPath path, string value, string suggestion) => _hints.Add((path.ToString(), value, suggestion));

    /// <summary>Whether the field, or anything inside it, has a fault.</summary>
    public bool Has(SchemaPath path)
    {
        var node = TryFind(path);
        return node is { IsEmpty: false };
    }

    /// <summary>The collected faults as an error, or null when there are none.</summary>
    public SchemaViolationError? ToError()
    {
        if (IsEmpty)
        {
            return null;
        }

        var texts = new List<string>();
        _root.Compose("", texts);
        var message = texts.Count == 1
            ? $"schema violation ({texts[0]})"
            : $"{texts.Count} schema violations ({string.Join("; ", texts)})";
        var hints = new JsonObject();
        foreach (var (path, _, suggestion) in _hints)
        {
            hints[path] = $"did you mean '{suggestion}'?";
        }

        // Clients match on the part in parentheses, so proposals follow it.
        message += _hints.Count switch
        {
            0 => "",
            1 => $"; did you mean '{_hints[0].Suggestion}' instead of '{_hints[0].Wrong}'?",
            _ => "; did you mean " + string.Join(", ", _hints.Select(h => $"'{h.Suggestion}' instead of '{h.Wrong}'")) + "?",
        };
        return new SchemaViolationError(_root.ToJson().AsObject(), hints.Count == 0 ? null : hints, message);
    }

    private Node Find(SchemaPath path)
    {
        if (path.IsRoot)
        {
            return _root;
        }

        var parent = Find(path.Parent!);
        return path.Name is { } name ? parent.Member(name) : parent.Item(path.Index);
    }

    private Node? TryFind(SchemaPath path)
    {
        if (path.IsRoot)
        {
            return _root;
        }

        var parent = TryFind(path.Parent!);
        if (parent is null)
        {
            return null;
        }

        return path.Name is { } name ? parent.Members?.GetValueOrDefault(name) : parent.Items?.GetValueOrDefault(path.Index);
    }

    private sealed class Node
    {
        public string? Text { get; set; }

        public List<string>? Entity { get; set; }

        public SortedDictionary<string, Node>? Members { get; private set; }

        public SortedDictionary<int, Node>? Items { get; private set; }

        public bool IsEmpty => Text is null && Entity is null && Members is null && Items is null;

        public Node Member(string name)
        {
            Members ??= new SortedDictionary<string, Node>(StringComparer.Ordinal);
            if (!Members.TryGetValue(name, out var node))
            {
                Members[name] = node = new Node();
            }

            return node;
        }

        public Node Item(int index)
        {
            Items ??= [];
            if (!Items.TryGetValue(index, out var node))
            {
                Items[index] = node = new Node();
            }

            return node;
        }

        public void Compose(string path, List<string> texts)
        {
            foreach (var text in Entity ?? [])
            {
                texts.Add(path.Length == 0 ? text : $"{path}: {text}");
            }

            if (Text is not null)
            {
                texts.Add(path.Length == 0 ? Text : $"{path}: {Text}");
                return;
            }

            foreach (var (index, node) in Items ?? [])
            {
                node.Compose($"{path}.{index + 1}", texts);
            }

            foreach (var (name, node) in Members ?? [])
            {
                node.Compose(path.Length == 0 ? name : $"{path}.{name}", texts);
            }
        }

        public JsonNode ToJson()
        {
            if (Text is not null)
            {
                return JsonValue.Create(Text);
            }

            if (Items is not null)
            {
                var list = new JsonArray();
                foreach (var (index, node) in Items)
                {
                    while (list.Count < index)
                    {
                        list.Add(null);
                    }

                    list.Add(node.ToJson());
                }

                return list;
            }

            var members = new JsonObject();
            if (Entity is not null)
            {
                members["@entity"] = new JsonArray([.. Entity.Select(e => JsonValue.Create(e))]);
            }

            foreach (var (name, node) in Members ?? [])
            {
                members[name] = node.ToJson();
            }

            return members;
        }
    }
}
