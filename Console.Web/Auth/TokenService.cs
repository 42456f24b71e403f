using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Data;
using ConsoleWeb.Data.Entities;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Auth;

/// <summary>Makes, lists, revokes and verifies personal access tokens. Needs the store only, so the command line uses it too.</summary>
internal sealed class TokenService(IDbContextFactory<ConsoleDbContext> contexts, AuditLog audit, TimeProvider time)
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxNameLength = 128;

    /// <summary>How long a verified token is trusted without a look at the store: another process may revoke it, which must hold within a second.</summary>
    private static readonly TimeSpan Trusted = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, Verified> _verified = new(StringComparer.Ordinal);

    public async Task<Result<CreatedToken>> CreateAsync(TokenRequest request, TokenOwner owner, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (Check(request, owner, now) is { } error)
        {
            return error;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var ownerId = StoredOwner(owner.Id);
        // The command line may make a second one of a name: whoever runs it may have lost the first one.
        if (ownerId is not null && await Active(context, now).AnyAsync(t => t.OwnerId == ownerId && t.Name == request.Name, cancellationToken))
        {
            return new TokenNameTaken(request.Name);
        }

        var token = TokenFormat.Create();
        var entity = new AccessToken
        {
            Id = Guid.CreateVersion7(now),
            Name = request.Name,
            OwnerId = ownerId,
            OwnerName = owner.Name,
            Hash = TokenFormat.Hash(token),
            Display = TokenFormat.Display(token),
            Scopes = string.Join(' ', TokenScopes.All.Where(request.Scopes.Contains)),
            CreatedAt = now,
            ExpiresAt = request.ExpiresAt ?? owner.Latest,
        };
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        context.AccessTokens.Add(entity);
        var made = new AuditEvent(AuditActions.TokenCreate, owner.Actor, entity.Name)
        {
            Details = new JsonObject { ["id"] = entity.Id.ToString(), ["owner"] = owner.Name, ["scopes"] = entity.Scopes, ["expires_at"] = entity.ExpiresAt?.ToString("O", CultureInfo.InvariantCulture) },
        };
        var head = await audit.AppendAsync(context, [made], cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        audit.Committed(head);
        return new CreatedToken(token, Row(entity));
    }

    /// <param name="ownerId">Null: everyone's.</param>
    /// <returns>Newest first; revoked ones stay for 30 days.</returns>
    public async Task<IReadOnlyList<TokenRow>> ListAsync(Guid? ownerId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var since = time.GetUtcNow().AddDays(-30);
        var tokens = context.AccessTokens.AsNoTracking().Where(t => t.RevokedAt == null || t.RevokedAt > since);
        if (ownerId is { } id)
        {
            var stored = StoredOwner(id);
            tokens = tokens.Where(t => t.OwnerId == stored);
        }

        return [.. (await tokens.OrderByDescending(t => t.CreatedAt).ThenByDescending(t => t.Id).ToListAsync(cancellationToken)).Select(Row)];
    }

    /// <summary>Ends a token; it is refused from the next call on.</summary>
    /// <param name="ownerId">Only a token of this owner; null: anyone's.</param>
    /// <returns>False when there is no such token that is still open.</returns>
    public async Task<bool> RevokeAsync(Guid id, Guid? ownerId, Actor by, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var tokens = context.AccessTokens.Where(t => t.Id == id && t.RevokedAt == null);
        if (ownerId is { } owner)
        {
            var stored = StoredOwner(owner);
            tokens = tokens.Where(t => t.OwnerId == stored);
        }

        return await RevokeAsync(context, tokens, by, cancellationToken) > 0;
    }

    /// <summary>Ends every open token whose name or id is given.</summary>
    /// <returns>How many that were.</returns>
    public async Task<int> RevokeAsync(string nameOrId, TokenOwner by, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var tokens = Guid.TryParse(nameOrId, out var id)
            ? context.AccessTokens.Where(t => t.RevokedAt == null && (t.Id == id || t.Name == nameOrId))
            : context.AccessTokens.Where(t => t.RevokedAt == null && t.Name == nameOrId);
        return await RevokeAsync(context, tokens, by.Actor, cancellationToken);
    }

    /// <summary>What a token stands for now. A malformed one is refused without a look at the store.</summary>
    /// <returns>Null when it is malformed, unknown, expired or revoked, or when its owner is gone or disabled.</returns>
    public async ValueTask<TokenGrant?> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        if (!TokenFormat.IsWellFormed(token))
        {
            return null;
        }

        var hash = TokenFormat.Hash(token);
        if (!_verified.TryGetValue(hash, out var verified) || time.GetElapsedTime(verified.At) >= Trusted)
        {
            var at = time.GetTimestamp();
            var grant = await ReadAsync(hash, cancellationToken);
            if (grant is null)
            {
                _verified.TryRemove(hash, out _);
                return null;
            }

            verified = new Verified(grant, at);
            _verified[hash] = verified;
        }

        return verified.Grant.ExpiresAt <= time.GetUtcNow() ? null : verified.Grant;
    }

    /// <summary>A token that does or did exist, whatever its state.</summary>
    public async Task<TokenRow?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (!TokenFormat.IsWellFormed(token))
        {
            return null;
        }

        var hash = TokenFormat.Hash(token);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.AccessTokens.AsNoTracking().FirstOrDefaultAsync(t => t.Hash == hash, cancellationToken) is { } found ? Row(found) : null;
    }

    private static IQueryable<AccessToken> Active(ConsoleDbContext context, DateTimeOffset now) =>
        context.AccessTokens.Where(t => t.RevokedAt == null && (t.ExpiresAt == null || t.ExpiresAt > now));

    private static Guid? StoredOwner(Guid ownerId) => ownerId == TokenOwner.CommandLine.Id ? null : ownerId;

    private static string[] Split(string scopes) => scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static TokenRow Row(AccessToken token) => new(
        token.Id,
        token.Name,
        token.Display,
        token.OwnerId ?? TokenOwner.CommandLine.Id,
        token.OwnerName,
        Split(token.Scopes),
        token.CreatedAt,
        token.ExpiresAt,
        token.LastUsedAt,
        token.LastUsedFrom,
        token.RevokedAt);

    private static Error? Check(TokenRequest request, TokenOwner owner, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > MaxNameLength || request.Name.Any(char.IsControl))
        {
            return new TokenFieldError("name", $"must have 1 to {MaxNameLength} characters");
        }

        if (request.Scopes.Count == 0)
        {
            return new TokenFieldError("scopes", $"at least one of {string.Join(", ", TokenScopes.All)} is needed");
        }

        if (request.Scopes.FirstOrDefault(s => !TokenScopes.All.Contains(s)) is { } unknown)
        {
            return new TokenFieldError("scopes", $"'{unknown}' is not one of {string.Join(", ", TokenScopes.All)}");
        }

        if (TokenScopes.Expand(request.Scopes).FirstOrDefault(s => !owner.Scopes.Contains(s)) is { } excess)
        {
            return new TokenExceedsOwner(excess);
        }

        if (request.ExpiresAt <= now)
        {
            return new TokenFieldError("expires_at", "must be in the future");
        }

        return request.ExpiresAt > owner.Latest
            ? new TokenFieldError("expires_at", $"must not be later than {owner.Latest:yyyy-MM-ddTHH:mm:ssZ}, when the token that makes it ends")
            : null;
    }

    private async Task<int> RevokeAsync(ConsoleDbContext context, IQueryable<AccessToken> tokens, Actor by, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var ended = await tokens.Select(t => new { t.Id, t.Name, t.OwnerName }).ToListAsync(cancellationToken);
        if (ended.Count == 0)
        {
            return 0;
        }

        var now = time.GetUtcNow();
        await tokens.ExecuteUpdateAsync(s => s.SetProperty(t => t.RevokedAt, now).SetProperty(t => t.RevokedBy, by.Name), cancellationToken);
        var head = await audit.AppendAsync(
            context,
            [.. ended.Select(t => new AuditEvent(AuditActions.TokenRevoke, by, t.Name) { Details = new JsonObject { ["id"] = t.Id.ToString(), ["owner"] = t.OwnerName } })],
            cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        audit.Committed(head);
        _verified.Clear();
        return ended.Count;
    }

    private async Task<TokenGrant?> ReadAsync(string hash, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var token = await Active(context, now).AsNoTracking().FirstOrDefaultAsync(t => t.Hash == hash, cancellationToken);
        if (token is null || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(token.Hash), Encoding.ASCII.GetBytes(hash)))
        {
            return null;
        }

        var scopes = TokenScopes.Expand(Split(token.Scopes));
        if (token.OwnerId is not { } ownerId)
        {
            return new TokenGrant(token.Id, token.Name, TokenOwner.CommandLine.Id, token.OwnerName, scopes, token.ExpiresAt);
        }

        var owner = await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == ownerId, cancellationToken);
        if (owner is null || owner.LockoutEnd > now)
        {
            return null;
        }

        // A token never does more than its owner may do now.
        var roles = await context.UserRoles.Where(r => r.UserId == ownerId)
            .Join(context.Roles, r => r.RoleId, r => r.Id, (_, role) => role.Name!)
            .ToListAsync(cancellationToken);
        var most = Roles.Scopes(roles);
        return new TokenGrant(token.Id, token.Name, ownerId, owner.UserName ?? token.OwnerName, scopes.Where(most.Contains).ToFrozenSet(StringComparer.Ordinal), token.ExpiresAt);
    }

    private sealed record Verified(TokenGrant Grant, long At);
}
