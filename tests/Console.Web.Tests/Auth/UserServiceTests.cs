using ConsoleWeb.Auth;
using Gateway.Shared.Results;
using Microsoft.AspNetCore.WebUtilities;

namespace ConsoleWeb.Tests.Auth;

public sealed class UserServiceTests
{
    private const string Passphrase = "four words do fit";

    [Fact]
    public async Task Invite_LinkFollowed_MakesSomeoneWithTheRole()
    {
        await using var store = await TestStore.OpenAsync();
        var admin = await AdministratorAsync(store);

        var link = (await store.Users.InviteAsync(admin, "bob", "Bob B.", Roles.Editor, CancellationToken.None)).Value!;
        Assert.True(Assert.Single(await ListAsync(store, admin), u => u.UserName == "bob").IsInvited);
        var bob = (await FollowAsync(store, link, "other words do fit")).Value!;

        var row = Assert.Single(await ListAsync(store, admin), u => u.UserName == "bob");
        Assert.Equal((bob.Id, "Bob B.", Roles.Editor, false, false), (row.Id, row.DisplayName, row.Role, row.IsInvited, row.IsDisabled));
        Assert.Equal(store.Time.GetUtcNow().AddHours(72), link.ExpiresAt);
    }

    [Fact]
    public async Task Link_UsedRenewedOrForged_IsRefused()
    {
        await using var store = await TestStore.OpenAsync();
        var admin = await AdministratorAsync(store);
        var first = (await store.Users.InviteAsync(admin, "bob", null, Roles.Viewer, CancellationToken.None)).Value!;
        var bob = (await ListAsync(store, admin)).Single(u => u.UserName == "bob").Id;
        var second = (await store.Users.RenewLinkAsync(admin, bob, CancellationToken.None)).Value!;

        Assert.IsType<PasswordLinkInvalid>((await FollowAsync(store, first, Passphrase)).Error);
        Assert.IsType<AccountFieldError>((await FollowAsync(store, second, "short")).Error);
        Assert.False((await FollowAsync(store, second, Passphrase)).IsError);
        Assert.IsType<PasswordLinkInvalid>((await FollowAsync(store, second, Passphrase)).Error);
        Assert.IsType<PasswordLinkInvalid>((await store.Users.AcceptLinkAsync(admin.ToString(), "AAAA", Passphrase, CancellationToken.None)).Error);
        Assert.IsType<PasswordLinkInvalid>((await store.Users.AcceptLinkAsync("nobody", null, Passphrase, CancellationToken.None)).Error);
    }

    [Fact]
    public async Task EveryMethod_CallerIsNoAdministrator_IsForbidden()
    {
        await using var store = await TestStore.OpenAsync();
        var admin = await AdministratorAsync(store);
        var editor = await MemberAsync(store, admin, "ed", Roles.Editor);

        foreach (var caller in new[] { editor, Guid.NewGuid(), Guid.Empty })
        {
            Assert.IsType<Forbidden>((await store.Users.ListAsync(caller, CancellationToken.None)).Error);
            Assert.IsType<Forbidden>((await store.Users.InviteAsync(caller, "x", null, Roles.Admin, CancellationToken.None)).Error);
            Assert.IsType<Forbidden>((await store.Users.RenewLinkAsync(caller, admin, CancellationToken.None)).Error);
            Assert.IsType<Forbidden>(await store.Users.SetRoleAsync(caller, editor, Roles.Admin, CancellationToken.None));
            Assert.IsType<Forbidden>(await store.Users.SetDisabledAsync(caller, admin, true, CancellationToken.None));
            Assert.IsType<Forbidden>(await store.Users.DeleteAsync(caller, admin, CancellationToken.None));
        }

        Assert.Equal(2, (await ListAsync(store, admin)).Count);
    }

    [Fact]
    public async Task LastAdministrator_CannotGo_UntilThereIsAnotherWhoCanSignIn()
    {
        await using var store = await TestStore.OpenAsync();
        var admin = await AdministratorAsync(store);
        await store.Users.InviteAsync(admin, "invited", null, Roles.Admin, CancellationToken.None);

        Assert.IsType<LastAdministrator>(await store.Users.DeleteAsync(admin, admin, CancellationToken.None));
        Assert.IsType<LastAdministrator>(await store.Users.SetRoleAsync(admin, admin, Roles.Viewer, CancellationToken.None));
        Assert.IsType<LastAdministrator>(await store.Users.SetDisabledAsync(admin, admin, true, CancellationToken.None));
        Assert.Equal(Roles.Admin, (await ListAsync(store, admin)).Single(u => u.Id == admin).Role);

        var other = await MemberAsync(store, admin, "other", Roles.Admin);
        Assert.Null(await store.Users.SetRoleAsync(admin, admin, Roles.Viewer, CancellationToken.None));
        Assert.IsType<Forbidden>((await store.Users.ListAsync(admin, CancellationToken.None)).Error);
        Assert.Equal(3, (await ListAsync(store, other)).Count);
    }

    [Fact]
    public async Task Disabled_TokensRest_AndDeleted_TheyAreGone()
    {
        await using var store = await TestStore.OpenAsync();
        var admin = await AdministratorAsync(store);
        var bob = await MemberAsync(store, admin, "bob", Roles.Editor);
        var owner = new TokenOwner(bob, "bob", Roles.Scopes([Roles.Editor]));
        var token = (await store.Tokens.CreateAsync(new TokenRequest("t", [TokenScopes.ConfigWrite], store.Time.GetUtcNow().AddDays(1)), owner, CancellationToken.None)).Value!.Token;

        async Task<bool> WorksAsync()
        {
            store.Time.Advance(TimeSpan.FromSeconds(2));
            return await store.Tokens.VerifyAsync(token, CancellationToken.None) is { } grant && grant.Has(TokenScopes.ConfigWrite);
        }

        Assert.True(await WorksAsync());
        await store.Users.SetDisabledAsync(admin, bob, true, CancellationToken.None);
        Assert.False(await WorksAsync());
        await store.Users.SetDisabledAsync(admin, bob, false, CancellationToken.None);
        Assert.True(await WorksAsync());
        await store.Users.SetRoleAsync(admin, bob, Roles.Viewer, CancellationToken.None);
        Assert.False(await WorksAsync());
        await store.Users.DeleteAsync(admin, bob, CancellationToken.None);
        Assert.False(await WorksAsync());
    }

    [Fact]
    public async Task ChangePassword_NeedsTheCurrentOne()
    {
        await using var store = await TestStore.OpenAsync();
        var admin = await AdministratorAsync(store);

        Assert.Equal("current", Assert.IsType<AccountFieldError>(await store.Users.ChangePasswordAsync(admin, "127.0.0.1", "wrong", "new words that fit", CancellationToken.None)).Field);
        Assert.Equal("password", Assert.IsType<AccountFieldError>(await store.Users.ChangePasswordAsync(admin, "127.0.0.1", Passphrase, "short", CancellationToken.None)).Field);
        Assert.Null(await store.Users.ChangePasswordAsync(admin, "127.0.0.1", Passphrase, "new words that fit", CancellationToken.None));
        Assert.IsType<AccountFieldError>(await store.Users.ChangePasswordAsync(admin, "127.0.0.1", Passphrase, "new words that fit", CancellationToken.None));
    }

    [Fact]
    public async Task ChangePassword_GuessingIsThrottled_AndEndsByItself()
    {
        await using var store = await TestStore.OpenAsync();
        var admin = await AdministratorAsync(store);
        for (var i = 0; i < 5; i++)
        {
            await store.Users.ChangePasswordAsync(admin, "127.0.0.1", "wrong", "new words that fit", CancellationToken.None);
        }

        var refusal = Assert.IsType<TooManyAttempts>(await store.Users.ChangePasswordAsync(admin, "127.0.0.1", Passphrase, "new words that fit", CancellationToken.None));
        store.Time.Advance(refusal.Wait);
        Assert.Null(await store.Users.ChangePasswordAsync(admin, "127.0.0.1", Passphrase, "new words that fit", CancellationToken.None));
    }

    private static async Task<Guid> AdministratorAsync(TestStore store) =>
        (await store.Accounts.CreateFirstAdministratorAsync("ada", null, Passphrase, CancellationToken.None)).Value!.Id;

    private static async Task<Guid> MemberAsync(TestStore store, Guid admin, string name, string role) =>
        (await FollowAsync(store, (await store.Users.InviteAsync(admin, name, null, role, CancellationToken.None)).Value!, Passphrase)).Value!.Id;

    private static async Task<IReadOnlyList<UserRow>> ListAsync(TestStore store, Guid admin) => (await store.Users.ListAsync(admin, CancellationToken.None)).Value!;

    private static Task<Result<ConsoleWeb.Data.Entities.GatehouseUser>> FollowAsync(TestStore store, PasswordLink link, string password)
    {
        var query = QueryHelpers.ParseQuery(link.Path[link.Path.IndexOf('?', StringComparison.Ordinal)..]);
        return store.Users.AcceptLinkAsync(query["user"], query["token"], password, CancellationToken.None);
    }
}
