using Gateway.Shared.Contracts;

namespace Gateway.Shared.Schema;

/// <content>The kinds of what others refer to: certificates, vaults, keys, partials.</content>
public static partial class EntityKinds
{
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
        EndpointKey = "name",
        RecordType = typeof(PartialConfig),
        Unique = [new(["name"])],
    };
}
