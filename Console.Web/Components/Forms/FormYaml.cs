using System.Text.Json.Nodes;
using ConsoleWeb.Declarative;
using ConsoleWeb.Declarative.Files;
using ConsoleWeb.Features.Transfer;
using Gateway.Core.Plugins;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Forms;

/// <summary>A form's document as text and back: the same document, with the names of other entities in place of their ids.</summary>
/// <param name="find">An entity by kind and name or id.</param>
internal sealed class FormYaml(EntityKind kind, PluginCatalog plugins, Func<EntityKind, string, JsonObject?> find)
{
    /// <param name="document">As the form holds it; secrets in it are masked.</param>
    public string Write(JsonObject document)
    {
        var copy = SecretPaths.Masked(document, kind.Schema, plugins);
        foreach (var key in kind.ForeignKeys)
        {
            var target = EntityKinds.Find(key.References)!;
            if (copy[key.Field]?["id"]?.ToString() is { } id && target.EndpointKey is { } name && find(target, id)?[name] is { } shown && target.Schema.Find(name)?.Secret != true)
            {
                copy[key.Field] = new JsonObject { [name] = shown.DeepClone() };
            }
        }

        DropEmpty(copy);
        return copy.Count == 0 ? "" : DeckYaml.Entry(copy) + "\n";
    }

    /// <summary>Reads a text and checks it.</summary>
    /// <param name="edited">What the form holds: a mask in the text stands for the secret there.</param>
    /// <param name="validate">The checks of a save.</param>
    /// <returns>The document, or all that is wrong with the text.</returns>
    public Result<JsonObject> Read(string text, JsonObject edited, Func<JsonObject, Error?> validate)
    {
        JsonNode? root;
        SourceMap map;
        try
        {
            (root, map) = YamlReader.Read(text, ImportProblem.FileName);
        }
        catch (StateFailureException failure)
        {
            return new ImportRefused([.. failure.Problems.Select(ImportProblem.Read)]);
        }

        if (root is not (null or JsonObject))
        {
            return new ImportRefused([new ImportProblem(1, 1, "the fields of one entity were expected: name: value")]);
        }

        var document = (JsonObject?)root ?? [];
        var problems = new List<ImportProblem>();
        ResolveNames(document, map, problems);
        SecretPaths.Unmask(document, edited, kind.Schema, plugins);
        if (validate(document) is SchemaViolationError violation)
        {
            // What the form lacks already is no slip of the text; the save will say it.
            var known = validate(edited) is SchemaViolationError before ? before.Flatten() : [];
            problems.AddRange(violation.Flatten().Where(v => !known.Contains(v)).Select(v => At(map, v.Path, Reason(violation, v.Path, v.Text))));
        }

        return problems.Count == 0 ? document : new ImportRefused(problems);
    }

    /// <summary>Takes out the records that a form has made to have a place to write to. Empty lists stay: they say something.</summary>
    private static void DropEmpty(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list)
            {
                DropEmpty(item);
            }
        }
        else if (node is JsonObject map)
        {
            foreach (var (name, member) in map.ToList())
            {
                DropEmpty(member);
                if (member is JsonObject { Count: 0 })
                {
                    map.Remove(name);
                }
            }
        }
    }

    private void ResolveNames(JsonObject document, SourceMap map, List<ImportProblem> problems)
    {
        foreach (var key in kind.ForeignKeys)
        {
            var target = EntityKinds.Find(key.References)!;
            var written = document[key.Field] switch
            {
                JsonObject reference => (reference["id"] ?? reference[target.EndpointKey ?? "id"] ?? reference["name"])?.ToString(),
                JsonValue value => value.ToString(),
                _ => null,
            };
            if (written is null)
            {
                continue;
            }

            if (find(target, written)?["id"] is { } id)
            {
                document[key.Field] = new JsonObject { ["id"] = id.DeepClone() };
            }
            else
            {
                problems.Add(At(map, key.Field, $"{key.Field}: there is no {target.Noun} {written}"));
            }
        }
    }

    private static string Reason(SchemaViolationError violation, string path, string text)
    {
        var hint = violation.Hints?[path]?.ToString();
        return $"{(path.Length == 0 ? "" : path + ": ")}{text}{(hint is null ? "" : $"; {hint}")}";
    }

    private static ImportProblem At(SourceMap map, string path, string text)
    {
        var place = map.Find(SourcePaths.InBrackets(path));
        return new ImportProblem(place.Line, place.Column, text);
    }
}
