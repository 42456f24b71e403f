using System.Security.Claims;
using ConsoleWeb.Auth;
using ConsoleWeb.Data.Entities;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Auth;

/// <summary>What ends the sessions that a person has elsewhere.</summary>
public sealed class SessionEndTests : IAsyncLifetime
{
    private const string Passphrase = "four words do fit";

    private TestStore _store = null!;
    private GatehouseUser _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _store = await TestStore.OpenAsync();
        _admin = (await _store.Accounts.CreateFirstAdministratorAsync("ada", null, Passphrase, CancellationToken.None)).Value!;
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task SignOut_EndsTheOtherSessionsToo()
    {
        var (here, elsewhere) = (await SessionAsync("ada"), await SessionAsync("ada"));
        Assert.True(await IsOpenAsync(elsewhere));

        await using (var scope = _store.Services.CreateAsyncScope())
        {
            var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider, User = here };
            scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>().HttpContext = http;
            await scope.ServiceProvider.GetRequiredService<SignInService>().SignOutAsync(http);
        }

        Assert.False(await IsOpenAsync(elsewhere));
    }

    [Fact]
    public async Task NewPassword_EndsSessions()
    {
        var session = await SessionAsync("ada");

        Assert.Null(await _store.Users.ChangePasswordAsync(_admin.Id, "127.0.0.1", Passphrase, "other words do fit", CancellationToken.None));

        Assert.False(await IsOpenAsync(session));
    }

    [Theory]
    [InlineData("role")]
    [InlineData("disable")]
    [InlineData("delete")]
    [InlineData("reset")]
    public async Task ChangeByOthers_EndsSessionsOfThatPersonAlone(string change)
    {
        await _store.Users.InviteAsync(_admin.Id, "bob", null, Roles.Editor, CancellationToken.None);
        var (session, admins) = (await SessionAsync("bob"), await SessionAsync("ada"));
        var bob = Guid.Parse(session.FindFirstValue(ClaimTypes.NameIdentifier)!);

        Assert.Null(await (change switch
        {
            "role" => _store.Users.SetRoleAsync(_admin.Id, bob, Roles.Viewer, CancellationToken.None),
            "disable" => _store.Users.SetDisabledAsync(_admin.Id, bob, true, CancellationToken.None),
            "delete" => _store.Users.DeleteAsync(_admin.Id, bob, CancellationToken.None),
            _ => _store.Accounts.ResetPasswordAsync("bob", Passphrase, CancellationToken.None),
        }));

        Assert.False(await IsOpenAsync(session));
        Assert.True(await IsOpenAsync(admins));
    }

    private async Task<ClaimsPrincipal> SessionAsync(string name)
    {
        await using var scope = _store.Services.CreateAsyncScope();
        var user = await scope.ServiceProvider.GetRequiredService<UserManager<GatehouseUser>>().FindByNameAsync(name);

        return await scope.ServiceProvider.GetRequiredService<SignInManager<GatehouseUser>>().CreateUserPrincipalAsync(user!);
    }

    /// <summary>What cookies and circuits ask every ten seconds.</summary>
    private async Task<bool> IsOpenAsync(ClaimsPrincipal session)
    {
        await using var scope = _store.Services.CreateAsyncScope();

        return await scope.ServiceProvider.GetRequiredService<SignInManager<GatehouseUser>>().ValidateSecurityStampAsync(session) is not null;
    }
}
