using System.Text.Json;
using System.Text.Json.Nodes;

namespace ConsoleWeb.Declarative.Files;

/// <summary>Checks one parsed state file against <see cref="StateFileShapes"/>; all problems at once, each with its place.</summary>
internal sealed class StateFileValidator(SourceMap map)
{
    private readonly List<string> _problems = [];

    /// <returns>One line per problem: <c>file:line:column: path: reason</c>.</returns>
    public static IReadOnlyList<string> Validate(JsonNode? root, SourceMap map)
    {
        var validator = new StateFileValidator(map);
        if (root is JsonObject file)
        {
            validator.CheckFormatVersion(file);
            validator.CheckObject(file, StateFileShapes.Get(StateFileShapes.Root), "");
        }
        else
        {
            validator.Add("", TypeText("object", root));
        }

        return validator._problems;
    }

    private void CheckFormatVersion(JsonObject file)
    {
        if (!file.TryGetPropertyValue("_format_version", out var version))
        {
            Add("", "_format_version is required; write _format_version: \"3.0\"");
        }
        else if (version is JsonValue value && value.GetValueKind() == JsonValueKind.String)
        {
            if (value.GetValue<string>() is not ("3.0" or "3.1"))
            {
                Add("_format_version", $"the format version {value.GetValue<string>()} is not supported; this gateway reads \"3.0\"");
            }
        }

        if (file["_transform"] is JsonValue transform && transform.GetValueKind() == JsonValueKind.False)
        {
            Add("_transform", "_transform: false is not supported");
        }
    }

    private void CheckObject(JsonObject value, FileShape shape, string path)
    {
        foreach (var (name, member) in value)
        {
            var memberPath = path.Length == 0 ? name : $"{path}.{name}";
            if (shape.Find(name) is { } known)
            {
                CheckMember(member, known, memberPath);
            }
            else
            {
                Add(memberPath, Unknown(name, value, shape));
            }
        }

        foreach (var required in shape.Required.Where(r => value[r] is null))
        {
            Add(path, $"{required} is required");
        }

        if (shape.OneOf.Count > 0 && shape.OneOf.All(o => value[o] is null))
        {
            Add(path, $"a {shape.Word} needs {string.Join(" or ", shape.OneOf)}");
        }
    }

    private void CheckMember(JsonNode? value, FileMember member, string path)
    {
        if (member.Type == FileMemberType.Unsupported)
        {
            Add(path, $"'{member.Name}' is not supported by this gateway yet; remove it from the file");
            return;
        }

        if (value is null)
        {
            return;
        }

        switch (member.Type)
        {
            case FileMemberType.Text:
                Expect(value, "string", path, JsonValueKind.String);
                break;
            case FileMemberType.Boolean:
                Expect(value, "boolean", path, JsonValueKind.True, JsonValueKind.False);
                break;
            case FileMemberType.Number:
                Expect(value, "number", path, JsonValueKind.Number);
                break;
            case FileMemberType.Integer:
                if (Expect(value, "integer", path, JsonValueKind.Number)
                    && !double.IsInteger(NumberOf(value)))
                {
                    Add(path, "Invalid type. Expected: integer, given: number");
                }

                break;
            case FileMemberType.Free:
                Expect(value, "object", path, JsonValueKind.Object);
                break;
            case FileMemberType.TextList:
                CheckTexts(value, path);
                break;
            case FileMemberType.Reference:
                CheckReference(value, path);
                break;
            case FileMemberType.Object when Expect(value, "object", path, JsonValueKind.Object):
                CheckObject((JsonObject)value, StateFileShapes.Get(member.Shape!), path);
                break;
            case FileMemberType.ObjectList when Expect(value, "array", path, JsonValueKind.Array):
                CheckList((JsonArray)value, member, path);
                break;
            default:
                break;
        }
    }

    private void CheckList(JsonArray list, FileMember member, string path)
    {
        var shape = StateFileShapes.Get(member.Shape!);
        for (var i = 0; i < list.Count; i++)
        {
            var itemPath = $"{path}[{i}]";
            if (list[i] is JsonObject item)
            {
                CheckObject(item, shape, itemPath);
            }
            else
            {
                Add(itemPath, TypeText("object", list[i]));
            }
        }
    }

    private void CheckTexts(JsonNode value, string path)
    {
        if (!Expect(value, "array", path, JsonValueKind.Array))
        {
            return;
        }

        var list = (JsonArray)value;
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i]?.GetValueKind() != JsonValueKind.String)
            {
                Add($"{path}[{i}]", TypeText("string", list[i]));
            }
        }
    }

    private void CheckReference(JsonNode value, string path)
    {
        if (!Expect(value, "object", path, JsonValueKind.Object))
        {
            return;
        }

        var reference = (JsonObject)value;
        foreach (var (name, member) in reference)
        {
            if (name is not ("id" or "name"))
            {
                Add($"{path}.{name}", "unknown member; a reference has name or id");
            }
            else if (member?.GetValueKind() != JsonValueKind.String)
            {
                Add($"{path}.{name}", TypeText("string", member));
            }
        }
    }

    private bool Expect(JsonNode value, string type, string path, params ReadOnlySpan<JsonValueKind> kinds)
    {
        if (kinds.Contains(value.GetValueKind()))
        {
            return true;
        }

        Add(path, TypeText(type, value));
        return false;
    }

    private static string Unknown(string name, JsonObject owner, FileShape shape)
    {
        if (Spelling.FindNearest(name, shape.Members.Where(m => m.Type != FileMemberType.Unsupported).Select(m => m.Name)) is { } near)
        {
            return $"unknown member; did you mean '{near}'?";
        }

        // The commonest slip in YAML: a member that stands one level too far left.
        var list = shape.Members.FirstOrDefault(
            m => m.Type == FileMemberType.ObjectList && owner[m.Name] is JsonArray && StateFileShapes.Get(m.Shape!).Find(name) is not null);
        return list is null
            ? $"unknown member of {Article(shape.Word)}"
            : $"unknown member of {Article(shape.Word)}; is it meant for an entry of '{list.Name}' above? Then indent it as far as that entry's own members";
    }

    private static string Article(string word) => word is "file" ? "the file" : $"a {word}";

    private static string TypeText(string expected, JsonNode? given)
        => $"Invalid type. Expected: {expected}, given: " + given?.GetValueKind() switch
        {
            null or JsonValueKind.Null => "null",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.Number => double.IsInteger(NumberOf(given)) ? "integer" : "number",
            JsonValueKind.Array => "array",
            JsonValueKind.Object => "object",
            _ => "string",
        };

    private static double NumberOf(JsonNode number)
        => double.Parse(number.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    private void Add(string path, string reason) => _problems.Add($"{map.Describe(path)}: {reason}");
}
