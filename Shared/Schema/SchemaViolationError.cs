using System.Text.Json.Nodes;
using Gateway.Shared.Results;

namespace Gateway.Shared.Schema;

/// <summary>A document that does not fit its schema: the Admin API's error 2, HTTP 400.</summary>
/// <param name="Fields">
/// The texts by field, nested like the document; a list has null at the positions that are fine; texts about a record as a whole are a
/// list under <c>@entity</c>.
/// </param>
/// <param name="Hints">Proposals for unknown names by dotted path, such as <c>{"config.pth": "did you mean 'path'?"}</c>; null when there are none.</param>
/// <param name="Message">
/// <c>schema violation (host: required field missing)</c> or <c>2 schema violations (…; …)</c>. Proposals follow the closing parenthesis.
/// </param>
public sealed record SchemaViolationError(JsonObject Fields, JsonObject? Hints, string Message) : Error(Message)
{
    public const int Code = 2;

    public const string Name = "schema violation";

    /// <summary>The Admin API's body: code, name, message, fields and, where there are any, hints.</summary>
    public JsonObject ToBody()
    {
        var body = new JsonObject
        {
            ["code"] = Code,
            ["name"] = Name,
            ["message"] = Message,
            ["fields"] = Fields.DeepClone(),
        };
        if (Hints is not null)
        {
            body["hints"] = Hints.DeepClone();
        }

        return body;
    }

    /// <summary>Each text with its dotted path (empty for texts about the whole document), in the order of the message.</summary>
    public IReadOnlyList<(string Path, string Text)> Flatten()
    {
        var result = new List<(string Path, string Text)>();
        Flatten(Fields, "", result);
        return result;
    }

    /// <summary>An error with a single text at one field.</summary>
    public static SchemaViolationError At(string path, string text)
    {
        var violations = new Violations();
        violations.Add(SchemaPath.Root.Append(path), text);
        return violations.ToError()!;
    }

    private static void Flatten(JsonNode? node, string path, List<(string Path, string Text)> result)
    {
        switch (node)
        {
            case JsonValue value:
                result.Add((path, value.GetValue<string>()));
                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    Flatten(list[i], $"{path}.{i + 1}", result);
                }

                break;
            case JsonObject members:
                foreach (var (name, member) in members)
                {
                    if (name == "@entity" && member is JsonArray texts)
                    {
                        result.AddRange(texts.Select(t => (path, t!.GetValue<string>())));
                        continue;
                    }

                    Flatten(member, path.Length == 0 ? name : $"{path}.{name}", result);
                }

                break;
        }
    }
}
