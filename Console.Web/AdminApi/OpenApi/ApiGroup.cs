using Gateway.Shared.Schema;

namespace ConsoleWeb.AdminApi.OpenApi;

/// <summary>A heading of the reference with the operations that belong together.</summary>
/// <param name="Name">In addresses: <c>services</c>.</param>
/// <param name="Schema">Name of the schema whose fields are listed; null: none.</param>
internal sealed record ApiGroup(string Name, string Title, string Text, string? Schema = null);

/// <summary>All headings: one for each kind of entity, and the rest.</summary>
internal static class ApiGroups
{
    private static readonly Dictionary<EntityKind, ApiGroup> ByKind = EntityKinds.All.ToDictionary(k => k, k => new ApiGroup(k.Path, k.Title, k.Purpose, k.Singular));

    public static ApiGroup Information { get; } = new("information", "Node and schemas", "What this server is, can do and knows: version, status, schemas, tags.");

    public static ApiGroup Validation { get; } = new("validation", "Validation", "The checks of a create without the create: nothing is stored, references are not followed.");

    public static ApiGroup ProxyCache { get; } = new("proxy-cache", "Proxy cache", "Answers that the plugin proxy-cache keeps in memory, under the key of the header X-Cache-Key.");

    public static ApiGroup Prices { get; } = new("prices", "Prices", "What models cost per million tokens: the table that comes along, and prices set over it.");

    public static ApiGroup Logs { get; } = new("logs", "Request log", "One record for each request that passed the gateway.");

    public static ApiGroup Redaction { get; } = new("redaction", "Redaction", "What is taken out of records before they are stored: presets, own rules, and a try on a sample.");

    public static ApiGroup History { get; } = new("history", "Configuration history", "Every change of the configuration is a version that can be looked at and brought back.");

    public static ApiGroup Audit { get; } = new("audit", "Audit log", "Who did what, in a chain that shows when somebody tampered with it.");

    public static ApiGroup Access { get; } = new("access-tokens", "Access tokens", "Personal access tokens: made, listed, revoked. The token itself is only in the answer that creates it.");

    public static ApiGroup Konnect { get; } = new(
        "konnect",
        "Konnect",
        "As much of Konnect's management API as decK needs. There is one control plane; the entities of this document are also below /v2/control-planes/{id}/core-entities.");

    public static ApiGroup Other { get; } = new("other", "Other", "");

    /// <summary>In the order of the reference.</summary>
    public static IReadOnlyList<ApiGroup> All { get; } =
    [
        .. new[]
        {
            EntityKinds.Services, EntityKinds.Routes, EntityKinds.Plugins, EntityKinds.Consumers, EntityKinds.ConsumerGroups, EntityKinds.KeyAuthCredentials,
            EntityKinds.BasicAuthCredentials, EntityKinds.JwtSecrets, EntityKinds.HmacAuthCredentials, EntityKinds.Acls, EntityKinds.Upstreams, EntityKinds.Targets,
            EntityKinds.Certificates, EntityKinds.Snis, EntityKinds.CaCertificates, EntityKinds.Vaults, EntityKinds.KeySets, EntityKinds.Keys, EntityKinds.Partials,
        }.Select(Of),
        Information, Validation, ProxyCache, Prices, Logs, Redaction, History, Audit, Access, Konnect, Other,
    ];

    public static ApiGroup Of(EntityKind kind) => ByKind[kind];
}
