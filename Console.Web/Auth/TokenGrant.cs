using System.Collections.Frozen;
using ConsoleWeb.Features.Entities;

namespace ConsoleWeb.Auth;

/// <summary>What a verified token stands for. The Admin listener keeps it as a feature of the request.</summary>
/// <param name="Id">The token's id; empty for calls without one that an open loopback listener accepts.</param>
/// <param name="OwnerId">The user whose token it is; <see cref="TokenOwner.CommandLine"/> when the command line made it.</param>
/// <param name="Scopes">With everything that they include.</param>
/// <param name="ExpiresAt">Null: never.</param>
internal sealed record TokenGrant(Guid Id, string Name, Guid OwnerId, string OwnerName, FrozenSet<string> Scopes, DateTimeOffset? ExpiresAt)
{
    public bool Has(string scope) => Scopes.Contains(scope);
}

/// <summary>Whose token it is.</summary>
/// <param name="Scopes">The most that the owner may give away, with everything that it includes.</param>
/// <param name="Latest">The token must end by then; null: it may live for ever.</param>
internal sealed record TokenOwner(Guid Id, string Name, FrozenSet<string> Scopes, DateTimeOffset? Latest = null)
{
    /// <summary>Who acts for the owner, as the audit log names it.</summary>
    public Actor Actor { get; init; } = Actor.Named(Name, "console");

    private static readonly Guid CommandLineId = new("00000000-0000-4000-8000-000000000001");

    /// <summary>Whoever can run the program in the data directory may do everything already.</summary>
    public static TokenOwner CommandLine { get; } = new(CommandLineId, "command line", TokenScopes.Expand([TokenScopes.Admin])) { Actor = Actor.CommandLine };

    public static TokenOwner Of(TokenGrant grant) => new(grant.OwnerId, grant.OwnerName, grant.Scopes, grant.ExpiresAt);
}

/// <summary>What the maker of a token asks for.</summary>
/// <param name="ExpiresAt">Null: as late as the owner may.</param>
internal sealed record TokenRequest(string Name, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt);

/// <summary>A token as lists show it.</summary>
internal sealed record TokenRow(
    Guid Id,
    string Name,
    string Display,
    Guid OwnerId,
    string OwnerName,
    IReadOnlyList<string> Scopes,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    string? LastUsedFrom,
    DateTimeOffset? RevokedAt)
{
    public TokenState StateAt(DateTimeOffset now) =>
        RevokedAt is not null ? TokenState.Revoked : ExpiresAt <= now ? TokenState.Expired : TokenState.Active;
}

/// <summary>Whether a token still opens anything.</summary>
internal enum TokenState
{
    Active,
    Expired,
    Revoked,
}

/// <summary>A new token.</summary>
/// <param name="Token">The only time that it can be read.</param>
internal sealed record CreatedToken(string Token, TokenRow Row);
