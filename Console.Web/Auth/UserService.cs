using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Data;
using ConsoleWeb.Data.Entities;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Results;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ConsoleWeb.Auth;

/// <summary>
/// Invites, changes and removes people. Every method asks the store whether the caller is an enabled administrator; what a page shows or
/// hides is courtesy. A change of rights ends the person's sessions.
/// </summary>
internal sealed class UserService(
    IServiceScopeFactory scopes,
    IDbContextFactory<ConsoleDbContext> contexts,
    AuditLog audit,
    IOptions<DataProtectionTokenProviderOptions> links,
    SignInThrottle throttle,
    TimeProvider time)
{
    public async Task<Result<List<UserRow>>> ListAsync(Guid caller, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await IsAdministratorAsync(context, caller, cancellationToken) ? await ReadAsync(context, cancellationToken) : NotAllowed();
    }

    /// <summary>Creates a person without a password, and the link with which they choose one.</summary>
    /// <param name="displayName">Null or empty: the user name.</param>
    public async Task<Result<PasswordLink>> InviteAsync(Guid caller, string userName, string? displayName, string role, CancellationToken cancellationToken)
    {
        if (AccountService.Check(ref userName, ref displayName) is { } fault)
        {
            return fault;
        }

        return await ChangeAsync<PasswordLink>(caller, async (users, _) =>
        {
            if (!Roles.All.Contains(role))
            {
                return new AccountFieldError("role", $"The role must be one of {string.Join(", ", Roles.All)}.");
            }

            var user = new GatehouseUser { Id = Guid.CreateVersion7(time.GetUtcNow()), UserName = userName, DisplayName = displayName!, CreatedAt = time.GetUtcNow() };
            var created = await users.CreateAsync(user);
            if (!created.Succeeded)
            {
                return new AccountFieldError("userName", created.Errors.First().Description);
            }

            await users.AddToRoleAsync(user, role);
            return new Done<PasswordLink>(await LinkAsync(users, user), AuditActions.UserCreate, user, new JsonObject { ["role"] = role });
        }, cancellationToken);
    }

    /// <summary>A new link for someone who has lost their password or invitation. Earlier links end with it.</summary>
    public Task<Result<PasswordLink>> RenewLinkAsync(Guid caller, Guid id, CancellationToken cancellationToken) =>
        ChangeAsync<PasswordLink>(caller, async (users, _) =>
        {
            if (await FindAsync(users, id) is not { } user)
            {
                return new NotFoundError("There is no such user any more.");
            }

            await users.UpdateSecurityStampAsync(user);
            return new Done<PasswordLink>(await LinkAsync(users, user), AuditActions.UserLink, user);
        }, cancellationToken);

    /// <returns>Null when it is done.</returns>
    public Task<Error?> SetRoleAsync(Guid caller, Guid id, string role, CancellationToken cancellationToken) =>
        ChangePersonAsync(caller, id, AuditActions.UserRole, new JsonObject { ["role"] = role }, async (users, user) =>
        {
            if (!Roles.All.Contains(role))
            {
                return new AccountFieldError("role", $"The role must be one of {string.Join(", ", Roles.All)}.");
            }

            await users.RemoveFromRolesAsync(user, await users.GetRolesAsync(user));
            await users.AddToRoleAsync(user, role);
            return null;
        }, cancellationToken);

    /// <summary>Keeps someone out, or lets them in again. Their tokens rest meanwhile.</summary>
    public Task<Error?> SetDisabledAsync(Guid caller, Guid id, bool isDisabled, CancellationToken cancellationToken) =>
        ChangePersonAsync(caller, id, isDisabled ? AuditActions.UserDisable : AuditActions.UserEnable, null, async (users, user) =>
        {
            await users.SetLockoutEnabledAsync(user, true);
            await users.SetLockoutEndDateAsync(user, isDisabled ? DateTimeOffset.MaxValue : null);
            return null;
        }, cancellationToken);

    /// <summary>Removes someone for good. Their tokens are refused from the next call on.</summary>
    public Task<Error?> DeleteAsync(Guid caller, Guid id, CancellationToken cancellationToken) =>
        ChangePersonAsync(caller, id, AuditActions.UserDelete, null, async (users, user) =>
        {
            await users.DeleteAsync(user);
            return null;
        }, cancellationToken);

    /// <summary>Sets the first or a new password with a link, and ends every session of the account.</summary>
    public async Task<Result<GatehouseUser>> AcceptLinkAsync(string? id, string? token, string password, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<GatehouseUser>>();
        if (!Guid.TryParse(id, out var userId) || await FindAsync(users, userId) is not { } user || await users.IsLockedOutAsync(user) || !TryDecode(token, out var secret))
        {
            return new PasswordLinkInvalid();
        }

        password = PasswordRules.Normalise(password);
        if (PasswordRules.Check(password, user.UserName) is { } weak)
        {
            return new AccountFieldError("password", weak);
        }

        var refusal = await SetPasswordAsync(scope, user, () => users.ResetPasswordAsync(user, secret, password), cancellationToken);
        return refusal is null ? user : new PasswordLinkInvalid();
    }

    /// <summary>Changes one's own password; every other session ends. A found or stolen session is no way round the throttle of sign-in.</summary>
    /// <param name="source">Where the call comes from, as <see cref="FailedAttempts.Source"/> names it.</param>
    public async Task<Error?> ChangePasswordAsync(Guid caller, string source, string current, string password, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<GatehouseUser>>();
        var user = await FindAsync(users, caller);
        if (user is { UserName: { } account } && throttle.Begin(account, source) is { } wait)
        {
            return TooManyAttempts.After(wait);
        }

        if (user is null || !await users.CheckPasswordAsync(user, PasswordRules.Normalise(current)))
        {
            Refuse(AuditActions.UserPassword, user?.UserName);
            return new AccountFieldError("current", "The current password is wrong.");
        }

        throttle.Succeed(user.UserName!, source);

        password = PasswordRules.Normalise(password);
        if (PasswordRules.Check(password, user.UserName) is { } weak)
        {
            return new AccountFieldError("password", weak);
        }

        var refusal = await SetPasswordAsync(scope, user, () => users.ChangePasswordAsync(user, PasswordRules.Normalise(current), password), cancellationToken);
        return refusal is null ? null : new AccountFieldError("password", refusal.Description);
    }

    /// <returns>Null when it is set.</returns>
    private async Task<IdentityError?> SetPasswordAsync(AsyncServiceScope scope, GatehouseUser user, Func<Task<IdentityResult>> set, CancellationToken cancellationToken)
    {
        var context = scope.ServiceProvider.GetRequiredService<ConsoleDbContext>();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var result = await set();
        if (!result.Succeeded)
        {
            Refuse(AuditActions.UserPassword, user.UserName);
            return result.Errors.First();
        }

        var head = await audit.AppendAsync(context, [new AuditEvent(AuditActions.UserPassword, Actor.Named(user.UserName!, "console"), user.UserName)], cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        audit.Committed(head);
        return null;
    }

    private void Refuse(string action, string? name) =>
        audit.Post(new AuditEvent(action, Actor.Named(name ?? "unknown", "console"), name) { IsRefused = true });

    private static Forbidden NotAllowed() => new("Needs the role Admin.");

    private static Task<GatehouseUser?> FindAsync(UserManager<GatehouseUser> users, Guid id) => users.FindByIdAsync(id.ToString());

    private static bool TryDecode(string? token, out string secret)
    {
        secret = "";
        if (string.IsNullOrEmpty(token) || !Base64Url.IsValid(token))
        {
            return false;
        }

        secret = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
        return true;
    }

    private static async Task<List<UserRow>> ReadAsync(ConsoleDbContext context, CancellationToken cancellationToken)
    {
        var people = await context.Users.AsNoTracking().OrderBy(u => u.NormalizedUserName).ToListAsync(cancellationToken);
        var roles = (await context.UserRoles.Join(context.Roles, r => r.RoleId, r => r.Id, (link, role) => new { link.UserId, role.Name }).ToListAsync(cancellationToken))
            .ToLookup(r => r.UserId, r => r.Name!);
        var external = (await context.UserLogins.Select(l => l.UserId).ToListAsync(cancellationToken)).ToHashSet();
        return [.. people.Select(u => new UserRow(
            u.Id,
            u.UserName ?? "",
            u.DisplayName,
            Roles.All.LastOrDefault(roles[u.Id].Contains),
            u.CreatedAt,
            u.LockoutEnd is not null,
            u.PasswordHash is null && !external.Contains(u.Id),
            external.Contains(u.Id)))];
    }

    private static Task<bool> IsAdministratorAsync(ConsoleDbContext context, Guid id, CancellationToken cancellationToken) =>
        Administrators.Of(context).AnyAsync(u => u.Id == id, cancellationToken);

    private async Task<PasswordLink> LinkAsync(UserManager<GatehouseUser> users, GatehouseUser user)
    {
        var token = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(await users.GeneratePasswordResetTokenAsync(user)));
        return new PasswordLink(user.UserName!, $"/password?user={user.Id}&token={token}", time.GetUtcNow() + links.Value.TokenLifespan);
    }

    /// <summary>Changes a person, unless that would leave no administrator, and ends their sessions.</summary>
    private async Task<Error?> ChangePersonAsync(
        Guid caller, Guid id, string action, JsonObject? details, Func<UserManager<GatehouseUser>, GatehouseUser, Task<Error?>> change, CancellationToken cancellationToken)
    {
        var changed = await ChangeAsync<UserRow?>(caller, async (users, context) =>
        {
            if (await FindAsync(users, id) is not { } user)
            {
                return new NotFoundError("There is no such user any more.");
            }

            if (await change(users, user) is { } refusal)
            {
                return refusal;
            }

            if (!await Administrators.AnyWhoCanSignInAsync(context, null, cancellationToken))
            {
                return new LastAdministrator();
            }

            if (await FindAsync(users, id) is { } left)
            {
                await users.UpdateSecurityStampAsync(left);
            }

            return new Done<UserRow?>(null, action, user, details);
        }, cancellationToken);
        return changed.Error;
    }

    /// <summary>One transaction, which an error undoes.</summary>
    private async Task<Result<T>> ChangeAsync<T>(Guid caller, Func<UserManager<GatehouseUser>, ConsoleDbContext, Task<Result<Done<T>>>> change, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ConsoleDbContext>();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var name = await context.Users.Where(u => u.Id == caller).Select(u => u.UserName).FirstOrDefaultAsync(cancellationToken);
        if (!await IsAdministratorAsync(context, caller, cancellationToken))
        {
            Refuse(AuditActions.UserChange, name);
            return NotAllowed();
        }

        var result = await change(scope.ServiceProvider.GetRequiredService<UserManager<GatehouseUser>>(), context);
        if (result.IsError)
        {
            return result.Error;
        }

        var (value, action, person, details) = result.Value;
        var head = await audit.AppendAsync(context, [new AuditEvent(action, Actor.Named(name!, "console"), person.UserName) { Details = details }], cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        audit.Committed(head);
        return value;
    }

    /// <summary>A change that is about to be committed, and what the audit log says of it.</summary>
    private sealed record Done<T>(T Value, string Action, GatehouseUser Person, JsonObject? Details = null);
}
