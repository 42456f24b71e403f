using ConsoleWeb.Backups;
using ConsoleWeb.Data;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Tests.Auth;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace ConsoleWeb.Tests.Backups;

/// <summary>Backups that are made by themselves, on a clock that the test moves.</summary>
public sealed class BackupScheduleTests : IAsyncLifetime
{
    private const string Passphrase = "four words do fit";

    private static readonly Actor Admin = new("ada", "console", MaySeeSecrets: false, MayWrite: true);

    private static readonly BackupPlan AtThree = BackupPlan.Default with { IsOn = true, Keep = 2, WithLogs = false };

    private TestStore? _store;
    private BackupShelf? _shelf;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestStore Store => _store!;

    private BackupShelf Shelf => _shelf!;

    /// <summary>It is midnight.</summary>
    public async ValueTask InitializeAsync()
    {
        _store = await TestStore.OpenAsync();
        _shelf = new BackupShelf(
            Store.Directory, new BackupWriter(Store.Directory, Store.Contexts, Store.Audit, Store.Time), new StoreOpener(_ => throw new InvalidOperationException()), Store.Audit, Store.Time);
    }

    public async ValueTask DisposeAsync()
    {
        Shelf.Dispose();
        await Store.DisposeAsync();
    }

    [Fact]
    public async Task Run_EveryDay_MakesOneAndKeepsTheNewest()
    {
        var schedule = New();
        await schedule.SetAsync(AtThree, "", Admin, Cancellation);
        Assert.Null(await schedule.RunDueAsync(Cancellation));
        Assert.Equal(Store.Time.Start.AddHours(3), schedule.NextAt);
        var byHand = await Shelf.MakeAsync(withLogs: false, null, "1.2.3", Admin, Cancellation);

        for (var day = 0; day < 3; day++)
        {
            Store.Time.Advance(TimeSpan.FromHours(4));
            Assert.NotNull(await schedule.RunDueAsync(Cancellation));
            Assert.Null(await schedule.RunDueAsync(Cancellation));
            Store.Time.Advance(TimeSpan.FromHours(20));
        }

        var kept = await Shelf.ListAsync(Cancellation);
        Assert.Equal(["daily-20300103T040000.tar.gz", "daily-20300102T040000.tar.gz", byHand], kept.Select(b => b.Name));
        Assert.All(kept, b => Assert.False(b.Manifest!.Has(BackupNames.Keys)));
    }

    [Fact]
    public async Task Run_MissedWhileNothingRan_IsMadeAtTheNextStart()
    {
        await New().SetAsync(AtThree, Passphrase, Admin, Cancellation);

        Store.Time.Advance(TimeSpan.FromDays(9));
        var schedule = New();
        await schedule.LoadAsync(Cancellation);
        var name = await schedule.RunDueAsync(Cancellation);

        // The passphrase outlives the process, and nobody but the keys of this place reads it from the database.
        Assert.True((await Shelf.ListAsync(Cancellation)).Single(b => b.Name == name).Manifest!.Has(BackupNames.Keys));
        Assert.DoesNotContain(Passphrase, (await Store.Services.GetRequiredService<SettingStore>().FindAsync("backups", Cancellation))!.Document.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Failing_SaysWhyAndTriesAgainAnHourLater()
    {
        var schedule = New();
        await schedule.SetAsync(AtThree, Passphrase, Admin, Cancellation);
        Store.Time.Advance(TimeSpan.FromHours(4));
        File.Move(Store.DatabaseFile, Store.DatabaseFile + ".gone");

        Assert.Null(await schedule.RunDueAsync(Cancellation));
        Assert.NotNull(schedule.Failure);
        Assert.Empty(await Shelf.ListAsync(Cancellation));

        File.Move(Store.DatabaseFile + ".gone", Store.DatabaseFile);
        Assert.Null(await schedule.RunDueAsync(Cancellation));
        Store.Time.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(await schedule.RunDueAsync(Cancellation));
        Assert.Null(schedule.Failure);
    }

    [Fact]
    public async Task Run_KeysOfAnotherPlace_AsksForThePassphraseAgain()
    {
        var elsewhere = New(DataProtectionProvider.Create("elsewhere"));
        await elsewhere.SetAsync(AtThree, Passphrase, Admin, Cancellation);
        Store.Time.Advance(TimeSpan.FromHours(4));
        var schedule = New();
        await schedule.LoadAsync(Cancellation);

        Assert.Null(await schedule.RunDueAsync(Cancellation));

        Assert.Contains("set it again", schedule.Failure!.Value.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(2, "too short")]
    public async Task Set_Wrong_IsRefused(int keep, string passphrase)
    {
        var schedule = New();

        await Assert.ThrowsAsync<BackupException>(() => schedule.SetAsync(AtThree with { Keep = keep }, passphrase, Admin, Cancellation));

        Assert.Equal(BackupPlan.Default, schedule.Plan);
    }

    private BackupSchedule New(IDataProtectionProvider? protection = null) => new(
        Store.Services.GetRequiredService<SettingStore>(),
        protection ?? Store.Services.GetRequiredService<IDataProtectionProvider>(),
        Shelf,
        Store.Audit,
        Store.Time,
        NullLogger<BackupSchedule>.Instance);
}
