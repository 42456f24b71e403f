using System.Text.Json.Nodes;
using ConsoleWeb.Components.Forms;
using ConsoleWeb.Features.Connect;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Pages.Connect;

/// <summary>A plan as a decK file, as JSON and as calls of the Admin API. Secrets stand as the variable that holds them.</summary>
internal static class ConnectTexts
{
    public static IReadOnlyList<PreviewText> Of(IReadOnlyList<PlannedEntity> plan, string admin) =>
    [
        new("YAML", DeckYaml.Of([.. Nested(plan).Select(e => (e.Kind, e.Document))], (_, id) => id), "What Create does in one step. The same by hand: export the variable, then deck gateway apply."),
        new("JSON", Json(plan), "The entities that the Admin API stores; fields that are left out take their defaults."),
        new("curl", string.Join("\n\n", plan.Select(e => EntityCurl.Write($"{admin}/{e.Kind.Path}", e.Document))), "The same by hand. KONNECT_TOKEN holds a personal access token."),
    ];

    /// <summary>A file keeps credentials below their consumer.</summary>
    private static List<PlannedEntity> Nested(IReadOnlyList<PlannedEntity> plan)
    {
        var nested = plan.Where(e => e.Kind != EntityKinds.KeyAuthCredentials).Select(e => e with { Document = e.Document.DeepClone().AsObject() }).ToList();
        foreach (var credential in plan.Where(e => e.Kind == EntityKinds.KeyAuthCredentials))
        {
            var below = DeckYaml.WithVariables(credential.Document, "${{{{ env \"{0}\" }}}}");
            below.Remove("consumer");
            nested.First(e => e.Kind == EntityKinds.Consumers).Document[EntityKinds.KeyAuthCredentials.Name] = new JsonArray(below);
        }

        return nested;
    }

    private static string Json(IReadOnlyList<PlannedEntity> plan)
    {
        var all = new JsonObject();
        foreach (var kind in plan.GroupBy(e => e.Kind))
        {
            all[kind.Key.Name] = new JsonArray([.. kind.Select(e => DeckYaml.WithVariables(e.Document, "${0}"))]);
        }

        return all.ToJsonString(EntityCurl.Indented);
    }
}
