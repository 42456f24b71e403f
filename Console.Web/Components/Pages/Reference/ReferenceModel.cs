using System.Text.Json.Nodes;

namespace ConsoleWeb.Components.Pages.Reference;

/// <summary>The OpenAPI document as the reference shows it.</summary>
internal sealed class ReferenceModel
{
    /// <summary>Name of the heading that holds the settings of single plugins.</summary>
    public const string PluginConfigs = "plugin-config";

    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    private readonly JsonObject _document;

    private ReferenceModel(JsonObject document)
    {
        _document = document;
        var fields = new ReferenceFields(document);
        var operations = ReadOperations();
        Groups = [.. document["tags"]!.AsArray().Select(t => ReadGroup(t!, operations, fields))];
        Plugins = [.. (Schema("plugin")["discriminator"]?["mapping"]?.AsObject() ?? []).Select(m => ReadPlugin(m.Key, fields))];
    }

    /// <summary>The headings with their operations, in the order of the document.</summary>
    public IReadOnlyList<ReferenceGroup> Groups { get; }

    /// <summary>The settings of each plugin.</summary>
    public IReadOnlyList<ReferenceGroup> Plugins { get; }

    public string Address => _document["servers"]![0]!["url"]!.ToString();

    public string Version => _document["openapi"]!.ToString();

    public static ReferenceModel Read(ReadOnlyMemory<byte> document) => new(JsonNode.Parse(document.Span)!.AsObject());

    /// <param name="group">From the page's address; null: the first.</param>
    /// <param name="item">The plugin, below <see cref="PluginConfigs"/>.</param>
    /// <returns>Null when the address leads nowhere.</returns>
    public ReferenceGroup? Find(string? group, string? item) =>
        group is null ? Groups[0]
        : group == PluginConfigs ? Plugins.FirstOrDefault(p => p.Title == item)
        : Groups.FirstOrDefault(g => g.Name == group);

    /// <summary>Operations and fields with all words of a text, at most <paramref name="most"/>; those whose name begins with it come first.</summary>
    public IReadOnlyList<ReferenceHit> Search(string text, int most)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        bool Has(string where) => words.All(w => where.Contains(w, StringComparison.OrdinalIgnoreCase));

        var hits = new List<ReferenceHit>();
        foreach (var group in Groups.Concat(Plugins))
        {
            if (Has(group.Title) || Has(group.Name))
            {
                hits.Add(new(group, null, null));
            }

            hits.AddRange(group.Operations.Where(o => Has($"{o.Method} {o.Path} {o.Summary}")).Select(o => new ReferenceHit(group, o, null)));
            hits.AddRange(group.Fields.Where(f => Has($"{group.Title} {f.Path}")).Select(f => new ReferenceHit(group, null, f)));
        }

        return [.. hits.OrderBy(h => h.Rank(text.Trim())).Take(most)];
    }

    private static ReferenceGroup ReadGroup(JsonNode tag, ILookup<string, ReferenceOperation> operations, ReferenceFields fields)
    {
        var name = tag["name"]!.ToString();
        return new(name, tag["x-displayName"]!.ToString(), tag["description"]!.ToString(), [.. operations[name]], tag["x-schema"] is { } schema ? fields.OfEntity(schema.ToString()) : []);
    }

    private ReferenceGroup ReadPlugin(string name, ReferenceFields fields)
    {
        var example = Schema("plugin-" + name)["examples"]?[0]?.AsObject() ?? new JsonObject { ["name"] = name };
        return new($"{PluginConfigs}/{name}", name, $"Settings of the plugin {name}: the member config of its instances.", [], fields.OfConfig("plugin-config-" + name))
        {
            Example = Curl("POST", "/plugins", example),
        };
    }

    private JsonObject Schema(string name) => _document["components"]!["schemas"]![name]!.AsObject();

    private ILookup<string, ReferenceOperation> ReadOperations()
    {
        var all = from path in _document["paths"]!.AsObject()
                  from operation in path.Value!.AsObject()
                  where Methods.Contains(operation.Key)
                  select (Group: operation.Value!["tags"]![0]!.ToString(), Path: path.Key, Operation: Read(operation.Key, path.Key, path.Value!, operation.Value!));

        // What is asked for most comes first: the collection, one of it, and then what hangs below others.
        return all.OrderBy(o => o.Path.StartsWith("/" + o.Group, StringComparison.Ordinal) ? 0 : 1)
            .ThenBy(o => o.Path.Count(c => c == '/')).ThenBy(o => o.Path, StringComparer.Ordinal).ThenBy(o => Array.IndexOf(Methods, o.Operation.Method.ToLowerInvariant()))
            .ToLookup(o => o.Group, o => o.Operation);
    }

    private ReferenceOperation Read(string method, string path, JsonNode item, JsonNode operation)
    {
        var body = operation["requestBody"]?["content"];
        var scope = operation["security"]![0]!["bearer"] is JsonArray token ? token.FirstOrDefault()?.ToString() : null;
        return new(operation["operationId"]!.ToString(), method.ToUpperInvariant(), path, operation["summary"]!.ToString())
        {
            Text = operation["description"]?.ToString(),
            Scope = scope,
            NeedsToken = operation["security"]!.AsArray().All(s => s!.AsObject().Count > 0),
            Values = [.. (item["parameters"]?.AsArray() ?? []).Select(p => Parameter(p!))],
            Query = [.. (operation["parameters"]?.AsArray() ?? []).Select(p => Parameter(p!))],
            TakesForms = body?.AsObject().Count > 1,
            Answers = [.. operation["responses"]!.AsObject().Select(r => new ReferenceAnswer(r.Key, Resolve(r.Value!)["description"]!.ToString()))],
            Example = Curl(method.ToUpperInvariant(), Filled(path, item), body?["application/json"]?["example"] as JsonObject),
        };
    }

    private JsonNode Resolve(JsonNode node) =>
        node["$ref"]?.ToString() is { } reference ? reference[2..].Split('/').Aggregate((JsonNode)_document, (at, part) => at[part]!) : node;

    private static ReferenceParameter Parameter(JsonNode parameter) =>
        new(parameter["name"]!.ToString(), parameter["schema"]!["type"]!.ToString(), parameter["description"]!.ToString(), parameter["required"]?.GetValue<bool>() == true);

    /// <summary>The path with something in it that the shell leaves alone.</summary>
    private static string Filled(string path, JsonNode item) => (item["parameters"]?.AsArray() ?? []).Aggregate(path, (filled, p) =>
        filled.Replace($"{{{p!["name"]}}}", p["example"]?.ToString() ?? p["name"]!.ToString().ToUpperInvariant(), StringComparison.Ordinal));

    private string Curl(string method, string path, JsonObject? body) => ReferenceCurl.Write(method, Address + path, body);
}
