using ConsoleWeb.Data;
using ConsoleWeb.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Auth;

/// <summary>Asks the store who may do everything; one of them must always be left.</summary>
internal static class Administrators
{
    /// <summary>Those who are not disabled.</summary>
    public static IQueryable<GatehouseUser> Of(ConsoleDbContext context) =>
        from user in context.Users
        join link in context.UserRoles on user.Id equals link.UserId
        join role in context.Roles on link.RoleId equals role.Id
        where role.Name == Roles.Admin && user.LockoutEnd == null
        select user;

    /// <summary>Whether one of them has a way to sign in.</summary>
    /// <param name="except">Somebody who does not count; null: all count.</param>
    public static Task<bool> AnyWhoCanSignInAsync(ConsoleDbContext context, Guid? except, CancellationToken cancellationToken) =>
        Of(context).AnyAsync(u => u.Id != except && (u.PasswordHash != null || context.UserLogins.Any(l => l.UserId == u.Id)), cancellationToken);
}
