using Bunit;
using ConsoleWeb.Auth;
using ConsoleWeb.Backups;
using ConsoleWeb.Components.Pages.Settings;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Health;
using ConsoleWeb.Features.Listeners;
using ConsoleWeb.Features.Storage;
using ConsoleWeb.Options;
using Gateway.Shared.Schema;
using Gateway.Testing;
using Gateway.Testing.Logging;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.Settings;

public sealed class SettingsPagesTests : ConsoleContext
{
    [Fact]
    public async Task Health_AfterSomeRequests_SumsUpAndSaysAllIsWell()
    {
        await FillLogAsync();

        var page = RenderPage<HealthPage>();

        page.WaitForAssertion(() => Assert.Contains("All is well", page.Find("[data-testid=verdict]").TextContent, StringComparison.Ordinal));
        var facts = page.Find("[data-testid=log-health]").TextContent;
        Assert.Contains("Produced3", facts, StringComparison.Ordinal);
        Assert.Contains("= written3", facts, StringComparison.Ordinal);
        Assert.Contains("agrees", facts, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 5, 5, false)]
    [InlineData(2, 5, 5, true)]
    [InlineData(0, 5, 6, true)]
    public void Health_LossOrStep_IsGrave(long dropped, long serving, long stored, bool isGrave)
    {
        var log = new RequestLogState(new RequestLogCounts(10, 10 - dropped, dropped, 0, 0, 0), null, null, 0, 0);
        var facts = new HealthFacts(serving, stored, 1, null, log, new DiskUse([], long.MaxValue, long.MaxValue), 0, 0, 0, TimeSpan.Zero);

        Assert.True(facts.IsBalanced);
        Assert.Equal(isGrave, facts.Problems.Any(p => p.IsGrave));
    }

    [Fact]
    public async Task Data_ShowsRoomRetentionAndWhoStoresBodies()
    {
        await FillLogAsync();
        await StoreAsync(EntityKinds.Plugins, """{"name":"ai-proxy","config":{"route_type":"llm/v1/chat","logging":{"log_payloads":true},"model":{"provider":"openai"}}}""");

        var page = RenderPage<DataPage>();

        page.WaitForAssertion(() => Assert.Contains("Request log", page.Find("[data-testid=disk]").TextContent, StringComparison.Ordinal));
        Assert.Equal(("90", "10.0\u202fGiB"), (page.Find("[data-testid=max-age]").GetAttribute("value"), page.Find("[data-testid=max-bytes]").GetAttribute("value")));
        Assert.Contains("bodies are stored", page.Find("[data-testid=payloads]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_DeleteNow_AsksAndDeletesWhatIsOlder()
    {
        await FillLogAsync();
        var page = RenderPage<DataPage>();
        page.WaitForAssertion(() => Assert.Equal("1 request", page.Find("[data-testid=found]").TextContent));

        page.Click("[data-testid=delete-now]");
        page.Click("[data-testid=confirm]");

        var store = Host.Services.GetRequiredService<IRequestLogStore>();
        Assert.True(await Poll.UntilAsync(async () => await store.FindAsync("old", Xunit.TestContext.Current.CancellationToken) is null));
        Assert.NotNull(await store.FindAsync("new-1", Xunit.TestContext.Current.CancellationToken));
        page.WaitForAssertion(() => Assert.Equal("0 requests", page.Find("[data-testid=found]").TextContent), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Data_FewerDays_ShowsWhatWouldGoAsksAndIsInForce()
    {
        await FillLogAsync();
        var page = RenderPage<DataPage>();

        await page.ChangeAsync("[data-testid=max-age]", "30");
        page.WaitForAssertion(() => Assert.StartsWith("Would delete 1 request", page.Find("[data-testid=retention-preview]").TextContent, StringComparison.Ordinal));
        page.Click("[data-testid=save-retention]");
        page.Click("[data-testid=confirm]");

        page.WaitForAssertion(() => Assert.Contains("In force now", page.Find("[data-testid=retention-state]").TextContent, StringComparison.Ordinal));
        Assert.Equal(30, Host.Services.GetRequiredService<RetentionService>().Current.MaxAgeDays);
        var store = Host.Services.GetRequiredService<IRequestLogStore>();
        Assert.True(await Poll.UntilAsync(async () => await store.FindAsync("old", Xunit.TestContext.Current.CancellationToken) is null));
    }

    [Fact]
    public async Task Data_WrongLimits_AreSaidAtTheirFieldsAndNotSaved()
    {
        var page = RenderPage<DataPage>();

        await page.ChangeAsync("[data-testid=max-age]", "soon");
        await page.ChangeAsync("[data-testid=max-bytes]", "1 KB");
        page.Click("[data-testid=save-retention]");

        Assert.Contains("Whole days", page.Find("#max-age-help").TextContent, StringComparison.Ordinal);
        Assert.Contains("At least", page.Find("#max-bytes-help").TextContent, StringComparison.Ordinal);
        Assert.Null(Host.Services.GetRequiredService<RetentionService>().Changed);
    }

    [Fact]
    public void Data_Viewer_MayNotDeleteOrSet()
    {
        var page = RenderPage<DataPage>(Roles.Viewer);

        page.WaitForAssertion(() => Assert.True(page.Find("[data-testid=delete-now]").HasAttribute("disabled")));
        Assert.True(page.Find("[data-testid=save-retention]").HasAttribute("disabled"));
    }

    [Fact]
    public void Backup_Schedule_IsSetAndTellsTheNext()
    {
        var page = RenderPage<BackupPage>();
        Assert.Equal("off", page.Find("[data-testid=schedule-next]").TextContent);

        page.Change("[data-testid=schedule-on]", true);
        page.Change("[data-testid=schedule-keep]", "3");
        page.Click("[data-testid=save-schedule]");
        Assert.Contains("enter a passphrase", page.Find("[data-testid=schedule-error]").TextContent, StringComparison.Ordinal);
        page.Change("[data-testid=schedule-keys]", false);
        page.Click("[data-testid=save-schedule]");

        page.WaitForAssertion(() => Assert.Equal("Saved.", page.Find("[data-testid=schedule-state]").TextContent));
        Assert.Equal((true, 3), (Host.Services.GetRequiredService<BackupSchedule>().Plan.IsOn, Host.Services.GetRequiredService<BackupSchedule>().Plan.Keep));
        Assert.StartsWith("next ", page.Find("[data-testid=schedule-next]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Listeners_AreListedWithTheirVariables()
    {
        var rows = RenderPage<ListenersPage>().FindAll("[data-testid=listeners] tbody tr").Select(r => r.TextContent).ToList();

        Assert.Equal(5, rows.Count);
        Assert.Contains("Gateway__Proxy__Url", rows[0], StringComparison.Ordinal);
        Assert.Contains("this machine", rows[0], StringComparison.Ordinal);
        Assert.Contains("off", rows[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_MadeCheckedAndForgotten_LeavesTheDataAlone()
    {
        await StoreAsync(EntityKinds.Services, """{"name":"kept","host":"a.example"}""");
        var page = RenderPage<BackupPage>();

        page.Click("[data-testid=make-backup]");
        page.WaitForAssertion(() => Assert.Single(page.FindAll("[data-backup]")), TimeSpan.FromSeconds(20));
        Assert.Contains("no keys", page.Find("[data-backup]").TextContent, StringComparison.Ordinal);

        page.Click("[data-testid=restore]");
        page.WaitForElement("[data-testid=stage]", TimeSpan.FromSeconds(20)).Click();
        page.WaitForAssertion(() => page.Find("[data-testid=staged]"), TimeSpan.FromSeconds(20));
        Assert.True(File.Exists(Path.Combine(Host.Directory, "restore-at-start")));

        page.Click("[data-testid=staged] button", "Throw it away");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=staged]")));
        Assert.False(File.Exists(Path.Combine(Host.Directory, "restore-at-start")));
        Assert.NotNull(Entities.Find(EntityKinds.Services, "kept", Person));
    }

    [Fact]
    public async Task Backup_MadeOrDeletedElsewhere_IsListedByItself()
    {
        var page = RenderPage<BackupPage>();
        var shelf = Host.Services.GetRequiredService<BackupShelf>();
        Assert.Empty(page.FindAll("[data-backup]"));

        var name = await shelf.MakeAsync(withLogs: false, null, "1.2.3", Person, Xunit.TestContext.Current.CancellationToken, isDaily: true);
        page.WaitForAssertion(() => Assert.Contains("daily", page.Find("[data-backup]").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));

        shelf.Delete(name, Person);
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-backup]")), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Backup_Editor_MayNot() =>
        Assert.Contains("for administrators", RenderPage<BackupPage>(Roles.Editor).Markup, StringComparison.Ordinal);

    private async Task FillLogAsync()
    {
        var queue = Host.Services.GetRequiredService<RequestLogQueue>();
        queue.Add(SomeRecords.Plain("old", DateTimeOffset.UtcNow.AddDays(-40).ToUnixTimeMilliseconds()));
        queue.Add(SomeRecords.Plain("new-1", DateTimeOffset.UtcNow.AddMinutes(-2).ToUnixTimeMilliseconds()));
        queue.Add(SomeRecords.Plain("new-2", DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeMilliseconds()));
        var state = Host.Services.GetRequiredService<IRequestLogState>();
        Assert.True(await Poll.UntilAsync(() => Task.FromResult(state.State.Counts.Written == 3)));
    }

    private IRenderedComponent<T> RenderPage<T>(string role = Roles.Admin)
        where T : Microsoft.AspNetCore.Components.IComponent
    {
        Borrow<HealthService>();
        Borrow<LogStorage>();
        Borrow<RetentionService>();
        Borrow<BackupSchedule>();
        Borrow<DiskMeter>();
        Borrow<ListenerFacts>();
        Borrow<BackupShelf>();
        Borrow<RestartSwitch>();
        Borrow<DataDirectory>();
        AddAuthorization().SetAuthorized("ada").SetRoles(role);
        return Render<T>();
    }
}
