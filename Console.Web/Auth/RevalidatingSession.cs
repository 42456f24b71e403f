using System.Security.Claims;
using ConsoleWeb.Data.Entities;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ConsoleWeb.Auth;

/// <summary>Ends the open pages of a session that has ended: a new password, an account that is gone or disabled.</summary>
internal sealed class RevalidatingSession(ILoggerFactory loggers, IServiceScopeFactory scopes, IOptions<IdentityOptions> options)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(10);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var users = scope.ServiceProvider.GetRequiredService<UserManager<GatehouseUser>>();
            var principal = authenticationState.User;
            return await users.GetUserAsync(principal) is { } user
                && !await users.IsLockedOutAsync(user)
                && principal.FindFirstValue(options.Value.ClaimsIdentity.SecurityStampClaimType) == await users.GetSecurityStampAsync(user);
        }
        catch (ObjectDisposedException)
        {
            // The product has started again in this process, and the page is one of before.
            return false;
        }
    }
}
