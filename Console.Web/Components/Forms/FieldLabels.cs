using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Forms;

/// <summary>How fields and their values are called in forms.</summary>
internal static class FieldLabels
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["id"] = "ID", ["uri"] = "URI", ["url"] = "URL", ["http"] = "HTTP", ["https"] = "HTTPS", ["tls"] = "TLS", ["llm"] = "LLM", ["ai"] = "AI",
        ["ssl"] = "SSL", ["api"] = "API", ["aws"] = "AWS", ["gcp"] = "GCP", ["acls"] = "Access rules", ["ttl"] = "TTL", ["snis"] = "SNIs", ["ip"] = "IP",
    };

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
