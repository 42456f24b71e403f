using System.Text.Json.Nodes;
using Gateway.Shared.Contracts;
using Gateway.Shared.Credentials;

namespace Gateway.Shared.Schema;

/// <summary>All kinds of configuration entities.</summary>
public static class EntityKinds
{
    public static EntityKind Services { get; } = new()
    {
        Name = "services",
        Singular = "service",
        Purpose = "A service is the upstream you send traffic to: an address with timeouts.",
        Path = "services",
        KonnectName = "service",
        EndpointKey = "name",
        RecordType = typeof(ServiceConfig),
        Unique = [new(["name"])],
        ForeignKeys = [new("client_certificate", "certificates", OnDelete.Restrict, "services")],
        Shorthands = ["url"],
        Expand = (input, _, violations) => ServiceUrl.Expand(input, violations),
    };

    public static EntityKind Routes { get; } = new()
    {
        Name = "routes",
        Singular = "route",
        Purpose = "A route says which requests go to which service.",
        Path = "routes",
        KonnectName = "route",
        EndpointKey = "name",
        RecordType = typeof(RouteConfig),
        Unique = [new(["name"])],
        ForeignKeys = [new("service", "services", OnDelete.Restrict, "routes")],
        Expand = DefaultStripPath,
    };

    public static EntityKind Plugins { get; } = new()
    {
        Name = "plugins",
        Singular = "plugin",
        Purpose = "A plugin does the work on the way: calls models, rewrites requests, writes logs.",
        Path = "plugins",
        KonnectName = "plugin",
        EndpointKey = "instance_name",
        RecordType = typeof(PluginConfig),
        Unique = [new(["instance_name"]), new(["name", "route", "service", "consumer", "consumer_group"])],
        ForeignKeys =
        [
            new("service", "services", OnDelete.Cascade, "plugins"),
            new("route", "routes", OnDelete.Cascade, "plugins"),
            new("consumer", "consumers", OnDelete.Cascade, "plugins"),
            new("consumer_group", "consumer_groups", OnDelete.Cascade, "plugins"),
        ],
    };

    public static EntityKind Consumers { get; } = new()
    {
        Name = "consumers",
        Singular = "consumer",
        Purpose = "A consumer is a person or program that calls the gateway.",
        Path = "consumers",
        KonnectName = "consumer",
        EndpointKey = "username",
        RecordType = typeof(ConsumerConfig),
        Unique = [new(["username"]), new(["custom_id"])],
    };

    public static EntityKind ConsumerGroups { get; } = new()
    {
        Name = "consumer_groups",
        Singular = "consumer_group",
        Purpose = "A consumer group lets plugins treat several consumers alike.",
        Path = "consumer_groups",
        KonnectName = "consumer_group",
        EndpointKey = "name",
        RecordType = typeof(ConsumerGroupConfig),
        Unique = [new(["name"])],
    };

    public static EntityKind KeyAuthCredentials { get; } = new()
    {
        Name = "keyauth_credentials",
        Singular = "keyauth_credential",
        Noun = "API key",
        Purpose = "An API key by which the plugin key-auth knows a consumer.",
        Path = "key-auths",
        KonnectName = "key-auth",
        EndpointKey = "key",
        RecordType = typeof(KeyAuthCredentialConfig),
        Unique = [new(["key"])],
        ForeignKeys = [new("consumer", "consumers", OnDelete.Cascade, "key-auth")],
    };

    public static EntityKind BasicAuthCredentials { get; } = new()
    {
        Name = "basicauth_credentials",
        Singular = "basicauth_credential",
        Noun = "password",
        Purpose = "A user name and password by which the plugin basic-auth knows a consumer.",
        Path = "basic-auths",
        KonnectName = "basic-auth",
        EndpointKey = "username",
        RecordType = typeof(BasicAuthCredentialConfig),
        Hash = HashPassword,
        Unique = [new(["username"])],
        ForeignKeys = [new("consumer", "consumers", OnDelete.Cascade, "basic-auth")],
    };

    public static EntityKind JwtSecrets { get; } = new()
    {
        Name = "jwt_secrets",
        Singular = "jwt_secret",
        Noun = "JWT secret",
        Purpose = "A key for signed tokens by which the plugin jwt knows a consumer.",
        Path = "jwts",
        KonnectName = "jwt",
        EndpointKey = "key",
        RecordType = typeof(JwtSecretConfig),
        Unique = [new(["key"])],
        ForeignKeys = [new("consumer", "consumers", OnDelete.Cascade, "jwt")],
    };

    public static EntityKind HmacAuthCredentials { get; } = new()
    {
        Name = "hmacauth_credentials",
        Singular = "hmacauth_credential",
        Noun = "HMAC credential",
        Purpose = "A name and secret for signed requests of a consumer.",
        Path = "hmac-auths",
        KonnectName = "hmac-auth",
        EndpointKey = "username",
        RecordType = typeof(HmacAuthCredentialConfig),
        Unique = [new(["username"])],
        ForeignKeys = [new("consumer", "consumers", OnDelete.Cascade, "hmac-auth")],
    };

    public static EntityKind ConsumerGroupMembers { get; } = new()
    {
        Name = "consumer_group_consumers",
        Singular = "consumer_group_consumer",
        Purpose = "A consumer in a consumer group.",
        Path = "consumer_group_consumers",
        KonnectName = "consumer_group_consumer",
        HasCollection = false,
        RecordType = typeof(ConsumerGroupMemberConfig),
        Unique = [new(["consumer_group", "consumer"])],
        ForeignKeys =
        [
            new("consumer_group", "consumer_groups", OnDelete.Cascade),
            new("consumer", "consumers", OnDelete.Cascade),
        ],
    };

    public static EntityKind Acls { get; } = new()
    {
        Name = "acls",
        Singular = "acl",
        Noun = "ACL group",
        Purpose = "A group of a consumer, which the plugin acl lets pass or refuses.",
        Path = "acls",
        KonnectName = "acl",
        RecordType = typeof(AclConfig),
        Unique = [new(["consumer", "group"])],
        ForeignKeys = [new("consumer", "consumers", OnDelete.Cascade, "acls")],
    };

    public static EntityKind Upstreams { get; } = new()
    {
        Name = "upstreams",
        Singular = "upstream",
        Purpose = "An upstream is a host name with several targets behind it.",
        Path = "upstreams",
        KonnectName = "upstream",
        EndpointKey = "name",
        RecordType = typeof(UpstreamConfig),
        Unique = [new(["name"])],
        ForeignKeys = [new("client_certificate", "certificates", OnDelete.Restrict, "upstreams")],
        Expand = ReconcileAlgorithm,
    };

    public static EntityKind Targets { get; } = new()
    {
        Name = "targets",
        Singular = "target",
        Purpose = "A target is one address of an upstream, with its share of the traffic.",
        Path = "targets",
        KonnectName = "target",
        EndpointKey = "target",
        RecordType = typeof(TargetConfig),
        HasCollection = false,
        Unique = [new(["upstream", "target"])],
        ForeignKeys = [new("upstream", "upstreams", OnDelete.Cascade, "targets")],
    };

    public static EntityKind Certificates { get; } = new()
    {
        Name = "certificates",
        Singular = "certificate",
        Purpose = "A certificate with its key, for the server names that it is shown for.",
        Path = "certificates",
        KonnectName = "certificate",
        FoundByChild = "snis",
        RecordType = typeof(CertificateConfig),
        VirtualFields = ["snis"],
    };

    public static EntityKind Snis { get; } = new()
    {
        Name = "snis",
        Singular = "sni",
        Noun = "SNI",
        Purpose = "A server name and the certificate that clients see who ask for it.",
        Path = "snis",
        KonnectName = "sni",
        EndpointKey = "name",
        RecordType = typeof(SniConfig),
        Unique = [new(["name"], IsGlobal: true)],
        ForeignKeys = [new("certificate", "certificates", OnDelete.Cascade, "snis")],
    };

    public static EntityKind CaCertificates { get; } = new()
    {
        Name = "ca_certificates",
        Singular = "ca_certificate",
        Noun = "CA certificate",
        Purpose = "An authority whose certificates the gateway trusts.",
        Path = "ca_certificates",
        KonnectName = "ca_certificate",
        RecordType = typeof(CaCertificateConfig),
        Unique = [new(["cert_digest"])],
        Complete = document => document["cert_digest"] = document["cert"] is { } cert ? Pem.Digest(cert.GetValue<string>()) : null,
    };

    public static EntityKind Vaults { get; } = new()
    {
        Name = "vaults",
        Singular = "vault",
        Purpose = "A vault is a place outside where secrets are kept; fields refer to them.",
        Path = "vaults",
        KonnectName = "vault",
        EndpointKey = "prefix",
        RecordType = typeof(VaultConfig),
        Unique = [new(["prefix"], IsGlobal: true)],
    };

    public static EntityKind KeySets { get; } = new()
    {
        Name = "key_sets",
        Singular = "key_set",
        Purpose = "A key set holds public and private keys under one name.",
        Path = "key-sets",
        KonnectName = "key-set",
        EndpointKey = "name",
        RecordType = typeof(KeySetConfig),
        Unique = [new(["name"])],
    };

    public static EntityKind Keys { get; } = new()
    {
        Name = "keys",
        Singular = "key",
        Purpose = "A key for signing or encrypting, as JWK or PEM.",
        Path = "keys",
        KonnectName = "key",
        EndpointKey = "name",
        RecordType = typeof(KeyConfig),
        Unique = [new(["name"]), new(["set", "kid"])],
        ForeignKeys = [new("set", "key_sets", OnDelete.Cascade, "keys")],
    };

    public static EntityKind Partials { get; } = new()
    {
        Name = "partials",
        Singular = "partial",
        Purpose = "A partial is a piece of configuration that several plugins share.",
        Path = "partials",
        KonnectName = "partial",
        RecordType = typeof(PartialConfig),
        Unique = [new(["name"])],
    };

    /// <summary>Every kind, parents before children.</summary>
    public static IReadOnlyList<EntityKind> All { get; } =
    [
        Certificates, CaCertificates, Vaults, Partials, KeySets, Consumers, ConsumerGroups, Services, Upstreams, Snis, Keys,
        KeyAuthCredentials, BasicAuthCredentials, JwtSecrets, HmacAuthCredentials, Acls, ConsumerGroupMembers, Routes, Targets, Plugins,
    ];

    /// <summary>The kind with this <see cref="EntityKind.Name"/>, such as <c>keyauth_credentials</c>; null when there is none.</summary>
    public static EntityKind? Find(string name) => All.FirstOrDefault(k => k.Name == name);

    /// <summary>The kind whose collection has this path, such as <c>key-auths</c>; null when there is none.</summary>
    public static EntityKind? FindByPath(string path) => All.FirstOrDefault(k => k.HasCollection && k.Path == path);

    /// <summary>The kind whose records have this type; null when there is none.</summary>
    public static EntityKind? FindByType(Type recordType) => All.FirstOrDefault(k => k.RecordType == recordType);

    private static void HashPassword(JsonObject input, JsonObject? stored)
    {
        if (input["password"] is JsonValue value
            && value.TryGetValue<string>(out var password)
            && password is not ("" or SecretPaths.Mask)
            && PasswordHash.Parse(password) is null)
        {
            var known = CheckContext.TextOf(stored?["password"]) is { } text ? PasswordHash.Parse(text) : null;
            input["password"] = (known?.Matches(password) == true ? known : PasswordHash.Create(password)).ToString();
        }
    }

    /// <summary>gRPC has no paths to strip: the default is off there.</summary>
    private static void DefaultStripPath(JsonObject input, JsonObject? existing, Violations violations)
    {
        if (!input.ContainsKey("strip_path")
            && input["protocols"] is JsonArray protocols
            && protocols.Any(p => CheckContext.TextOf(p) is "grpc" or "grpcs"))
        {
            input["strip_path"] = false;
        }
    }

    /// <summary>The balancing algorithm and what is hashed depend on each other; what the client says last wins.</summary>
    private static void ReconcileAlgorithm(JsonObject input, JsonObject? existing, Violations violations)
    {
        var algorithm = CheckContext.TextOf(input["algorithm"]) ?? CheckContext.TextOf(existing?["algorithm"]);
        if (algorithm is "least-connections" or "latency")
        {
            input["hash_on"] = "none";
            return;
        }

        switch (CheckContext.TextOf(input["hash_on"]))
        {
            case "none":
                input["algorithm"] = "round-robin";
                break;
            case not null:
                input["algorithm"] = "consistent-hashing";
                break;
        }
    }
}
