using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace Gateway.Shared.Contracts;

/// <summary>A Vault: where <c>{vault://prefix/…}</c> references are looked up.</summary>
public sealed record VaultConfig
{
    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("Unique prefix that references use.")]
    [Rule<VaultPrefixRule>]
    public required string Prefix { get; init; }

    [Field("Type of the vault: env or file.")]
    public required string Name { get; init; }

    [Field("What the vault is for.")]
    public string? Description { get; init; }

    [Field("Settings of the vault.", Required = true)]
    [SubSchema("vaults", "name")]
    public JsonObject Config { get; init; } = [];

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }

    [Field("Time of the last change, Unix seconds.", Auto = true)]
    public long UpdatedAt { get; init; }
}

/// <summary>Config of a vault of the type <c>env</c>: environment variables of the gateway.</summary>
public sealed record EnvVaultConfig
{
    [Field("Put in front of each name that is looked up, such as APP_.")]
    [Rule<EnvPrefixRule>]
    public string? Prefix { get; init; }
}

/// <summary>Config of a vault of the type <c>file</c>: one file per secret.</summary>
public sealed record FileVaultConfig
{
    [Field("Directory of the files, below one that the gateway's settings allow.")]
    public required string Path { get; init; }
}
