using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Forms;

/// <summary>How fields and their values are called in forms.</summary>
internal static class FieldLabels
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["id"] = "ID",
        ["uri"] = "URI",
        ["url"] = "URL",
        ["http"] = "HTTP",
        ["https"] = "HTTPS",
        ["tls"] = "TLS",
        ["llm"] = "LLM",
        ["ai"] = "AI",
        ["ssl"] = "SSL",
        ["api"] = "API",
        ["aws"] = "AWS",
        ["gcp"] = "GCP",
        ["acls"] = "Access rules",
        ["ttl"] = "TTL",
        ["snis"] = "SNIs",
        ["ip"] = "IP",
        ["genai"] = "GenAI",
        ["param"] = "Parameter",
    };

    /// <summary>Better words where a form shows a field out of its record, by the end of its path.</summary>
    private static readonly (string Path, string Label, string? Help)[] Places =
    [
        ("config.llm_format", "Client format", "The format your client speaks, not the provider's."),
        ("route_type", "Kind of call", null),
        ("model.provider", "Provider", null),
        ("model.name", "Model", "Empty: the model each request names."),
        ("auth.header_name", "Sent as", "The header that carries the key."),
        ("auth.header_value", "Key", "A bare key is enough: Bearer is put in front where the header needs it. A variable holds both."),
        ("logging.log_statistics", "Record statistics", null),
        ("logging.log_payloads", "Store payloads", "Keeps prompts and answers. They may hold private data."),
        ("config.max_request_body_size", "Largest request", null),
        ("config.response_streaming", "Streaming", null),
    ];

    /// <summary>Names of choices that do not speak for themselves.</summary>
    private static readonly Dictionary<string, string> Choices = new(StringComparer.Ordinal)
    {
        ["llm/v1/chat"] = "Chat",
        ["llm/v1/responses"] = "Responses",
        ["llm/v1/completions"] = "Completions",
        ["llm/v1/embeddings"] = "Embeddings",
    };

    public static string At(string path, FieldSchema field) => Place(path)?.Label ?? Of(field);

    public static string HelpAt(string path, FieldSchema field) => Place(path)?.Help ?? field.Description;

    public static string Choice(string value) => Choices.TryGetValue(value, out var name) ? $"{name} – {value}" : value;

    private static (string Path, string Label, string? Help)? Place(string path)
    {
        foreach (var place in Places)
        {
            if (path == place.Path || path.EndsWith("." + place.Path, StringComparison.Ordinal))
            {
                return place;
            }
        }

        return null;
    }

    /// <summary>The field's own label, else its name in words: <c>connect_timeout</c> → <c>Connect timeout</c>.</summary>
    public static string Of(FieldSchema field) => field.Label ?? Of(field.Name);

    public static string Of(string name)
    {
        var words = name.Split('_');
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = Words.GetValueOrDefault(words[i]) ?? (i == 0 && words[i].Length > 0 ? char.ToUpperInvariant(words[i][0]) + words[i][1..] : words[i]);
        }

        return string.Join(' ', words);
    }

    /// <summary>What an empty field means: its default.</summary>
    public static string Placeholder(FieldSchema field) => field.Default switch
    {
        null => field.Secret ? "not set" : "",
        System.Text.Json.Nodes.JsonArray list => string.Join(", ", list.Select(v => v?.ToString())),
        var value => value.ToString(),
    };

    /// <summary>A short unit to stand inside the field; null when the name has none.</summary>
    public static string? Unit(FieldSchema field) => field switch
    {
        { Kind: not (FieldKind.Integer or FieldKind.Number) } => null,
        { Name: var n } when n.EndsWith("_timeout", StringComparison.Ordinal) => "ms",
        { Name: var n } when n.EndsWith("_size", StringComparison.Ordinal) && n.Contains("body", StringComparison.Ordinal) => "bytes",
        { Name: var n } when n.EndsWith("_cost", StringComparison.Ordinal) => "per million",
        _ => null,
    };
}
