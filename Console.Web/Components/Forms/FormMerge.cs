using System.Text.Json.Nodes;

namespace ConsoleWeb.Components.Forms;

/// <summary>One field that somebody else changed while it was being edited.</summary>
/// <param name="Path">Dotted; a list is one value.</param>
/// <param name="Base">What both began with; null: not set, as for the others.</param>
internal sealed record MergeField(string Path, JsonNode? Base, JsonNode? Theirs, JsonNode? Mine)
{
    /// <summary>Whether both changed it, to different values.</summary>
    public bool IsConflict => !JsonNode.DeepEquals(Base, Mine) && !JsonNode.DeepEquals(Theirs, Mine);

    /// <summary>Which value the merged document has. Where only they changed it, theirs.</summary>
    public bool TakesTheirs { get; set; } = JsonNode.DeepEquals(Base, Mine);
}

/// <summary>Brings two edits of one document together, field by field.</summary>
internal static class FormMerge
{
    /// <summary>The fields that they changed.</summary>
    public static IReadOnlyList<MergeField> Compare(JsonObject @base, JsonObject theirs, JsonObject mine)
    {
        var fields = new List<MergeField>();
        Compare("", @base, theirs, mine, fields);
        return fields;
    }

    /// <summary>My document with the values of theirs that were chosen.</summary>
    public static JsonObject Merge(JsonObject mine, IEnumerable<MergeField> fields)
    {
        var merged = mine.DeepClone().AsObject();
        foreach (var field in fields.Where(f => f.TakesTheirs))
        {
            var names = field.Path.Split('.');
            var holder = merged;
            foreach (var name in names[..^1])
            {
                if (holder[name] is not JsonObject inner)
                {
                    holder[name] = inner = [];
                }

                holder = inner;
            }

            if (field.Theirs is null)
            {
                holder.Remove(names[^1]);
            }
            else
            {
                holder[names[^1]] = field.Theirs.DeepClone();
            }
        }

        return merged;
    }

    private static void Compare(string path, JsonNode? @base, JsonNode? theirs, JsonNode? mine, List<MergeField> fields)
    {
        if (JsonNode.DeepEquals(@base, theirs))
        {
            return;
        }

        if (@base is JsonObject or null && theirs is JsonObject or null && mine is JsonObject or null && (@base ?? theirs) is JsonObject)
        {
            var (before, after) = (@base as JsonObject, theirs as JsonObject);
            foreach (var name in (before?.Select(m => m.Key) ?? []).Union(after?.Select(m => m.Key) ?? []).ToList())
            {
                Compare(path.Length == 0 ? name : $"{path}.{name}", before?[name], after?[name], (mine as JsonObject)?[name], fields);
            }

            return;
        }

        fields.Add(new MergeField(path, @base, theirs, mine));
    }
}
