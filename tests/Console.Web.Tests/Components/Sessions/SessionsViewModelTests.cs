using ConsoleWeb.Components.Pages.Sessions;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Sessions;
using ConsoleWeb.Tests.Components.Logs;
using ConsoleWeb.Tests.Data.Logs;
using ConsoleWeb.Tests.Data.Logs.Sessions;

namespace ConsoleWeb.Tests.Components.Sessions;

/// <summary>Which sessions the list shows, and in which order.</summary>
public sealed class SessionsViewModelTests
{
    private readonly FakeRequestFeed _feed = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Load_SomeAtWork_ThoseComeFirst()
    {
        await using var log = await FillAsync();
        _feed.Start("r", log.Time.GetUtcNow()).SessionId = "first";

        var list = await LoadAsync(log, new SessionsView());

        // The first one runs, the last one has answered a moment ago, the one between them has not for an hour.
        Assert.Equal(["third waiting", "first running", "second ended"], list.Items.Select(i => $"{i.Row.Id} {SessionTexts.StateOf(i.State)}"));
        Assert.Equal((1, 1, 1), (list.RunningCount, list.WaitingCount, list.Items[1].InFlight));
    }

    [Fact]
    public async Task Load_AtWorkOnly_LeavesTheOthersOut()
    {
        await using var log = await FillAsync();

        Assert.Equal(["third"], (await LoadAsync(log, new SessionsView { IsActiveOnly = true })).Items.Select(i => i.Row.Id));
    }

    /// <summary>The log knows nothing of a session before its first request has ended.</summary>
    [Fact]
    public async Task Refresh_FirstRequestOfASession_ShowsIt()
    {
        await using var log = await FillAsync();
        var list = await LoadAsync(log, new SessionsView { Query = "agent:codex" });
        Assert.Empty(list.Items);

        _feed.Start("r", log.Time.GetUtcNow(), "gpt-5").SessionId = "new";
        Assert.True(await list.RefreshAsync(Token));

        var item = Assert.Single(list.Items);
        Assert.Equal(("new", SessionState.Running, false, "gpt-5"), (item.Row.Id, item.State, item.IsStored, item.Row.Model));
        Assert.False(await list.RefreshAsync(Token));
    }

    [Fact]
    public async Task Refresh_NewRows_AreReadOnceASecond()
    {
        await using var log = await FillAsync();
        var list = await LoadAsync(log, new SessionsView());
        await log.WriteAsync(SomeCalls.Call("fourth", 7210));
        list.Invalidate();

        Assert.Null(await list.RefreshAsync(Token));
        log.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await list.RefreshAsync(Token));
        Assert.Equal("fourth", list.Items[0].Row.Id);
    }

    [Fact]
    public async Task Load_MoreThanAPage_LeadsThroughAllOfThemOnce()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Enumerable.Range(0, SessionsViewModel.PageSize * 2 + 3).Select(i => SomeCalls.Call($"s{i}", i)));
        log.Time.Advance(TimeSpan.FromHours(1));

        var (found, view) = (new List<string>(), new SessionsView());
        while (true)
        {
            var page = await LoadAsync(log, view);
            found.AddRange(page.Items.Select(i => i.Row.Id));
            if (page.Older is not { } older)
            {
                break;
            }

            view = view with { Before = older };
        }

        Assert.Equal(Enumerable.Range(0, SessionsViewModel.PageSize * 2 + 3).Reverse().Select(i => $"s{i}"), found);
    }

    [Fact]
    public async Task Load_TermOfSingleRequests_SaysWhyNothingIsFound()
    {
        await using var log = await FillAsync();

        var list = await LoadAsync(log, new SessionsView { Query = "ttft:>2s" });

        Assert.Empty(list.Items);
        Assert.Contains("ttft is about single requests", list.FilterError, StringComparison.Ordinal);
        Assert.Null(list.LoadError);
    }

    [Fact]
    public async Task Load_NothingInRange_KnowsWhetherThereAreOthers()
    {
        await using var log = await FillAsync();
        log.Time.Advance(TimeSpan.FromDays(60));

        Assert.True((await LoadAsync(log, new SessionsView())).HasAny);
        await using var empty = await TestLog.StartAsync();
        Assert.False((await LoadAsync(empty, new SessionsView())).HasAny);
    }

    [Fact]
    public async Task Load_Fields_OfferWhatTheLogHas()
    {
        await using var log = await FillAsync();

        var values = (await LoadAsync(log, new SessionsView())).Values;

        Assert.Equal(["agent claude-code", "model gpt-5-mini-2025-08-07", "consumer "], values.Select(v => $"{v.Key} {string.Join(' ', v.Value)}"));
    }

    [Fact]
    public async Task Load_PersonWithoutTheRight_SeesNoTitles()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(SomeCalls.Call("s", 0, SomeCalls.MainRequest("Fix the totals")));
        var list = new SessionsViewModel(new SqliteSessionStore(log.Database), log.Store, _feed, log.Time);

        await list.LoadAsync(new SessionsView(), Token);

        Assert.Equal((null, null, null), (list.Items[0].Row.Title, list.Items[0].Row.Branch, list.Items[0].Row.Directory));
    }

    private async Task<SessionsViewModel> LoadAsync(TestLog log, SessionsView view)
    {
        var list = new SessionsViewModel(new SqliteSessionStore(log.Database), log.Store, _feed, log.Time) { MayReadTexts = true };
        await list.LoadAsync(view, Token);
        return list;
    }

    /// <summary>Three sessions, the last of which has ended a moment ago.</summary>
    private static async Task<TestLog> FillAsync()
    {
        var log = await TestLog.StartAsync();
        await log.WriteAsync(SomeCalls.Call("first", 0), SomeCalls.Call("second", 100), SomeCalls.Call("third", 7200));
        log.Time.Advance(TimeSpan.FromSeconds(7230));
        return log;
    }
}
