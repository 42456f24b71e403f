using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Core.Logging.Redaction;

namespace ConsoleWeb.Features.Redaction;

/// <summary>Settings of redaction as JSON: what the Admin API takes and gives, and what is stored.</summary>
internal static class RedactionDocument
{
    /// <summary>Members that only answers have; who sends an answer back changed need not take them out.</summary>
    private static readonly string[] ReadOnly = ["fixed_rules", "changed_at", "changed_by"];

    public static JsonObject Write(RedactionSettings settings) => new()
    {
        ["bodies"] = settings.KeepsBodies ? "plugins" : "never",
        ["presets"] = new JsonArray([.. settings.Presets.Select(id => (JsonNode?)id)]),
        ["rules"] = new JsonArray([.. settings.Rules.Select(Write)]),
    };

    public static JsonObject Write(RedactionRule rule)
    {
        var json = new JsonObject { ["name"] = rule.Name };
        foreach (var (name, value) in new[] { ("path", rule.Path), ("pattern", rule.Pattern), ("header", rule.Header) })
        {
            if (!string.IsNullOrEmpty(value))
            {
                json[name] = value;
            }
        }

        if (rule.Plugins.Count > 0)
        {
            json["plugins"] = new JsonArray([.. rule.Plugins.Select(id => (JsonNode?)id.ToString())]);
        }

        return json;
    }

    /// <param name="settings">What is not said stays as it is.</param>
    /// <returns>What is wrong with the body; null for nothing.</returns>
    public static string? Read(JsonObject body, ref RedactionSettings settings)
    {
        foreach (var (name, value) in body)
        {
            switch (name)
            {
                case "bodies" when Text(value) is "plugins" or "never":
                    settings = settings with { KeepsBodies = Text(value) == "plugins" };
                    break;
                case "bodies":
                    return "bodies: 'plugins' keeps them where a plugin says so, 'never' keeps none";
                case "presets" when value is JsonArray list && list.All(v => Text(v) is not null):
                    settings = settings with { Presets = [.. list.Select(v => Text(v)!).Distinct()] };
                    break;
                case "presets":
                    return "presets: a list of their names";
                case "rules" when value is JsonArray list:
                    var rules = new List<RedactionRule>();
                    foreach (var item in list)
                    {
                        if (Read(item, out var rule) is { } problem)
                        {
                            return string.Create(CultureInfo.InvariantCulture, $"rules[{rules.Count}]{problem}");
                        }

                        rules.Add(rule);
                    }

                    settings = settings with { Rules = rules };
                    break;
                case "rules":
                    return "rules: a list of objects";
                default:
                    if (!ReadOnly.Contains(name))
                    {
                        return $"{name}: unknown field; there are bodies, presets and rules";
                    }

                    break;
            }
        }

        return null;
    }

    private static string? Read(JsonNode? item, out RedactionRule rule)
    {
        rule = new RedactionRule();
        if (item is not JsonObject members)
        {
            return ": expected an object";
        }

        foreach (var (name, value) in members)
        {
            if (name == "plugins")
            {
                if (value is not JsonArray ids || ids.Any(v => !Guid.TryParse(Text(v), out _)))
                {
                    return ".plugins: a list of ids of AI plugins";
                }

                rule.Plugins = [.. ids.Select(v => Guid.Parse(Text(v)!))];
            }
            else if (name is not ("name" or "path" or "pattern" or "header"))
            {
                return $".{name}: unknown field; a rule has name, path or pattern or header, and plugins";
            }
            else if (value is not null && Text(value) is null)
            {
                return $".{name}: expected a text";
            }
            else
            {
                _ = name switch
                {
                    "name" => rule.Name = Text(value) ?? "",
                    "path" => rule.Path = Text(value),
                    "pattern" => rule.Pattern = Text(value),
                    _ => rule.Header = Text(value),
                };
            }
        }

        return null;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
