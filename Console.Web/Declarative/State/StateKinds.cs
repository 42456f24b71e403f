namespace ConsoleWeb.Declarative.State;

/// <summary>Every kind the command line manages. A new kind is one more entry here and one shape.</summary>
internal static class StateKinds
{
    public static readonly StateKind Certificate = new()
    {
        Word = "certificate",
        Collection = "certificates",
        Shape = "certificate",
        FileList = "certificates",
        Schema = "certificates",
        KonnectSchema = "certificate",
        Level = 1,
        CompositeKey = ["cert", "key"],
        KeepsId = true,
        NotCompared = ["snis"],
    };

    public static readonly StateKind CaCertificate = new()
    {
        Word = "ca_certificate",
        Collection = "ca_certificates",
        Shape = "ca_certificate",
        FileList = "ca_certificates",
        Schema = "ca_certificates",
        KonnectSchema = "ca_certificate",
        Level = 1,
        NameFields = ["cert"],
        KeepsId = true,
        NotCompared = ["cert_digest"],
    };

    public static readonly StateKind Consumer = new()
    {
        Word = "consumer",
        Collection = "consumers",
        Shape = "consumer",
        FileList = "consumers",
        Schema = "consumers",
        KonnectSchema = "consumer",
        Level = 1,
        NameFields = ["username", "custom_id"],
        IsConsumerPart = true,
    };

    public static readonly StateKind Vault = new()
    {
        Word = "vault",
        Collection = "vaults",
        Shape = "vault",
        FileList = "vaults",
        Schema = "vaults",
        KonnectSchema = "vault",
        Level = 1,
        NameFields = ["prefix"],
    };

    public static readonly StateKind Partial = new()
    {
        Word = "partial",
        Collection = "partials",
        Shape = "partial",
        FileList = "partials",
        Schema = "partials",
        KonnectSchema = "partial",
        Level = 1,
        NameFields = ["name"],
    };

    public static readonly StateKind KeySet = new()
    {
        Word = "key-set",
        Collection = "key-sets",
        Shape = "key_set",
        FileList = "key_sets",
        Schema = "key_sets",
        KonnectSchema = "key-set",
        Level = 1,
        NameFields = ["name"],
    };

    public static readonly StateKind Key = new()
    {
        Word = "key",
        Collection = "keys",
        Shape = "key",
        FileList = "keys",
        Schema = "keys",
        KonnectSchema = "key",
        Level = 2,
        NameFields = ["name"],
        Foreign = [new("set", "key-sets")],
    };

    public static readonly StateKind ConsumerGroup = new()
    {
        Word = "consumer-group",
        Collection = "consumer_groups",
        Shape = "consumer_group",
        FileList = "consumer_groups",
        Schema = "consumer_groups",
        KonnectSchema = "consumer_group",
        Level = 2,
        NameFields = ["name"],
        IsConsumerPart = true,
    };

    public static readonly StateKind Sni = new()
    {
        Word = "sni",
        Collection = "snis",
        Shape = "sni",
        FileList = "snis",
        Schema = "snis",
        KonnectSchema = "sni",
        Level = 2,
        NameFields = ["name"],
        Foreign = [new("certificate", "certificates")],
    };

    public static readonly StateKind Service = new()
    {
        Word = "service",
        Collection = "services",
        Shape = "service",
        FileList = "services",
        Schema = "services",
        KonnectSchema = "service",
        Level = 2,
        NameFields = ["name"],
        Foreign = [new("client_certificate", "certificates")],
        HasDefaults = true,
        IsOptional = false,
    };

    public static readonly StateKind Upstream = new()
    {
        Word = "upstream",
        Collection = "upstreams",
        Shape = "upstream",
        FileList = "upstreams",
        Schema = "upstreams",
        KonnectSchema = "upstream",
        Level = 2,
        NameFields = ["name"],
        Foreign = [new("client_certificate", "certificates")],
        HasDefaults = true,
    };

    public static readonly StateKind KeyAuth = Credential("key-auth", "key-auths", "keyauth_credential", "key-auth", "key");

    public static readonly StateKind BasicAuth = Credential("basic-auth", "basic-auths", "basicauth_credential", "basic-auth", "username")
        with
    { NotCompared = ["password"] };

    public static readonly StateKind Acl = Credential("acl-group", "acls", "acl", "acls", "group")
        with
    { NameFields = [], CompositeKey = ["consumer", "group"], FileList = "acls", Schema = "acls" };

    public static readonly StateKind Jwt = Credential("jwt-auth", "jwts", "jwt_secret", "jwt", "key");

    public static readonly StateKind HmacAuth = Credential("hmac-auth", "hmac-auths", "hmacauth_credential", "hmac-auth", "username");

    public static readonly StateKind Route = new()
    {
        Word = "route",
        Collection = "routes",
        Shape = "route",
        FileList = "routes",
        Schema = "routes",
        KonnectSchema = "route",
        Level = 3,
        NameFields = ["name"],
        Foreign = [new("service", "services")],
        HasDefaults = true,
        IsOptional = false,
    };

    public static readonly StateKind Target = new()
    {
        Word = "target",
        Collection = "targets",
        Shape = "target",
        FileList = "targets",
        Schema = "targets",
        KonnectSchema = "target",
        Level = 3,
        CompositeKey = ["upstream", "target"],
        Foreign = [new("upstream", "upstreams")],
        PathParent = "upstream",
        PathSegment = "targets",
        HasDefaults = true,
    };

    public static readonly StateKind GroupMember = new()
    {
        Word = "consumer-group-consumer",
        Collection = "consumer_group_consumers",
        Shape = "group_member",
        FileList = "consumers",
        Level = 3,
        CompositeKey = ["consumer_group", "consumer"],
        IsConsumerPart = true,
        HasTags = false,
        Foreign = [new("consumer_group", "consumer_groups"), new("consumer", "consumers")],
    };

    public static readonly StateKind Plugin = new()
    {
        Word = "plugin",
        Collection = "plugins",
        Shape = "plugin",
        FileList = "plugins",
        Schema = "plugins",
        KonnectSchema = "plugin",
        Level = 4,
        CompositeKey = ["name", "service", "route", "consumer", "consumer_group"],
        IsOptional = false,
        Foreign =
        [
            new("service", "services"), new("route", "routes"), new("consumer", "consumers"), new("consumer_group", "consumer_groups"),
        ],
    };

    /// <summary>In the order they are created.</summary>
    public static readonly IReadOnlyList<StateKind> All =
    [
        Certificate, CaCertificate, Consumer, Vault, Partial, KeySet,
        ConsumerGroup, Sni, Key, Service, Upstream, KeyAuth, BasicAuth, Acl, Jwt, HmacAuth,
        Route, Target, GroupMember,
        Plugin,
    ];

    /// <summary>Highest level of any kind.</summary>
    public const int LastLevel = 4;

    public static StateKind Get(string collection) => All.First(k => k.Collection == collection);

    private static StateKind Credential(string word, string collection, string shape, string segment, string nameField) => new()
    {
        Word = word,
        Collection = collection,
        Shape = shape,
        FileList = shape + "s",
        Schema = shape + "s",
        KonnectSchema = segment,
        Level = 2,
        NameFields = [nameField],
        Foreign = [new("consumer", "consumers")],
        PathParent = "consumer",
        PathSegment = segment,
        IsConsumerPart = true,
    };
}
