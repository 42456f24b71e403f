using System.Text.Json.Nodes;

namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>Turns what a file asks for into entities with ids, whose references are ids too.</summary>
internal static class DeckReferences
{
    private static readonly string[] NameFields = ["name", "username", "custom_id"];

    /// <param name="isApply">Whether a reference may lead to an entity that is not in the file; with sync only lookup tags do that.</param>
    public static List<WantedEntity> Resolve(DeckFile file, DeckState known, bool isApply)
    {
        var done = new List<WantedEntity>();
        var lookedUp = (file.Info["default_lookup_tags"] as JsonObject)?.Select(l => l.Key).ToHashSet() ?? [];
        foreach (var entity in file.Entities)
        {
            var (kind, body) = entity;
            foreach (var (field, collection) in kind.Foreign)
            {
                var parents = DeckKind.All.First(k => k.Collection == collection);
                var isKnown = isApply || lookedUp.Contains(parents.List);
                if (entity.Parents.TryGetValue(field, out var parent))
                {
                    body[field] = Reference(DeckState.Id(parent.Body));
                }
                else if (body[field] is { } text)
                {
                    body[field] = Reference(Find(parents, TextOf(text), done, isKnown ? known : null, $"{field} of {kind.List}"));
                }
            }

            foreach (var link in kind == DeckKind.Plugins && body["partials"] is JsonArray links ? links.OfType<JsonObject>() : [])
            {
                link["id"] = Find(DeckKind.Partials, TextOf(link), done, isApply || lookedUp.Contains("partials") ? known : null, "partial");
                link.Remove("name");
            }

            if (kind != DeckKind.Members)
            {
                body["id"] ??= known.FindByKey(kind, DeckState.KeyOf(kind, body))?["id"]!.DeepClone() ?? Guid.NewGuid().ToString();
            }

            done.Add(entity);
        }

        return done;
    }

    private static JsonObject Reference(string id) => new() { ["id"] = id };

    private static string TextOf(JsonNode reference) => reference is JsonObject named
        ? (named["id"] ?? NameFields.Select(f => named[f]).First(n => n is not null))!.ToString()
        : reference.ToString();

    private static string Find(DeckKind kind, string text, List<WantedEntity> done, DeckState? known, string what) =>
        done.Where(w => w.Kind == kind).Select(w => w.Body).Concat(known?[kind] ?? [])
            .FirstOrDefault(e => e["id"]?.ToString() == text || NameFields.Any(f => e[f]?.ToString() == text)) is { } found
            ? DeckState.Id(found)
            : throw new InvalidDataException($"{what}: {kind.List} {text}: entity not found");
}
