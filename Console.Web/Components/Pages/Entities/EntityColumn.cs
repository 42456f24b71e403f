using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Pages.Entities;

/// <summary>One column of an entity list, besides the name, the state and the time of the last change that every list has.</summary>
/// <param name="Text">The cell's text; also what sorting and the filter look at.</param>
/// <param name="IsMono">Whether it is an address or a pattern.</param>
/// <param name="IsExtra">Left out on narrow screens.</param>
internal sealed record EntityColumn(string Id, string Title, string? Width, Func<JsonObject, EntityLookup, string> Text, bool IsMono = false, bool IsExtra = false)
{
    /// <summary>What the cell's value means at a time, as a mark before it; null: nothing in particular.</summary>
    public Func<JsonObject, DateTimeOffset, RequestState?>? Mark { get; init; }

    private static readonly EntityColumn Tags = new("tags", "Tags", "100px", (e, _) => e["tags"] is JsonArray tags ? string.Join(", ", tags) : "", IsExtra: true);

    private static readonly EntityColumn PluginCount = new("plugins", "Plugins", "130px", (e, lookup) => lookup.PluginsOn(e["id"]!.ToString()), IsExtra: true);

    private static readonly EntityColumn Issuer = new("issuer", "Issuer", "200px", (e, _) => CertificateFacts.Read(e["cert"]?.ToString())?.Issuer ?? "", IsExtra: true);

    private static readonly EntityColumn Expires = new("expires", "Expires", "120px", (e, _) => CertificateFacts.Read(e["cert"]?.ToString())?.NotAfter.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "")
    {
        Mark = (e, now) => CertificateFacts.Read(e["cert"]?.ToString()) is { } facts ? CertificateAge.Of(facts, now) : null,
    };

    public static IReadOnlyList<EntityColumn> Of(EntityKind kind) => kind.Name switch
    {
        "services" =>
        [
            new("endpoint", "Endpoint", null, (e, _) => EntityTexts.Endpoint(e), IsMono: true),
            new("routes", "Routes", "130px", (e, lookup) => lookup.RoutesOf(e["id"]!.ToString())),
            PluginCount,
            Tags,
        ],
        "routes" =>
        [
            new("matches", "Matches", null, (e, _) => EntityTexts.Matches(e), IsMono: true),
            new("service", "Service", "170px", (e, lookup) => lookup.NameOf("services", e["service"])),
            PluginCount,
            Tags,
        ],
        "plugins" =>
        [
            new("scope", "Applies to", "230px", (e, lookup) => lookup.Scope(e)),
            new("fact", "Setting", null, (e, _) => EntityTexts.Fact(e), IsMono: true),
            Tags,
        ],
        "consumers" =>
        [
            new("custom_id", "Custom ID", "150px", (e, _) => e["custom_id"]?.ToString() ?? ""),
            new("credentials", "Credentials", null, (e, lookup) => lookup.CredentialsOf(e["id"]!.ToString())),
            new("groups", "Groups", "180px", (e, lookup) => lookup.GroupsOf(e["id"]!.ToString()), IsExtra: true),
            PluginCount,
            Tags,
        ],
        "consumer_groups" => [new("members", "Members", null, (e, lookup) => lookup.MembersOf(e["id"]!.ToString())), PluginCount, Tags],
        "upstreams" =>
        [
            new("targets", "Targets", null, (e, lookup) => lookup.TargetsOf(e["id"]!.ToString()), IsMono: true),
            new("algorithm", "Algorithm", "160px", (e, _) => e["algorithm"]?.ToString() ?? ""),
            Tags,
        ],
        "certificates" =>
        [
            new("snis", "Server names", null, (e, _) => e["snis"] is JsonArray names ? string.Join(", ", names) : "", IsMono: true),
            Issuer,
            Expires,
            Tags,
        ],
        "ca_certificates" => [new("subject", "Subject", null, (e, _) => CertificateFacts.Read(e["cert"]?.ToString())?.Subject ?? ""), Issuer, Expires, Tags],
        "vaults" => [new("type", "Type", "120px", (e, _) => e["name"]?.ToString() ?? ""), new("reference", "Reference", "260px", (e, _) => $"{{vault://{e["prefix"]}/NAME}}", IsMono: true, IsExtra: true), new("description", "Description", null, (e, _) => e["description"]?.ToString() ?? ""), Tags],
        "keys" => [new("kid", "Key ID", null, (e, _) => e["kid"]?.ToString() ?? "", IsMono: true), new("set", "Key set", "180px", (e, lookup) => lookup.NameOf("key_sets", e["set"])), new("form", "Form", "100px", (e, _) => e["jwk"] is not null ? "JWK" : "PEM"), Tags],
        "key_sets" => [new("keys", "Keys", null, (e, lookup) => lookup.KeysOf(e["id"]!.ToString())), Tags],
        "partials" => [new("type", "Type", "140px", (e, _) => e["type"]?.ToString() ?? ""), new("used", "Used by", null, (e, lookup) => lookup.UsersOf(e["id"]!.ToString())), Tags],
        _ => [Tags],
    };
}
