using System.Text;
using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Transfer;

/// <summary>Puts a variable in the place of each secret; the same secret is the same variable wherever it stands.</summary>
/// <param name="isJson">Whether the names are written for a JSON text, in which they must not be in double quotes.</param>
internal sealed class SecretNames(bool isJson)
{
    /// <summary>Stands for the indent of a text of several lines, which is known only when the file is written.</summary>
    public const string Indent = "indent @";

    /// <summary>The same of a text that ends with a line end.</summary>
    public const string IndentOfLines = "indent @n";

    private const string Bearer = "Bearer ";

    private static readonly string[] NameFields = ["name", "username", "custom_id", "id"];

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, List<string>> _places = new(StringComparer.Ordinal);

    public IReadOnlyList<ExportVariable> Variables => [.. _places.Select(p => new ExportVariable(p.Key, p.Value))];

    /// <summary>Replaces the masks in a document. In place.</summary>
    /// <param name="kind">Singular of the kind: <c>plugin</c>.</param>
    /// <param name="masked">The document with masks.</param>
    /// <param name="clear">The same document with secrets.</param>
    /// <param name="owner">Name of what it belongs to, for kinds without a name of their own.</param>
    public void Replace(string kind, JsonObject masked, JsonObject clear, string? owner)
    {
        var name = owner ?? NameFields.Select(f => masked[f]?.ToString()).FirstOrDefault(n => !string.IsNullOrEmpty(n)) ?? kind;
        Replace(masked, clear, new Place(kind, name, "", null));
    }

    private void Replace(JsonNode? masked, JsonNode? clear, Place place)
    {
        switch (masked, clear)
        {
            case (JsonObject map, JsonObject secrets):
                var provider = map["model"]?["provider"]?.ToString() ?? place.Provider;
                foreach (var (name, member) in map.ToList())
                {
                    var inside = place with { Path = place.Path.Length == 0 ? name : $"{place.Path}.{name}", Provider = provider };
                    if (IsSecret(member, secrets[name], out var secret))
                    {
                        map[name] = Reference(secret, inside, name);
                    }
                    else
                    {
                        Replace(member, secrets[name], inside);
                    }
                }

                break;
            case (JsonArray list, JsonArray secrets):
                for (var i = 0; i < list.Count; i++)
                {
                    var inside = place with { Path = $"{place.Path}[{i}]" };
                    if (IsSecret(list[i], secrets[i], out var secret))
                    {
                        list[i] = Reference(secret, inside, place.Path.Split('.')[^1]);
                    }
                    else
                    {
                        Replace(list[i], secrets[i], inside);
                    }
                }

                break;
        }
    }

    private static bool IsSecret(JsonNode? masked, JsonNode? clear, out string secret)
    {
        secret = (clear as JsonValue)?.TryGetValue<string>(out var text) == true ? text : "";
        return masked is JsonValue value && value.TryGetValue<string>(out var shown) && shown == SecretPaths.Mask && secret != SecretPaths.Mask;
    }

    private string Reference(string secret, Place place, string field)
    {
        var prefix = secret.StartsWith(Bearer, StringComparison.Ordinal) ? Bearer : "";
        var value = secret[prefix.Length..];
        var variable = NameOf(value, place, field);
        _places[variable].Add($"{place.Kind} {place.Name}: {place.Path}");
        if (isJson)
        {
            return $"{prefix}${{{{ env `{variable}` }}}}";
        }

        // A quote or a line end in the value would end the text that it is put into, but not a block of text.
        var needsBlock = value.AsSpan().IndexOfAny('\n', '\'') >= 0 && prefix.Length == 0;
        return needsBlock ? $"${{{{ env \"{variable}\" | {(value.EndsWith('\n') ? IndentOfLines : Indent)} }}}}" : $"{prefix}${{{{ env \"{variable}\" }}}}";
    }

    private string NameOf(string value, Place place, string field)
    {
        if (_names.TryGetValue(value, out var known))
        {
            return known;
        }

        var words = field is "header_value" or "param_value" && place.Provider is { } provider ? $"{provider}_api_key" : $"{place.Name}_{field}";
        var wanted = "DECK_" + UpperCase(words);
        var name = wanted;
        for (var n = 2; _places.ContainsKey(name); n++)
        {
            name = $"{wanted}_{n}";
        }

        _places[name] = [];
        return _names[value] = name;
    }

    private static string UpperCase(string text)
    {
        var name = new StringBuilder(text.Length);
        foreach (var c in text.ToUpperInvariant())
        {
            name.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        }

        return name.ToString();
    }

    private sealed record Place(string Kind, string Name, string Path, string? Provider);
}
