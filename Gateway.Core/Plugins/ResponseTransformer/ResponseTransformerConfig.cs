using System.Text.Json.Nodes;
using Gateway.Core.Plugins.RequestTransformer;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.ResponseTransformer;

/// <summary>
/// Config of the plugin <c>response-transformer</c>. Entries are names, <c>old:new</c> or <c>name:value</c>; the name ends at the first
/// colon.
/// </summary>
internal sealed record ResponseTransformerConfig : IPluginConfig
{
    [Field("What is taken out, by name.")]
    public ResponseRemoveConfig Remove { get; init; } = new();

    [Field("What gets another name, as old:new.")]
    public ResponseRenameConfig Rename { get; init; } = new();

    [Field("What gets another value when it is there, as name:value.")]
    public ResponseValuesConfig Replace { get; init; } = new();

    [Field("What is added when it is not there, as name:value.")]
    public ResponseValuesConfig Add { get; init; } = new();

    [Field("What gets a further value, as name:value.")]
    public ResponseValuesConfig Append { get; init; } = new();
}

/// <summary>Names to take out.</summary>
internal sealed record ResponseRemoveConfig
{
    [Field("Headers.")]
    [Rule<HeaderEntryRule>]
    public IReadOnlyList<string> Headers { get; init; } = [];

    [Field("Members of the JSON body.")]
    public IReadOnlyList<string> Json { get; init; } = [];
}

/// <summary>Names to change, as <c>old:new</c>.</summary>
internal sealed record ResponseRenameConfig
{
    [Field("Headers.")]
    [Rule<RenamedHeaderRule>]
    public IReadOnlyList<string> Headers { get; init; } = [];

    [Field("Members of the JSON body.")]
    [Rule<EntryRule>]
    public IReadOnlyList<string> Json { get; init; } = [];
}

/// <summary>Values to set, as <c>name:value</c>.</summary>
internal sealed record ResponseValuesConfig
{
    public static IReadOnlyList<EntityCheck> Checks =>
        [EntityCheck.Custom("A value whose type is number must be one.", CheckNumbers)];

    [Field("Headers.")]
    [Rule<HeaderEntryRule>]
    [Rule<HeaderValueRule>]
    public IReadOnlyList<string> Headers { get; init; } = [];

    [Field("Members of the JSON body.")]
    [Rule<EntryRule>]
    public IReadOnlyList<string> Json { get; init; } = [];

    [Field("Types of the members' values, in the order of json. Without a type a value is a text.")]
    [OneOf("boolean", "number", "string")]
    public IReadOnlyList<string> JsonTypes { get; init; } = [];

    private static void CheckNumbers(CheckContext context)
    {
        var (entries, types) = (context.Texts("json"), context.Texts("json_types"));
        for (var i = 0; i < Math.Min(entries.Count, types.Count); i++)
        {
            var value = TransformEntry.Parse(entries[i]).Value;
            if (types[i] == "number" && JsonTexts.Number(value) is null)
            {
                context.Fail($"json.{i + 1}", $"'{value}' is not a number");
            }
        }
    }
}

/// <summary>An entry whose value a header can carry.</summary>
internal sealed class HeaderValueRule : IValueRule
{
    public string? Check(string text)
    {
        var (name, value) = TransformEntry.Parse(text);
        return value.All(c => c is >= ' ' and <= '~' or '\t') ? null : $"the value of '{name}' has characters that a header cannot carry";
    }
}

/// <summary>Values of entries as JSON.</summary>
internal static class JsonTexts
{
    /// <param name="type">Null: a text.</param>
    public static string Value(string text, string? type) => type switch
    {
        "boolean" => text == "true" ? "true" : "false",
        "number" => Number(text) ?? Text(text),
        _ => Text(text),
    };

    /// <returns>The number as JSON, digits kept; null when it is none.</returns>
    public static string? Number(string text)
    {
        try
        {
            return JsonNode.Parse(text.Trim()) is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.Number ? text.Trim() : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    public static string Text(string text) =>
        $"\"{System.Text.Json.JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
