using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Features.Connect;
using Gateway.Shared.Schema;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ConsoleWeb.Components.Forms;

/// <summary>Shows an entity as the decK file that would make it.</summary>
internal static class DeckYaml
{
    /// <param name="nameOf">Name of a referenced entity by collection and id, as the file refers to it.</param>
    public static string Of(EntityKind kind, JsonObject document, Func<string, string, string> nameOf) => Of([(kind, document)], nameOf);

    /// <summary>One file of several entities, by kind in the order in which they come.</summary>
    public static string Of(IReadOnlyList<(EntityKind Kind, JsonObject Document)> entities, Func<string, string, string> nameOf)
    {
        using var text = new StringWriter();
        var emitter = new Emitter(text, new EmitterSettings(2, int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        emitter.Emit(new MappingStart());
        emitter.Emit(new Scalar("_format_version"));
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, "3.0", ScalarStyle.DoubleQuoted, true, true));
        foreach (var group in entities.GroupBy(e => e.Kind))
        {
            emitter.Emit(new Scalar(group.Key.Name));
            emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, true, SequenceStyle.Block));
            foreach (var (kind, document) in group)
            {
                Write(emitter, Prepare(kind, document, nameOf));
            }

            emitter.Emit(new SequenceEnd());
        }

        emitter.Emit(new MappingEnd());
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString().TrimEnd();
    }

    /// <summary>One document alone, as an entry of such a file.</summary>
    public static string Entry(JsonObject document)
    {
        using var text = new StringWriter();
        var emitter = new Emitter(text, new EmitterSettings(2, int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(emitter, document);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString().TrimEnd();
    }

    private static JsonObject Prepare(EntityKind kind, JsonObject document, Func<string, string, string> nameOf)
    {
        var copy = document.DeepClone().AsObject();
        foreach (var name in new[] { "id", "created_at", "updated_at" })
        {
            copy.Remove(name);
        }

        foreach (var key in kind.ForeignKeys)
        {
            if (copy[key.Field]?["id"]?.ToString() is { } id)
            {
                var name = nameOf(key.References, id);
                copy[key.Field] = kind == EntityKinds.Plugins ? JsonValue.Create(name) : new JsonObject { ["name"] = name };
            }
            else if (kind == EntityKinds.Plugins && copy[key.Field]?["name"] is { } planned)
            {
                copy[key.Field] = planned.DeepClone();
            }
        }

        if (kind == EntityKinds.Certificates)
        {
            // The file has certificates by id, and their names as entities.
            copy["id"] = document["id"]?.DeepClone();
            copy["snis"] = copy["snis"] is JsonArray names ? new JsonArray([.. names.Select(n => new JsonObject { ["name"] = n!.DeepClone() })]) : null;
        }

        return WithVariables(Trim(copy), "${{{{ env \"{0}\" }}}}");
    }

    /// <summary>A copy in which each masked secret is the variable that should hold it, such as <c>DECK_OPENAI_API_KEY</c>.</summary>
    /// <param name="reference">How a variable is written: a format with its name as <c>{0}</c>.</param>
    public static JsonObject WithVariables(JsonObject document, string reference)
    {
        var copy = document.DeepClone().AsObject();
        Name(copy, null, reference);
        return copy;
    }

    private static void Name(JsonNode? node, string? provider, string reference)
    {
        switch (node)
        {
            case JsonArray list:
                foreach (var item in list)
                {
                    Name(item, provider, reference);
                }

                break;
            case JsonObject map:
                provider = map["model"]?["provider"]?.ToString() ?? provider;
                foreach (var (name, member) in map.ToList())
                {
                    if (member is JsonValue value && value.TryGetValue<string>(out var text) && text == SecretPaths.Mask)
                    {
                        var isKey = name is "header_value" or "param_value";
                        var variable = $"DECK_{provider ?? "gateway"}_{(isKey ? "api_key" : name)}".ToUpperInvariant().Replace('-', '_');
                        var scheme = name == "header_value" && KeyHeader.Scheme(map["header_name"]?.ToString()) is { } word ? word + " " : "";
                        map[name] = scheme + string.Format(System.Globalization.CultureInfo.InvariantCulture, reference, variable);
                    }
                    else
                    {
                        Name(member, provider, reference);
                    }
                }

                break;
        }
    }

    /// <summary>Without nulls and empty parts; secrets appear as the variable that holds them.</summary>
    private static JsonObject Trim(JsonObject value)
    {
        var result = new JsonObject();
        foreach (var (name, member) in value)
        {
            switch (member)
            {
                case null or JsonObject { Count: 0 } or JsonArray { Count: 0 }:
                    break;
                case JsonObject inner when Trim(inner) is { Count: > 0 } trimmed:
                    result[name] = trimmed;
                    break;
                case JsonObject:
                    break;
                case JsonArray list:
                    result[name] = new JsonArray([.. list.Select(v => v is JsonObject item ? Trim(item) : v?.DeepClone())]);
                    break;
                default:
                    result[name] = member.DeepClone();
                    break;
            }
        }

        return result;
    }

    private static void Write(Emitter emitter, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, true, map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (name, member) in map)
                {
                    emitter.Emit(new Scalar(name));
                    Write(emitter, member);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, true, list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list)
                {
                    Write(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue text when text.GetValueKind() == JsonValueKind.String:
                var plain = text.GetValue<string>();
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, plain, NeedsQuotes(plain) ? ScalarStyle.DoubleQuoted : plain.Contains('\n') ? ScalarStyle.Literal : ScalarStyle.Any, true, true));
                break;
            default:
                emitter.Emit(new Scalar(value?.ToJsonString() ?? "null"));
                break;
        }
    }

    private static bool NeedsQuotes(string text) =>
        text.Length == 0 || text is "true" or "false" or "null" or "yes" or "no" or "on" or "off" || double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _);
}
