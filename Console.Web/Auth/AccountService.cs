using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Data;
using ConsoleWeb.Data.Entities;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Results;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Auth;

/// <summary>Makes and changes the accounts of people. Needs the store only, so the command line uses it too.</summary>
internal sealed class AccountService(IServiceScopeFactory scopes, IDbContextFactory<ConsoleDbContext> contexts, AuditLog audit, TimeProvider time) : IDisposable
{
    public void Dispose() => _gate.Dispose();

    private const int MaxNameLength = 128;

    private readonly SemaphoreSlim _gate = new(1, 1);

    public async Task<bool> AnyAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Users.AnyAsync(cancellationToken);
    }

    public async Task<GatehouseUser?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == id, cancellationToken);
    }

    /// <summary>Creates the first account, with all rights. Of two at the same time one wins.</summary>
    /// <param name="displayName">Null or empty: the user name.</param>
    public async Task<Result<GatehouseUser>> CreateFirstAdministratorAsync(string userName, string? displayName, string password, CancellationToken cancellationToken)
    {
        if (Check(ref userName, ref displayName) is { } error)
        {
            return error;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<ConsoleDbContext>();
            // Begins with the write lock, so that another process cannot create one between the question and the insert.
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            if (await context.Users.AnyAsync(cancellationToken))
            {
                return new SetupIsDone();
            }

            var user = new GatehouseUser { Id = Guid.CreateVersion7(time.GetUtcNow()), UserName = userName, DisplayName = displayName!, CreatedAt = time.GetUtcNow() };
            var users = scope.ServiceProvider.GetRequiredService<UserManager<GatehouseUser>>();
            var created = await users.CreateAsync(user, PasswordRules.Normalise(password));
            if (!created.Succeeded)
            {
                return FaultOf(created);
            }

            var roles = scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole<Guid>>>();
            foreach (var role in Roles.All)
            {
                if (!await roles.RoleExistsAsync(role))
                {
                    await roles.CreateAsync(new IdentityRole<Guid>(role) { Id = Guid.CreateVersion7(time.GetUtcNow()) });
                }
            }

            await users.AddToRoleAsync(user, Roles.Admin);
            var made = new AuditEvent(AuditActions.UserCreate, Actor.Named(userName, "console"), userName) { Details = new JsonObject { ["role"] = Roles.Admin } };
            var head = await audit.AppendAsync(context, [made], cancellationToken);
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            audit.Committed(head);
            return user;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Sets a new password and ends every session of the account.</summary>
    /// <returns>Null when it is done.</returns>
    public async Task<Error?> ResetPasswordAsync(string userName, string password, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<GatehouseUser>>();
        if (await users.FindByNameAsync(userName.Trim()) is not { } user)
        {
            return new NotFoundError($"There is no user '{userName}'.");
        }

        password = PasswordRules.Normalise(password);
        if (PasswordRules.Check(password, user.UserName) is { } fault)
        {
            return new AccountFieldError("password", fault);
        }

        var context = scope.ServiceProvider.GetRequiredService<ConsoleDbContext>();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        user.PasswordHash = users.PasswordHasher.HashPassword(user, password);
        // Writes the hash too; sessions hold the old stamp and end at their next check.
        await users.UpdateSecurityStampAsync(user);
        var head = await audit.AppendAsync(context, [new AuditEvent(AuditActions.UserPassword, Actor.CommandLine, user.UserName)], cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        audit.Committed(head);
        return null;
    }

    internal static AccountFieldError? Check(ref string userName, ref string? displayName)
    {
        userName = userName.Trim();
        displayName = string.IsNullOrWhiteSpace(displayName) ? userName : displayName.Trim();
        if (userName.Length is 0 or > MaxNameLength)
        {
            return new AccountFieldError("userName", $"The user name must have 1 to {MaxNameLength} characters.");
        }

        return displayName.Length > MaxNameLength || displayName.Any(char.IsControl)
            ? new AccountFieldError("displayName", $"The name may have at most {MaxNameLength} characters.")
            : null;
    }

    private static AccountFieldError FaultOf(IdentityResult result)
    {
        var fault = result.Errors.First();
        return new AccountFieldError(fault.Code.StartsWith("Password", StringComparison.Ordinal) ? "password" : "userName", fault.Description);
    }
}
