using System.Text;
using ConsoleWeb.Auth;
using ConsoleWeb.Features.Entities;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace ConsoleWeb.Tests.Auth;

public class TokenServiceTests
{
    private static readonly string[] s_read = [TokenScopes.ConfigRead];
    private static readonly Actor s_ada = Actor.Named("ada", "console");
    private static readonly Actor s_mallory = Actor.Named("mallory", "console");

    [Fact]
    public async Task Verify_FreshToken_GrantsItsScopes()
    {
        await using var store = await TestStore.OpenAsync();
        var created = await CreateAsync(store, [TokenScopes.ConfigWrite]);

        var grant = await store.Tokens.VerifyAsync(created.Token, CancellationToken.None);

        Assert.NotNull(grant);
        Assert.Equal("ci", grant.Name);
        Assert.True(grant.Has(TokenScopes.ConfigWrite));
        Assert.True(grant.Has(TokenScopes.ConfigRead));
        Assert.False(grant.Has(TokenScopes.SecretsRead));
    }

    [Fact]
    public async Task Verify_AdminToken_HasEveryScope()
    {
        await using var store = await TestStore.OpenAsync();
        var created = await CreateAsync(store, [TokenScopes.Admin]);

        var grant = await store.Tokens.VerifyAsync(created.Token, CancellationToken.None);

        Assert.All(TokenScopes.All, scope => Assert.True(grant!.Has(scope)));
    }

    [Fact]
    public async Task Verify_WellFormedButUnknown_IsNull()
    {
        await using var store = await TestStore.OpenAsync();

        Assert.Null(await store.Tokens.VerifyAsync(TokenFormat.Create(), CancellationToken.None));
    }

    [Fact]
    public async Task Verify_Malformed_NeverAsksTheStore()
    {
        var service = new TokenService(new NoStore(), null!, TimeProvider.System);

        Assert.Null(await service.VerifyAsync("kpat_wrong", CancellationToken.None));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await service.VerifyAsync(TokenFormat.Create(), CancellationToken.None));
    }

    [Fact]
    public async Task Verify_AfterExpiry_IsNullAtOnce()
    {
        await using var store = await TestStore.OpenAsync();
        var created = await CreateAsync(store, s_read, store.Time.GetUtcNow().AddMilliseconds(100));
        Assert.NotNull(await store.Tokens.VerifyAsync(created.Token, CancellationToken.None));

        store.Time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Null(await store.Tokens.VerifyAsync(created.Token, CancellationToken.None));
    }

    [Fact]
    public async Task Revoke_SameProcess_HoldsFromTheNextCall()
    {
        await using var store = await TestStore.OpenAsync();
        var created = await CreateAsync(store, s_read);
        Assert.NotNull(await store.Tokens.VerifyAsync(created.Token, CancellationToken.None));

        Assert.True(await store.Tokens.RevokeAsync(created.Row.Id, null, s_ada, CancellationToken.None));

        Assert.Null(await store.Tokens.VerifyAsync(created.Token, CancellationToken.None));
        Assert.False(await store.Tokens.RevokeAsync(created.Row.Id, null, s_ada, CancellationToken.None));
    }

    [Fact]
    public async Task Revoke_OtherProcess_HoldsWithinASecond()
    {
        await using var store = await TestStore.OpenAsync();
        var created = await CreateAsync(store, s_read);
        Assert.NotNull(await store.Tokens.VerifyAsync(created.Token, CancellationToken.None));
        var other = new TokenService(store.Contexts, store.Audit, store.Time);

        Assert.Equal(1, await other.RevokeAsync("ci", TokenOwner.CommandLine, CancellationToken.None));
        store.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(await store.Tokens.VerifyAsync(created.Token, CancellationToken.None));
    }

    [Fact]
    public async Task Revoke_TokenOfAnotherOwner_ChangesNothing()
    {
        await using var store = await TestStore.OpenAsync();
        var created = await CreateAsync(store, s_read);

        Assert.False(await store.Tokens.RevokeAsync(created.Row.Id, Guid.NewGuid(), s_mallory, CancellationToken.None));
        Assert.NotNull(await store.Tokens.VerifyAsync(created.Token, CancellationToken.None));
    }

    [Theory]
    [InlineData("", TokenScopes.ConfigRead, "name")]
    [InlineData("a\nb", TokenScopes.ConfigRead, "name")]
    [InlineData("ci", "config:everything", "scopes")]
    [InlineData("ci", "", "scopes")]
    public async Task Create_BadRequest_NamesTheField(string name, string scope, string field)
    {
        await using var store = await TestStore.OpenAsync();
        var scopes = scope.Length == 0 ? Array.Empty<string>() : [scope];

        var result = await store.Tokens.CreateAsync(new TokenRequest(name, scopes, null), TokenOwner.CommandLine, CancellationToken.None);

        Assert.Equal(field, Assert.IsType<TokenFieldError>(result.Error).Field);
    }

    [Theory]
    [InlineData(TokenScopes.Admin)]
    [InlineData(TokenScopes.ConfigWrite)]
    [InlineData(TokenScopes.SecretsRead)]
    public async Task Create_MoreThanItsMaker_IsRefused(string scope)
    {
        await using var store = await TestStore.OpenAsync();
        var maker = new TokenOwner(Guid.NewGuid(), "ada", TokenScopes.Expand(s_read));

        var result = await store.Tokens.CreateAsync(new TokenRequest("x", [scope], null), maker, CancellationToken.None);

        Assert.IsType<TokenExceedsOwner>(result.Error);
    }

    [Fact]
    public async Task Create_LaterThanItsMaker_IsRefusedAndDefaultsToTheSameEnd()
    {
        await using var store = await TestStore.OpenAsync();
        var end = store.Time.GetUtcNow().AddDays(1);
        var maker = new TokenOwner(TokenOwner.CommandLine.Id, "ci", TokenScopes.Expand(s_read), end);

        var late = await store.Tokens.CreateAsync(new TokenRequest("late", s_read, end.AddDays(1)), maker, CancellationToken.None);
        var open = await store.Tokens.CreateAsync(new TokenRequest("open", s_read, null), maker, CancellationToken.None);

        Assert.Equal("expires_at", Assert.IsType<TokenFieldError>(late.Error).Field);
        Assert.Equal(end, open.Value!.Row.ExpiresAt);
    }

    [Fact]
    public async Task Store_AfterCreate_HoldsTheHashOnly()
    {
        await using var store = await TestStore.OpenAsync();
        var created = await CreateAsync(store, s_read);
        SqliteConnection.ClearAllPools();

        var files = Directory.GetFiles(Path.GetDirectoryName(store.DatabaseFile)!, "gatehouse.db*").Select(File.ReadAllBytes).ToList();

        Assert.Contains(files, f => f.AsSpan().IndexOf(Encoding.ASCII.GetBytes(TokenFormat.Hash(created.Token))) >= 0);
        Assert.DoesNotContain(files, f => f.AsSpan().IndexOf(Encoding.ASCII.GetBytes(created.Token[5..20])) >= 0);
    }

    [Fact]
    public async Task Verify_OwnerWithASmallerRole_LosesScopes()
    {
        await using var store = await TestStore.OpenAsync();
        var ada = (await store.Accounts.CreateFirstAdministratorAsync("ada", null, "four words do fit", CancellationToken.None)).Value!;
        var created = (await store.Tokens.CreateAsync(new TokenRequest("ci", [TokenScopes.Admin], null), new TokenOwner(ada.Id, "ada", Roles.Scopes([Roles.Admin])), CancellationToken.None)).Value!;
        Assert.True((await store.Tokens.VerifyAsync(created.Token, CancellationToken.None))!.Has(TokenScopes.Admin));

        await using (var context = await store.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            var viewer = await context.Roles.SingleAsync(r => r.Name == Roles.Viewer, TestContext.Current.CancellationToken);
            await context.UserRoles.ExecuteDeleteAsync(TestContext.Current.CancellationToken);
            context.UserRoles.Add(new() { UserId = ada.Id, RoleId = viewer.Id });
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        store.Time.Advance(TimeSpan.FromSeconds(1));
        var grant = await store.Tokens.VerifyAsync(created.Token, CancellationToken.None);
        Assert.True(grant!.Has(TokenScopes.ConfigRead));
        Assert.False(grant.Has(TokenScopes.Admin));
        Assert.False(grant.Has(TokenScopes.ConfigWrite));
        Assert.False(grant.Has(TokenScopes.SecretsRead));
    }

    [Fact]
    public async Task Create_SameNameForOnePerson_IsRefusedWhileTheFirstIsActive()
    {
        await using var store = await TestStore.OpenAsync();
        var maker = new TokenOwner(Guid.NewGuid(), "ada", TokenScopes.Expand([TokenScopes.Admin]));
        var first = await store.Tokens.CreateAsync(new TokenRequest("ci", s_read, null), maker, CancellationToken.None);

        var second = await store.Tokens.CreateAsync(new TokenRequest("ci", s_read, null), maker, CancellationToken.None);
        await store.Tokens.RevokeAsync(first.Value!.Row.Id, null, s_ada, CancellationToken.None);
        var third = await store.Tokens.CreateAsync(new TokenRequest("ci", s_read, null), maker, CancellationToken.None);

        Assert.IsType<TokenNameTaken>(second.Error);
        Assert.False(third.IsError);
    }

    [Fact]
    public async Task Use_ManyCalls_IsWrittenOnceInFiveMinutes()
    {
        await using var store = await TestStore.OpenAsync();
        var created = await CreateAsync(store, s_read);
        using var use = new TokenUse(store.Contexts, store.Audit, store.Time, NullLogger<TokenUse>.Instance);

        use.Record(created.Row.Id, "192.0.2.1");
        await use.FlushAsync(all: false, CancellationToken.None);
        var first = await LastUseAsync(store);
        store.Time.Advance(TimeSpan.FromMinutes(1));
        use.Record(created.Row.Id, "192.0.2.2");
        await use.FlushAsync(all: false, CancellationToken.None);
        var second = await LastUseAsync(store);
        store.Time.Advance(TimeSpan.FromMinutes(4));
        await use.FlushAsync(all: false, CancellationToken.None);
        var third = await LastUseAsync(store);

        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), first.LastUsedAt);
        Assert.Equal(first, second);
        Assert.Equal("192.0.2.2", third.LastUsedFrom);
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 1, 0, TimeSpan.Zero), third.LastUsedAt);
    }

    [Fact]
    public async Task List_RevokedToken_StaysForThirtyDays()
    {
        await using var store = await TestStore.OpenAsync();
        var created = await CreateAsync(store, s_read);
        await store.Tokens.RevokeAsync(created.Row.Id, null, s_ada, CancellationToken.None);

        var before = await store.Tokens.ListAsync(null, CancellationToken.None);
        store.Time.Advance(TimeSpan.FromDays(31));
        var after = await store.Tokens.ListAsync(null, CancellationToken.None);

        Assert.Equal(TokenState.Revoked, Assert.Single(before).StateAt(store.Time.GetUtcNow()));
        Assert.Empty(after);
    }

    private static async Task<(DateTimeOffset? LastUsedAt, string? LastUsedFrom)> LastUseAsync(TestStore store)
    {
        var row = Assert.Single(await store.Tokens.ListAsync(null, CancellationToken.None));
        return (row.LastUsedAt, row.LastUsedFrom);
    }

    private static async Task<CreatedToken> CreateAsync(TestStore store, IReadOnlyList<string> scopes, DateTimeOffset? expiresAt = null) =>
        (await store.Tokens.CreateAsync(new TokenRequest("ci", scopes, expiresAt), TokenOwner.CommandLine, CancellationToken.None)).Value!;

    private sealed class NoStore : IDbContextFactory<ConsoleWeb.Data.ConsoleDbContext>
    {
        public ConsoleWeb.Data.ConsoleDbContext CreateDbContext() => throw new InvalidOperationException("The store was asked.");
    }
}
