namespace ConsoleWeb.Data.Entities;

/// <summary>One configuration entity of any kind, as a document whose secrets are encrypted.</summary>
internal sealed class ConfigEntity
{
    public required Guid Id { get; init; }

    /// <summary>Collection name: <c>services</c>, <c>routes</c>, <c>plugins</c>…</summary>
    public required string Kind { get; init; }

    /// <summary>The normalised document as JSON.</summary>
    public required string Document { get; set; }

    /// <summary>Configuration version that wrote this row.</summary>
    public long Version { get; set; }
}

/// <summary>A value that may exist once per kind and constraint; the database refuses a second one.</summary>
internal sealed class ConfigUnique
{
    public required string Kind { get; init; }

    public required string Constraint { get; init; }

    public required string Value { get; init; }

    public required Guid EntityId { get; init; }
}

/// <summary>One change of the configuration: who, when, by what.</summary>
internal sealed class ConfigVersion
{
    public long Number { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Name of the user or token.</summary>
    public required string Actor { get; init; }

    /// <summary><c>console</c>, <c>admin-api</c>, <c>deck</c>, <c>import</c>.</summary>
    public required string Source { get; init; }

    /// <summary>One line: <c>create service codex-service</c>.</summary>
    public required string Summary { get; init; }

    /// <summary>The documents before and after as JSON, secrets masked.</summary>
    public required string Changes { get; init; }

    /// <summary>Documents that held secrets before the change, by id, as JSON with the secrets encrypted; null: none did.</summary>
    public string? Protected { get; init; }
}

/// <summary>A personal access token; only its hash is kept.</summary>
internal sealed class AccessToken
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Id of the user who owns it; null for tokens made by the command line.</summary>
    public Guid? OwnerId { get; init; }

    public required string OwnerName { get; init; }

    /// <summary>SHA-256 of the token, hex.</summary>
    public required string Hash { get; init; }

    /// <summary>First and last four characters for display: <c>7Hq2…v9Tc</c>.</summary>
    public required string Display { get; init; }

    /// <summary>Scopes, separated by blanks.</summary>
    public required string Scopes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public string? LastUsedFrom { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    public string? RevokedBy { get; set; }
}

/// <summary>A person who may sign in to the console.</summary>
internal sealed class GatehouseUser : Microsoft.AspNetCore.Identity.IdentityUser<Guid>
{
    /// <summary>Shown name.</summary>
    public string DisplayName { get; set; } = "";

    public DateTimeOffset CreatedAt { get; init; }
}
