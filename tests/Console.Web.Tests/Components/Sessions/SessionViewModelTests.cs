using ConsoleWeb.Components.Pages.Sessions;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Sessions;
using ConsoleWeb.Tests.Components.Logs;
using ConsoleWeb.Tests.Data.Logs;
using ConsoleWeb.Tests.Data.Logs.Sessions;
using Gateway.Testing.Logging;

namespace ConsoleWeb.Tests.Components.Sessions;

/// <summary>One session, page by page.</summary>
public sealed class SessionViewModelTests
{
    private readonly FakeRequestFeed _feed = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Load_LongSession_ReadsThePagesThatAreAskedFor()
    {
        await using var log = await FillAsync(100);
        var page = await LoadAsync(log);

        Assert.Equal("70 earlier, 71 to 100, 0 later", Shown(page));
        await page.LoadEarlierAsync(Token);
        Assert.Equal("40 earlier, 41 to 100, 0 later", Shown(page));
        await page.LoadEarlierAsync(Token);
        await page.LoadEarlierAsync(Token);

        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long?)i), page.Calls.Select(c => c.Turn));
    }

    [Fact]
    public async Task Load_Turn_ShowsItWithWhatComesAfter()
    {
        await using var log = await FillAsync(100);
        var page = await LoadAsync(log, turn: 20);

        Assert.Equal("16 earlier, 17 to 46, 54 later", Shown(page));
        await page.LoadLaterAsync(Token);
        await page.LoadLaterAsync(Token);

        Assert.Equal("16 earlier, 17 to 100, 0 later", Shown(page));
        await page.LoadAsync("s", 90, Token);
        Assert.Equal("16 earlier, 17 to 100, 0 later", Shown(page));
        await page.LoadAsync("s", null, Token);
        Assert.Equal("70 earlier, 71 to 100, 0 later", Shown(page));
    }

    [Fact]
    public async Task Refresh_NewRequests_AreAddedWhereTheyBelong()
    {
        await using var log = await FillAsync(5);
        var page = await LoadAsync(log);
        // One that began before the last turn ends after it.
        await log.WriteAsync(SomeCalls.Call("s", 45), SomeCalls.Call("s", 60), SomeCalls.Call("other", 70));
        page.Invalidate();

        Assert.Null(await page.RefreshAsync(Token));
        log.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await page.RefreshAsync(Token));
        Assert.Equal([0, 10, 20, 30, 40, 45, 60], page.Calls.Select(c => (int)(c.Row.StartedAt - TestLog.Start).TotalSeconds));
        Assert.Equal(7, page.Row!.Requests);
    }

    [Fact]
    public async Task Refresh_OlderPageInView_LeavesTheNewOnesForLater()
    {
        await using var log = await FillAsync(100);
        var page = await LoadAsync(log, turn: 20);
        await log.WriteAsync(SomeCalls.Call("s", 5000));
        page.Invalidate();
        log.Time.Advance(TimeSpan.FromSeconds(1));

        await page.RefreshAsync(Token);

        Assert.Equal("16 earlier, 17 to 46, 55 later", Shown(page));
    }

    [Fact]
    public async Task Refresh_RequestThatRuns_IsShownUntilItIsStored()
    {
        await using var log = await FillAsync(1);
        var page = await LoadAsync(log);
        var running = _feed.Start("r", log.Time.GetUtcNow());
        running.SessionId = "S";

        Assert.True(await page.RefreshAsync(Token));

        Assert.Equal((SessionState.Running, "r"), (page.State, Assert.Single(page.Running).RequestId));
        var stored = SomeRecords.AiProxy("r", TestLog.Start.AddSeconds(5).ToUnixTimeMilliseconds());
        stored.SessionId = "s";
        await log.WriteAsync(stored);
        page.Invalidate();
        log.Time.Advance(TimeSpan.FromSeconds(1));
        await page.RefreshAsync(Token);
        Assert.Empty(page.Running);
    }

    [Fact]
    public async Task Load_FirstRequestRuns_ShowsItWithoutAnythingStored()
    {
        await using var log = await TestLog.StartAsync();
        _feed.Start("r", log.Time.GetUtcNow()).SessionId = "s";

        var page = await LoadAsync(log);

        Assert.Equal((null, 1, SessionState.Running), (page.Row, page.Running.Count, page.State));
        await log.WriteAsync(SomeCalls.Call("s", 0));
        _feed.Running.Clear();
        page.Invalidate();
        log.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await page.RefreshAsync(Token));
        Assert.Equal((1, 1), (page.Row!.Requests, page.Calls.Count));
    }

    [Fact]
    public async Task LoadParts_TurnsThatAreNotShown_AreReadOnce()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Enumerable.Range(0, 60).Select(i => SomeCalls.Call("s", i * 10, SomeCalls.MainRequest("Fix it " + new string('x', i * 10)), """{"content":[{"type":"text","text":"ok"}]}""")));
        var page = await LoadAsync(log);

        Assert.True(await page.LoadPartsAsync(Token));

        Assert.False(await page.LoadPartsAsync(Token));
        Assert.All(SessionCharts.Sample(page.Turns), t => Assert.True(page.Parts[t.Row].Sum > 0));
        Assert.Equal(SessionCharts.MostBodies, page.Charts!.Context(page.Parts)!.Points);
    }

    [Fact]
    public async Task Blocks_OthersBetweenTurns_AreFoldedByAgent()
    {
        await using var log = await TestLog.StartAsync();
        KeyValuePair<string, string>[] scout = [new("x-claude-code-agent-id", "scout")];
        var small = SomeCalls.Call("s", 5, """{"messages":[{"role":"user","content":"Make a title"}],"tools":[]}""");
        await log.WriteAsync(
            small, SomeCalls.Call("s", 10, SomeCalls.MainRequest("Fix")), SomeCalls.Call("s", 20, headers: scout), SomeCalls.Call("s", 30, headers: [new("x-claude-code-agent-id", "other")]),
            SomeCalls.Call("s", 40, headers: scout), SomeCalls.Call("s", 50, SomeCalls.MainRequest("Fix")));

        var page = await LoadAsync(log);

        Assert.Equal(["Background 1", "turn 1", "SubAgent scout 2, SubAgent other 1", "turn 2"], page.Blocks.Select(b => b.Main is { } main ? $"turn {main.Turn}" : string.Join(", ", b.Others.Select(o => $"{o.Kind} {(o.SubAgent is null ? "" : o.SubAgent + " ")}{o.Calls.Count}"))));
    }

    private async Task<SessionViewModel> LoadAsync(TestLog log, long? turn = null)
    {
        var page = new SessionViewModel(new SqliteSessionStore(log.Database), log.Store, _feed, log.Time) { MayReadPayloads = true };
        await page.LoadAsync("s", turn, Token);
        Assert.Null(page.LoadError);
        return page;
    }

    private static string Shown(SessionViewModel page) => $"{page.Earlier} earlier, {page.Calls.First().Turn} to {page.Calls.Last().Turn}, {page.Later} later";

    private static async Task<TestLog> FillAsync(int turns)
    {
        var log = await TestLog.StartAsync();
        await log.WriteAsync(Enumerable.Range(0, turns).Select(i => SomeCalls.Call("s", i * 10)));
        log.Time.Advance(TimeSpan.FromSeconds(turns * 10));
        return log;
    }
}
