using ConsoleWeb.Auth;
using ConsoleWeb.Data.Entities;
using Gateway.Shared.Results;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Auth;

public class AccountServiceTests
{
    private const string Passphrase = "four words do fit";

    [Fact]
    public async Task CreateFirst_TwoAtOnce_MakesOne()
    {
        await using var store = await TestStore.OpenAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(i => store.Accounts.CreateFirstAdministratorAsync($"admin-{i}x", null, Passphrase, CancellationToken.None)));

        Assert.Single(results, r => !r.IsError);
        Assert.Equal(7, results.Count(r => r.Error is SetupIsDone));
    }

    [Fact]
    public async Task CreateFirst_Always_MakesAnAdministratorWithAStrongHash()
    {
        await using var store = await TestStore.OpenAsync();

        var user = (await store.Accounts.CreateFirstAdministratorAsync(" ada ", "Ada L.", Passphrase, CancellationToken.None)).Value!;

        await using var scope = store.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<GatehouseUser>>();
        Assert.Equal("ada", user.UserName);
        Assert.True(await users.IsInRoleAsync(user, Roles.Admin));
        // The third format holds the iterations in bytes 5 to 8, big-endian; 2 in byte 4 is SHA-512.
        var hash = Convert.FromBase64String(user.PasswordHash!);
        Assert.Equal(2, hash[4]);
        Assert.True(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5)) >= 210_000);
    }

    [Fact]
    public async Task CreateFirst_ShortPassword_NamesTheFieldAndMakesNobody()
    {
        await using var store = await TestStore.OpenAsync();

        var result = await store.Accounts.CreateFirstAdministratorAsync("ada", null, "short", CancellationToken.None);

        Assert.Equal("password", Assert.IsType<AccountFieldError>(result.Error).Field);
        Assert.False(await store.Accounts.AnyAsync(CancellationToken.None));
    }

    [Fact]
    public async Task ResetPassword_KnownUser_ChangesHashAndStamp()
    {
        await using var store = await TestStore.OpenAsync();
        var before = (await store.Accounts.CreateFirstAdministratorAsync("ada", null, Passphrase, CancellationToken.None)).Value!;

        Assert.Null(await store.Accounts.ResetPasswordAsync("ADA", "another few words", CancellationToken.None));

        await using var scope = store.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<GatehouseUser>>();
        var after = (await users.FindByNameAsync("ada"))!;
        Assert.True(await users.CheckPasswordAsync(after, "another few words"));
        Assert.False(await users.CheckPasswordAsync(after, Passphrase));
        Assert.NotEqual(before.SecurityStamp, after.SecurityStamp);
    }

    [Fact]
    public async Task ResetPassword_UnknownUserOrWeakPassword_IsRefused()
    {
        await using var store = await TestStore.OpenAsync();
        await store.Accounts.CreateFirstAdministratorAsync("ada", null, Passphrase, CancellationToken.None);

        Assert.IsType<NotFoundError>(await store.Accounts.ResetPasswordAsync("eve", Passphrase, CancellationToken.None));
        Assert.IsType<AccountFieldError>(await store.Accounts.ResetPasswordAsync("ada", "password1234", CancellationToken.None));
    }
}
