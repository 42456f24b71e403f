using Gateway.Shared.Schema;

namespace Gateway.Shared.Contracts;

/// <summary>A consumer's API key (<c>keyauth_credentials</c>).</summary>
public sealed record KeyAuthCredentialConfig
{
    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("The consumer that the key belongs to.")]
    [Foreign("consumers")]
    public required EntityReference Consumer { get; init; }

    /// <summary>32 random letters and digits when absent.</summary>
    [Field("The key. Empty: a random one is made.", Auto = true, Secret = true)]
    public string Key { get; init; } = "";

    [Field("Lifetime in seconds; the key is deleted afterwards.")]
    [Between(0, 100000000)]
    public int? Ttl { get; init; }

    /// <summary>Worked out when a lifetime is given; clients see what is left of that instead.</summary>
    [Field("Time when the key ends, Unix seconds.", Undocumented = true)]
    public long? ExpiresAt { get; init; }

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }

    /// <summary>Whether its time is over. A lifetime of 0 never ends.</summary>
    /// <param name="now">Unix seconds.</param>
    public bool IsOverAt(long now) => (ExpiresAt ?? (Ttl is > 0 ? CreatedAt + Ttl : null)) <= now;
}

/// <summary>A consumer's user name and password (<c>basicauth_credentials</c>).</summary>
public sealed record BasicAuthCredentialConfig
{
    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("The consumer that signs in.")]
    [Foreign("consumers")]
    public required EntityReference Consumer { get; init; }

    [Field("Unique user name.")]
    [Rule<OneLineRule>]
    public required string Username { get; init; }

    /// <summary>Stored and returned as a hash.</summary>
    [Field("Password.", Secret = true)]
    public required string Password { get; init; }

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }
}

/// <summary>A consumer's membership in a group that the acl plugin knows (<c>acls</c>).</summary>
public sealed record AclConfig
{
    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("The consumer in the group.")]
    [Foreign("consumers")]
    public required EntityReference Consumer { get; init; }

    [Field("Name of the group.")]
    [Rule<OneLineRule>]
    public required string Group { get; init; }

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }
}

/// <summary>A consumer's key for signed tokens (<c>jwt_secrets</c>).</summary>
public sealed record JwtSecretConfig
{
    public static IReadOnlyList<EntityCheck> Checks =>
    [
        EntityCheck.Conditional(
            nameof(Algorithm),
            ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA"],
            Then.Required(nameof(RsaPublicKey))),
    ];

    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("The consumer that the token speaks for.")]
    [Foreign("consumers")]
    public required EntityReference Consumer { get; init; }

    /// <summary>32 random letters and digits when absent.</summary>
    [Field("Value of the claim that names this key, usually iss. Empty: a random one is made.", Auto = true)]
    public string Key { get; init; } = "";

    /// <summary>32 random letters and digits when absent.</summary>
    [Field("Shared secret of the HS algorithms. Empty: a random one is made.", Auto = true, Secret = true)]
    public string Secret { get; init; } = "";

    [Field("How tokens are signed.")]
    [OneOf("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA")]
    public string Algorithm { get; init; } = "HS256";

    [Field("Public key of the other algorithms, PEM.", Multiline = true)]
    [Rule<PublicKeyRule>]
    public string? RsaPublicKey { get; init; }

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }
}

/// <summary>A consumer's name and secret for signed requests (<c>hmacauth_credentials</c>).</summary>
public sealed record HmacAuthCredentialConfig
{
    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("The consumer that signs.")]
    [Foreign("consumers")]
    public required EntityReference Consumer { get; init; }

    [Field("Unique user name.")]
    [Rule<OneLineRule>]
    public required string Username { get; init; }

    /// <summary>32 random letters and digits when absent.</summary>
    [Field("Shared secret. Empty: a random one is made.", Auto = true, Secret = true)]
    public string Secret { get; init; } = "";

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }
}
