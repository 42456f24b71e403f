using Gateway.Shared.Schema;

namespace Gateway.Shared.Contracts;

/// <summary>A named set of keys.</summary>
public sealed record KeySetConfig
{
    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("Unique name of the key set.")]
    [Rule<NameRule>]
    public string? Name { get; init; }

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }

    [Field("Time of the last change, Unix seconds.", Auto = true)]
    public long UpdatedAt { get; init; }
}

/// <summary>A cryptographic key, as JWK or PEM.</summary>
public sealed record KeyConfig
{
    public static IReadOnlyList<EntityCheck> Checks =>
    [
        EntityCheck.OnlyOneOf(nameof(Jwk), nameof(Pem)),
        EntityCheck.Custom("The key inside the JSON Web Key must carry the same kid.", JwkCheck.Run),
    ];

    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("The set that the key belongs to.")]
    [Foreign("key_sets")]
    public EntityReference? Set { get; init; }

    [Field("Unique name of the key.")]
    [Rule<NameRule>]
    public string? Name { get; init; }

    [Field("Identifier of the key, unique within its set.")]
    public required string Kid { get; init; }

    [Field("The key as a JSON Web Key.", Referenceable = true, Secret = true, Multiline = true)]
    public string? Jwk { get; init; }

    [Field("The key as a pair of PEM texts.")]
    public KeyPair? Pem { get; init; }

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }

    [Field("Time of the last change, Unix seconds.", Auto = true)]
    public long UpdatedAt { get; init; }
}

/// <summary>Private and public key, PEM.</summary>
public sealed record KeyPair
{
    public static IReadOnlyList<EntityCheck> Checks => [EntityCheck.AtLeastOneOf(nameof(PrivateKey), nameof(PublicKey))];

    [Field("Private key, PEM.", Referenceable = true, Secret = true, Multiline = true)]
    public string? PrivateKey { get; init; }

    [Field("Public key, PEM.", Referenceable = true, Multiline = true)]
    public string? PublicKey { get; init; }
}
