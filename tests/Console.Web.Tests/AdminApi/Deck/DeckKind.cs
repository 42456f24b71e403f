namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>One kind as decK handles it.</summary>
/// <param name="Collection">Its collection; of members of groups, which have none, a name of our own.</param>
/// <param name="List">The list's name in a file.</param>
/// <param name="Level">When it is created; deletes go the other way.</param>
/// <param name="Key">What identifies it where a file gives no id; references count by their ids.</param>
internal sealed record DeckKind(string Collection, string List, int Level, params string[] Key)
{
    public static DeckKind Services { get; } = new("services", "services", 2, "name") { Foreign = { ["client_certificate"] = "certificates" }, Schema = "service" };

    public static DeckKind Routes { get; } = new("routes", "routes", 3, "name") { Foreign = { ["service"] = "services" }, Schema = "route" };

    public static DeckKind Plugins { get; } = new("plugins", "plugins", 4, "name", "service", "route", "consumer", "consumer_group")
    {
        Foreign = { ["service"] = "services", ["route"] = "routes", ["consumer"] = "consumers", ["consumer_group"] = "consumer_groups" },
    };

    public static DeckKind Consumers { get; } = new("consumers", "consumers", 1, "username", "custom_id");

    public static DeckKind Groups { get; } = new("consumer_groups", "consumer_groups", 2, "name");

    public static DeckKind Members { get; } = new("members", "groups", 3, "consumer_group", "consumer")
    {
        Foreign = { ["consumer_group"] = "consumer_groups", ["consumer"] = "consumers" },
    };

    public static DeckKind Targets { get; } = new("targets", "targets", 3, "upstream", "target")
    {
        Foreign = { ["upstream"] = "upstreams" },
        Below = "targets",
        Schema = "target",
    };

    public static DeckKind Upstreams { get; } = new("upstreams", "upstreams", 2, "name") { Foreign = { ["client_certificate"] = "certificates" }, Schema = "upstream" };

    public static DeckKind Partials { get; } = new("partials", "partials", 1, "name");

    /// <summary>In the order of creation.</summary>
    public static IReadOnlyList<DeckKind> All { get; } =
    [
        new("certificates", "certificates", 1, "cert", "key") { Computed = "snis" },
        new("ca_certificates", "ca_certificates", 1, "cert") { Computed = "cert_digest" },
        Consumers,
        new("vaults", "vaults", 1, "prefix"),
        Partials,
        new("key-sets", "key_sets", 1, "name"),
        Groups,
        new("snis", "snis", 2, "name") { Foreign = { ["certificate"] = "certificates" } },
        Services,
        Upstreams,
        new("keys", "keys", 2, "name") { Foreign = { ["set"] = "key-sets" } },
        Credential("key-auths", "keyauth_credentials", "key-auth", "key"),
        Credential("basic-auths", "basicauth_credentials", "basic-auth", "username") with { Computed = "password" },
        Credential("acls", "acls", "acls", "consumer", "group"),
        Credential("jwts", "jwt_secrets", "jwt", "key"),
        Credential("hmac-auths", "hmacauth_credentials", "hmac-auth", "username"),
        Routes,
        Targets,
        Members,
        Plugins,
    ];

    /// <summary>Collections that its references lead to.</summary>
    public Dictionary<string, string> Foreign { get; init; } = [];

    /// <summary>The part of the path below the parent, where it is written there.</summary>
    public string? Below { get; init; }

    /// <summary>Singular name where its defaults are filled in.</summary>
    public string? Schema { get; init; }

    /// <summary>A member that is not compared.</summary>
    public string Computed { get; init; } = "";

    private static DeckKind Credential(string collection, string list, string below, params string[] key) =>
        new(collection, list, 2, key) { Foreign = { ["consumer"] = "consumers" }, Below = below };
}
