using System.Collections.Frozen;
using ConsoleWeb.Audit;
using ConsoleWeb.Auth;
using ConsoleWeb.Auth.Oidc;
using ConsoleWeb.Options;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Auth.Oidc;

public sealed class ExternalAccountsTests : IAsyncLifetime
{
    private const string Issuer = "https://login.example.com";

    private static readonly OidcOptions Mapped = new()
    {
        Authority = new Uri(Issuer),
        ClientId = "gatehouse",
        DisplayName = "Example",
        RoleMap = new Dictionary<string, string> { ["ops"] = Roles.Admin, ["dev"] = Roles.Editor, ["all"] = Roles.Viewer }.ToFrozenDictionary(),
    };

    private TestStore _store = null!;
    private Guid _admin;

    public async ValueTask InitializeAsync()
    {
        _store = await TestStore.OpenAsync();
        _admin = (await _store.Accounts.CreateFirstAdministratorAsync("ada", null, "four words do fit", CancellationToken.None)).Value!.Id;
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory]
    [InlineData("all", Roles.Viewer)]
    [InlineData("all,dev", Roles.Editor)]
    [InlineData("ops,dev,other", Roles.Admin)]
    [InlineData("OPS", null)]
    [InlineData("other", null)]
    [InlineData("", null)]
    public async Task Admit_Newcomer_GetsTheStrongestMappedRoleOrIsRefused(string groups, string? role)
    {
        var reason = await AdmitAsync(Mapped, Person("1", "bob", groups));

        Assert.Equal(role is null ? SignInReasons.NoRole : null, reason);
        Assert.Equal(role, (await FindAsync("bob"))?.Role);
    }

    [Fact]
    public async Task Admit_NoMappedRole_GetsTheDefaultOne()
    {
        Assert.Null(await AdmitAsync(With(defaultRole: Roles.Viewer), Person("1", "bob", "other")));

        Assert.Equal(Roles.Viewer, (await FindAsync("bob"))!.Role);
    }

    [Fact]
    public async Task Admit_RoleChangedAtTheProvider_FollowsAndLosesItWithTheGroup()
    {
        await AdmitAsync(Mapped, Person("1", "bob", "all"));
        Assert.Null(await AdmitAsync(Mapped, Person("1", "bob", "dev")));
        Assert.Equal(Roles.Editor, (await FindAsync("bob"))!.Role);

        Assert.Equal(SignInReasons.NoRole, await AdmitAsync(Mapped, Person("1", "bob", "other")));
        Assert.Null((await FindAsync("bob"))!.Role);
    }

    [Fact]
    public async Task Admit_WithoutMap_LeavesTheRoleThatTheConsoleGave()
    {
        var options = With(map: FrozenDictionary<string, string>.Empty, defaultRole: Roles.Viewer);
        await AdmitAsync(options, Person("1", "bob", "ops"));
        Assert.Equal(Roles.Viewer, (await FindAsync("bob"))!.Role);
        await _store.Users.SetRoleAsync(_admin, (await FindAsync("bob"))!.Id, Roles.Operator, CancellationToken.None);

        Assert.Null(await AdmitAsync(options, Person("1", "bob", "")));

        Assert.Equal(Roles.Operator, (await FindAsync("bob"))!.Role);
    }

    [Theory]
    [InlineData("all", null)]
    [InlineData("other", SignInReasons.NoRole)]
    public async Task Admit_LastAdministrator_StaysOne(string groups, string? reason)
    {
        await AdmitAsync(Mapped, Person("1", "bob", "ops"));
        var bob = (await FindAsync("bob"))!.Id;
        Assert.Null(await _store.Users.SetDisabledAsync(bob, _admin, true, CancellationToken.None));

        Assert.Equal(reason, await AdmitAsync(Mapped, Person("1", "bob", groups)));

        Assert.Equal(Roles.Admin, (await _store.Users.ListAsync(bob, CancellationToken.None)).Value!.Single(u => u.Id == bob).Role);
    }

    [Fact]
    public async Task Admit_SameSubjectWithAnotherName_IsTheSamePerson()
    {
        await AdmitAsync(Mapped, Person("1", "bob", "dev"));

        Assert.Null(await AdmitAsync(Mapped, Person("1", "robert", "dev")));

        Assert.Equal(2, (await ListAsync()).Count);
    }

    [Fact]
    public async Task Admit_SameSubjectOfAnotherIssuer_IsSomebodyElse()
    {
        await AdmitAsync(Mapped, Person("1", "bob", "dev"));

        Assert.Equal(SignInReasons.NameTaken, await AdmitAsync(Mapped, Person("1", "bob", "ops") with { Issuer = "https://other.example.com" }));

        Assert.Equal(Roles.Editor, (await FindAsync("bob"))!.Role);
    }

    [Fact]
    public async Task Admit_Disabled_IsRefused()
    {
        await AdmitAsync(Mapped, Person("1", "bob", "dev"));
        await _store.Users.SetDisabledAsync(_admin, (await FindAsync("bob"))!.Id, true, CancellationToken.None);

        Assert.Equal(SignInReasons.Disabled, await AdmitAsync(Mapped, Person("1", "bob", "dev")));
    }

    [Fact]
    public async Task Admit_NoAutoCreate_RefusesNewcomers()
    {
        Assert.Equal(SignInReasons.Unknown, await AdmitAsync(With(autoCreate: false), Person("1", "bob", "ops")));

        Assert.Single(await ListAsync());
    }

    [Theory]
    [InlineData(true, true, null)]
    [InlineData(true, false, SignInReasons.Unknown)]
    [InlineData(false, true, SignInReasons.Unknown)]
    public async Task Admit_AddressOfAnAccount_LinksOnlyWhenVerifiedAndAllowed(bool isAllowed, bool isVerified, string? reason)
    {
        await _store.Users.InviteAsync(_admin, "bob@example.com", null, Roles.Viewer, CancellationToken.None);
        var person = Person("1", "bob", "dev") with { Email = "Bob@example.com", IsEmailVerified = isVerified };

        Assert.Equal(reason, await AdmitAsync(With(autoCreate: false, link: isAllowed), person));

        var row = (await FindAsync("bob@example.com"))!;
        Assert.Equal((reason is null, reason is null ? Roles.Editor : Roles.Viewer, reason is not null), (row.IsExternal, row.Role, row.IsInvited));
    }

    [Fact]
    public async Task Admit_AddressOfSomeoneTiedAlready_IsNotTakenOver()
    {
        var options = With(autoCreate: false, link: true);
        await _store.Users.InviteAsync(_admin, "bob@example.com", null, Roles.Viewer, CancellationToken.None);
        await AdmitAsync(options, Person("1", "bob", "dev") with { Email = "bob@example.com", IsEmailVerified = true });

        Assert.Equal(SignInReasons.Unknown, await AdmitAsync(options, Person("2", "bob", "ops") with { Email = "bob@example.com", IsEmailVerified = true }));
    }

    [Fact]
    public async Task Admit_LinkToSomeoneRefused_LeavesNoTrace()
    {
        var options = With(autoCreate: false, link: true);
        await _store.Users.InviteAsync(_admin, "bob@example.com", null, Roles.Viewer, CancellationToken.None);

        Assert.Equal(SignInReasons.NoRole, await AdmitAsync(options, Person("1", "bob", "other") with { Email = "bob@example.com", IsEmailVerified = true }));

        var row = (await FindAsync("bob@example.com"))!;
        Assert.Equal((false, Roles.Viewer), (row.IsExternal, row.Role));
    }

    [Fact]
    public async Task Admit_NameTaken_FallsBackToTheVerifiedAddress()
    {
        Assert.Equal(SignInReasons.NameTaken, await AdmitAsync(Mapped, Person("1", "Ada", "dev") with { Email = "ada@example.com" }));
        Assert.Null(await AdmitAsync(Mapped, Person("1", "Ada", "dev") with { Email = "ada@example.com", IsEmailVerified = true }));

        Assert.NotNull(await FindAsync("ada@example.com"));
    }

    [Fact]
    public async Task Admit_WritesWhoWasLetInAndWhoWasNot()
    {
        await AdmitAsync(Mapped, Person("1", "bob", "dev"));
        await AdmitAsync(Mapped, Person("2", "eve", "other"));

        var rows = await _store.Audit.ListAsync(new AuditFilter(), null, 10, CancellationToken.None);
        Assert.Contains(rows, r => r is { Action: AuditActions.SignIn, Actor: "bob", Outcome: "ok", Address: "192.0.2.1" });
        Assert.Contains(rows, r => r is { Action: AuditActions.UserCreate, Target: "bob" });
        var refused = Assert.Single(rows, r => r is { Action: AuditActions.SignIn, Outcome: "refused" });
        Assert.Contains("no-role", refused.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Admit_BeforeTheFirstAdministrator_IsRefused()
    {
        await using var empty = await TestStore.OpenAsync();

        var admitted = await Accounts(empty, Mapped).AdmitAsync(Person("1", "bob", "ops"), "192.0.2.1", CancellationToken.None);

        Assert.True(admitted.IsError);
        Assert.False(await empty.Accounts.AnyAsync(CancellationToken.None));
    }

    private static ExternalIdentity Person(string subject, string name, string groups) =>
        new(Issuer, subject, name, null, null, false, groups.Split(',', StringSplitOptions.RemoveEmptyEntries));

    private static OidcOptions With(FrozenDictionary<string, string>? map = null, string? defaultRole = null, bool autoCreate = true, bool link = false) => new()
    {
        Authority = Mapped.Authority,
        ClientId = Mapped.ClientId,
        DisplayName = Mapped.DisplayName,
        RoleMap = map ?? Mapped.RoleMap,
        DefaultRole = defaultRole,
        AutoCreate = autoCreate,
        LinkVerifiedEmail = link,
    };

    private static ExternalAccounts Accounts(TestStore store, OidcOptions options) =>
        new(store.Services.GetRequiredService<IServiceScopeFactory>(), options, store.Audit, store.Time);

    /// <returns>Why the person is refused; null: they are let in.</returns>
    private async Task<string?> AdmitAsync(OidcOptions options, ExternalIdentity person) =>
        ((await Accounts(_store, options).AdmitAsync(person, "192.0.2.1", CancellationToken.None)).Error as ExternalRefusal)?.Reason;

    private async Task<List<UserRow>> ListAsync() => (await _store.Users.ListAsync(_admin, CancellationToken.None)).Value!;

    private async Task<UserRow?> FindAsync(string name) => (await ListAsync()).Find(u => u.UserName == name);
}
