using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Data;
using ConsoleWeb.Data.Entities;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Options;
using Gateway.Shared.Results;
using Microsoft.AspNetCore.Identity;

namespace ConsoleWeb.Auth.Oidc;

/// <summary>
/// The accounts of people whom a provider vouches for. They are found by issuer and subject alone: a user name or an address can be given
/// to somebody else. Their role follows the provider at every sign-in.
/// </summary>
internal sealed class ExternalAccounts(IServiceScopeFactory scopes, OidcOptions options, AuditLog audit, TimeProvider time)
{
    /// <summary>Finds, links or creates the account and gives it the role of today.</summary>
    /// <param name="address">Where the person is, for the audit log.</param>
    public async Task<Result<GatehouseUser>> AdmitAsync(ExternalIdentity person, string address, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ConsoleDbContext>();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<GatehouseUser>>();
        var visit = new Visit(person, users, context, address);
        // Begins with the write lock, so that two first sign-ins make one account and the last administrator stays one.
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var admitted = await AdmitAsync(visit, cancellationToken);
        visit.Note(AuditActions.SignIn, admitted.Error is ExternalRefusal refusal ? new JsonObject { ["reason"] = refusal.Reason } : null, isRefused: admitted.IsError);

        var head = await audit.AppendAsync(context, visit.Events, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        audit.Committed(head);
        return admitted;
    }

    private async Task<Result<GatehouseUser>> AdmitAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (await visit.Users.FindByLoginAsync(visit.Person.Issuer, visit.Person.Subject) is { } known)
        {
            visit.Name = known.UserName;
            return await WelcomeAsync(visit, known, cancellationToken);
        }

        if (await FindLinkableAsync(visit) is { } user)
        {
            visit.Name = user.UserName;
            // Whoever is refused leaves no trace on somebody's account.
            return await visit.Users.IsLockedOutAsync(user) ? new ExternalRefusal(SignInReasons.Disabled)
                : RoleRules.RoleOf(options, visit.Person.Groups, await RoleAsync(visit, user)) is null ? new ExternalRefusal(SignInReasons.NoRole)
                : await WelcomeAsync(visit, await TieAsync(visit, user), cancellationToken);
        }

        return await CreateAsync(visit);
    }

    /// <summary>An account whose name is the person's address: verified by the provider, allowed by the settings, and nobody's there yet.</summary>
    private async Task<GatehouseUser?> FindLinkableAsync(Visit visit) =>
        options.LinkVerifiedEmail && visit.Person is { IsEmailVerified: true, Email: { Length: > 0 } email }
        && await visit.Users.FindByNameAsync(email) is { } user
        && !(await visit.Users.GetLoginsAsync(user)).Any(l => l.LoginProvider == visit.Person.Issuer)
            ? user
            : null;

    private async Task<GatehouseUser> TieAsync(Visit visit, GatehouseUser user)
    {
        await visit.Users.AddLoginAsync(user, new UserLoginInfo(visit.Person.Issuer, visit.Person.Subject, options.DisplayName));
        visit.Note(AuditActions.UserExternal, new JsonObject { ["issuer"] = visit.Person.Issuer, ["subject"] = visit.Person.Subject });
        return user;
    }

    private async Task<Result<GatehouseUser>> CreateAsync(Visit visit)
    {
        if (!options.AutoCreate)
        {
            return new ExternalRefusal(SignInReasons.Unknown);
        }

        // The first account is made by the set-up link alone; the roles come with it.
        if (RoleRules.RoleOf(options, visit.Person.Groups, current: null) is not { } role || !visit.Users.Users.Any())
        {
            return new ExternalRefusal(SignInReasons.NoRole);
        }

        if (await FreeNameAsync(visit) is not { } name)
        {
            return new ExternalRefusal(SignInReasons.NameTaken);
        }

        string? shown = visit.Person.DisplayName;
        if (AccountService.Check(ref name, ref shown) is not null)
        {
            shown = name;
        }

        var user = new GatehouseUser { Id = Guid.CreateVersion7(time.GetUtcNow()), UserName = name, DisplayName = shown!, CreatedAt = time.GetUtcNow() };
        if (!(await visit.Users.CreateAsync(user)).Succeeded)
        {
            return new ExternalRefusal(SignInReasons.NameTaken);
        }

        await visit.Users.AddToRoleAsync(user, role);
        visit.Name = name;
        visit.Note(AuditActions.UserCreate, new JsonObject { ["role"] = role });
        return await TieAsync(visit, user);
    }

    /// <returns>What the provider calls the person, as far as it can be a user name here; null when others have it.</returns>
    private static async Task<string?> FreeNameAsync(Visit visit)
    {
        var person = visit.Person;
        string?[] wanted = [person.UserName, person.IsEmailVerified ? person.Email : null];
        var names = wanted.OfType<string>().Where(IsName).ToList();
        foreach (var name in names.Count > 0 ? names : [person.Subject])
        {
            if (IsName(name) && await visit.Users.FindByNameAsync(name.Trim()) is null)
            {
                return name;
            }
        }

        return null;
    }

    private static bool IsName(string name)
    {
        string? shown = null;
        return AccountService.Check(ref name, ref shown) is null;
    }

    private async Task<Result<GatehouseUser>> WelcomeAsync(Visit visit, GatehouseUser user, CancellationToken cancellationToken)
    {
        if (await visit.Users.IsLockedOutAsync(user))
        {
            return new ExternalRefusal(SignInReasons.Disabled);
        }

        var current = await RoleAsync(visit, user);
        var role = RoleRules.RoleOf(options, visit.Person.Groups, current);
        if (role != current)
        {
            await SetRoleAsync(visit, user, role, isLast: current == Roles.Admin && !await Administrators.AnyWhoCanSignInAsync(visit.Context, user.Id, cancellationToken));
        }

        return role is null ? new ExternalRefusal(SignInReasons.NoRole) : user;
    }

    /// <param name="role">Null: none any more, which their tokens feel as well.</param>
    /// <param name="isLast">The last administrator stays one.</param>
    private static async Task SetRoleAsync(Visit visit, GatehouseUser user, string? role, bool isLast)
    {
        if (!isLast)
        {
            await visit.Users.RemoveFromRolesAsync(user, await visit.Users.GetRolesAsync(user));
            if (role is not null)
            {
                await visit.Users.AddToRoleAsync(user, role);
            }

            await visit.Users.UpdateSecurityStampAsync(user);
        }

        visit.Note(AuditActions.UserRole, new JsonObject { ["role"] = role }, isRefused: isLast);
    }

    private static async Task<string?> RoleAsync(Visit visit, GatehouseUser user) => Roles.All.LastOrDefault((await visit.Users.GetRolesAsync(user)).Contains);

    /// <summary>One sign-in while it is looked at.</summary>
    private sealed record Visit(ExternalIdentity Person, UserManager<GatehouseUser> Users, ConsoleDbContext Context, string Address)
    {
        public List<AuditEvent> Events { get; } = [];

        /// <summary>Of the account; null: there is none.</summary>
        public string? Name { get; set; }

        public void Note(string action, JsonObject? details, bool isRefused = false)
        {
            var who = Name ?? $"{Person.Subject} of {Person.Issuer}";
            var isSession = action == AuditActions.SignIn;
            var actor = Actor.Named(who, "oidc") with { Address = Address };
            Events.Add(new AuditEvent(action, actor, isSession ? null : Name) { IsRefused = isRefused, Details = details });
        }
    }
}

/// <summary>Someone whom the provider knows is not let in.</summary>
/// <param name="Reason">One of <see cref="SignInReasons"/>.</param>
internal sealed record ExternalRefusal(string Reason) : Error($"Refused: {Reason}");
