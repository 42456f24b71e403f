using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.Published;

/// <summary>The published JSON schema of one plugin, read from <c>../shared/spec/plugin-schemas</c>.</summary>
internal sealed class PublishedSchema(JsonObject document)
{
    private const string Folder = "spec/plugin-schemas";

    /// <summary>Schema of <c>config</c>.</summary>
    public JsonObject Config => document["properties"]!["config"]!.AsObject();

    /// <summary>Default of the instance's <c>protocols</c>.</summary>
    public IEnumerable<string> Protocols =>
        document["properties"]!["protocols"]!["default"]!.AsArray().Select(p => p!.GetValue<string>());

    /// <summary>Entities that an instance may be bound to, such as <c>consumer</c>.</summary>
    public IEnumerable<string> Scopes => document["properties"]!.AsObject().Select(p => p.Key).Except(["config", "protocols"]);

    /// <summary>Every field of <c>config</c> at any depth.</summary>
    public IEnumerable<PublishedField> Fields => Walk(Config, []);

    /// <returns>Null where the published material is not present.</returns>
    public static PublishedSchema? Find(string plugin)
    {
        if (SharedFiles.Find(Folder) is not { } folder)
        {
            return null;
        }

        // The files are named in Pascal case, abbreviations in capitals: key-auth is KeyAuth, acl is ACL.
        var wanted = plugin.Replace("-", "", StringComparison.Ordinal) + ".json";
        var file = Directory.EnumerateFiles(folder).SingleOrDefault(f => Path.GetFileName(f).Equals(wanted, StringComparison.OrdinalIgnoreCase));
        Assert.True(file is not null, $"No published schema is named like '{plugin}'.");
        return new PublishedSchema(JsonNode.Parse(File.ReadAllText(file))!.AsObject());
    }

    private static IEnumerable<PublishedField> Walk(JsonObject record, string[] path)
    {
        foreach (var (name, schema) in record["properties"]?.AsObject() ?? [])
        {
            string[] place = [.. path, name];
            var isRequired = record["required"]?.AsArray().Any(r => r!.GetValue<string>() == name) ?? false;
            yield return new PublishedField(place, schema!.AsObject(), isRequired);
            var (inner, innerPath) = schema["items"] is JsonObject items ? (items, [.. place, PublishedField.Element]) : (schema.AsObject(), place);
            foreach (var field in Walk(inner, innerPath))
            {
                yield return field;
            }
        }
    }
}

/// <summary>A field and its place; <see cref="Element"/> stands for the elements of a list.</summary>
internal sealed record PublishedField(string[] Path, JsonObject Schema, bool IsRequired)
{
    public const string Element = "1";

    public string Name => Path[^1];

    public string Type => Schema["type"]!.GetValue<string>();

    /// <summary>Allowed values of the field or of its elements; empty when any value is fine.</summary>
    public IReadOnlyList<JsonNode> Choices =>
        [.. (Schema["enum"] ?? Schema["items"]?["enum"] as JsonArray)?.AsArray().Select(c => c!) ?? []];

    /// <summary>As the Admin API writes places: <c>targets.1.model.name</c>.</summary>
    public override string ToString() => string.Join('.', Path);

    /// <summary>The value at this place of a config, or null.</summary>
    public JsonNode? In(JsonNode? config) => At(config, Path);

    /// <summary>The record of a config that holds this field.</summary>
    public JsonObject Record(JsonObject config) => At(config, Path[..^1])!.AsObject();

    private static JsonNode? At(JsonNode? config, string[] path)
    {
        foreach (var name in path)
        {
            config = name == Element ? config?[0] : config?[name];
        }

        return config;
    }
}
