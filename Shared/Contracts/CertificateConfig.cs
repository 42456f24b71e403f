using Gateway.Shared.Schema;

namespace Gateway.Shared.Contracts;

/// <summary>A TLS certificate with its private key. The list <c>snis</c> of the Admin API is no field: it is computed from the SNIs.</summary>
public sealed record CertificateConfig
{
    public static IReadOnlyList<EntityCheck> Checks =>
    [
        EntityCheck.AllOrNone(nameof(CertAlt), nameof(KeyAlt)),
        EntityCheck.Custom("The private key must belong to the certificate.", CertificateChecks.CheckPair),
    ];

    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("Certificate chain, PEM.", Referenceable = true, Multiline = true)]
    [Rule<CertificateRule>]
    public required string Cert { get; init; }

    [Field("Private key, PEM.", Referenceable = true, Secret = true, Multiline = true)]
    [Rule<PrivateKeyRule>]
    public required string Key { get; init; }

    [Field("Second certificate with another type of key, PEM.", Referenceable = true, Inert = true, Multiline = true)]
    [Rule<CertificateRule>]
    public string? CertAlt { get; init; }

    [Field("Private key of the second certificate, PEM.", Referenceable = true, Inert = true, Secret = true, Multiline = true)]
    [Rule<PrivateKeyRule>]
    public string? KeyAlt { get; init; }

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }

    [Field("Time of the last change, Unix seconds.", Auto = true)]
    public long UpdatedAt { get; init; }
}

/// <summary>A server name that selects a certificate.</summary>
public sealed record SniConfig
{
    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("Server name; one * as its first or last label.")]
    [Rule<WildcardHostRule>]
    public required string Name { get; init; }

    [Field("The certificate shown for this name.")]
    [Foreign("certificates")]
    public required EntityReference Certificate { get; init; }

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }

    [Field("Time of the last change, Unix seconds.", Auto = true)]
    public long UpdatedAt { get; init; }
}

/// <summary>A certificate of an authority that upstreams' certificates are verified against.</summary>
public sealed record CaCertificateConfig
{
    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("Certificate of the authority, PEM, exactly one.", Multiline = true)]
    [Rule<CaCertificateRule>]
    public required string Cert { get; init; }

    [Field("SHA-256 of the certificate, hexadecimal; computed.")]
    public string? CertDigest { get; init; }

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }

    [Field("Time of the last change, Unix seconds.", Auto = true)]
    public long UpdatedAt { get; init; }
}
