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

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }
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
    public required string Group { get; init; }

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }
}
