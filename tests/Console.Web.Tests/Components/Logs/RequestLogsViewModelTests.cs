using ConsoleWeb.Components.Controls;
using ConsoleWeb.Components.Pages.Logs;
using Gateway.Shared.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ConsoleWeb.Tests.Components.Logs;

public sealed class RequestLogsViewModelTests
{
    private readonly FakeTimeProvider _time = new(Rows.Start.AddMinutes(10));
    private readonly FakeRequestLogStore _store = new();
    private readonly FakeRequestFeed _feed = new();
    private readonly RequestLogsViewModel _model;

    public RequestLogsViewModelTests() => _model = new RequestLogsViewModel(_store, _feed, _time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IEnumerable<string> Ids => _model.Rows.Select(r => r.RequestId);

    [Fact]
    public async Task Load_RunningAndStored_AreOneListByStart()
    {
        _store.Add(Rows.Call("old", Rows.Start));
        _store.Add(Rows.Call("new", Rows.Start.AddMinutes(2)));
        _feed.Start("running", Rows.Start.AddMinutes(1));

        await LoadAsync();

        Assert.Equal(["new", "running", "old"], Ids);
    }

    [Fact]
    public async Task Refresh_CallEnds_KeepsItsPlaceAndIsNeverGone()
    {
        _store.Add(Rows.Call("old", Rows.Start));
        _feed.Start("call", Rows.Start.AddMinutes(1));
        _feed.Start("later", Rows.Start.AddMinutes(2));
        await LoadAsync();
        Assert.Equal(["later", "call", "old"], Ids);

        // It has ended, but its row is not written yet.
        _feed.Running.RemoveAll(r => r.RequestId == "call");
        await _model.RefreshAsync(Cancellation);
        Assert.Equal(["later", "call", "old"], Ids);

        _store.Add(Rows.Call("call", Rows.Start.AddMinutes(1)));
        await _model.RefreshAsync(Cancellation);
        Assert.Equal(["later", "call", "old"], Ids);
        Assert.False(_model.Rows[1].IsInFlight);
    }

    [Fact]
    public async Task Refresh_EndedCallThatIsNeverStored_LeavesAfterAWhile()
    {
        _feed.Start("call", Rows.Start);
        await LoadAsync();
        _feed.Running.Clear();
        await _model.RefreshAsync(Cancellation);
        Assert.Equal(["call"], Ids);

        _time.Advance(TimeSpan.FromSeconds(4));
        await _model.RefreshAsync(Cancellation);

        Assert.Empty(_model.Rows);
    }

    [Fact]
    public async Task Pause_RowsArrive_AreCountedAndShownOnResume()
    {
        await LoadAsync();
        _model.Pause();
        _store.Add(Rows.Call("a", Rows.Start));
        _store.Add(Rows.Call("b", Rows.Start.AddSeconds(1)));

        Assert.True(await _model.RefreshAsync(Cancellation));
        Assert.Empty(_model.Rows);
        Assert.Equal(2, _model.NewWhilePaused);
        Assert.False(await _model.RefreshAsync(Cancellation));

        await _model.ResumeAsync(Cancellation);
        Assert.Equal(["b", "a"], Ids);
        Assert.Equal(0, _model.NewWhilePaused);
    }

    [Fact]
    public async Task Follow_ScrolledDown_HoldsStillUntilTheTop()
    {
        _store.Add(Rows.Call("a", Rows.Start));
        await LoadAsync();
        await _model.FollowAsync(isAtTop: false, Cancellation);
        _store.Add(Rows.Call("b", Rows.Start.AddSeconds(1)));
        await _model.RefreshAsync(Cancellation);
        Assert.Equal(["a"], Ids);
        Assert.Equal(1, _model.NewWhilePaused);

        await _model.FollowAsync(isAtTop: true, Cancellation);

        Assert.Equal(["b", "a"], Ids);
    }

    [Fact]
    public async Task LoadOlder_ByKey_AppendsWithoutRepeating()
    {
        for (var i = 0; i < 150; i++)
        {
            _store.Add(Rows.Call($"r{i:000}", Rows.Start.AddSeconds(i)));
        }

        await LoadAsync();
        Assert.Equal(100, _model.Rows.Count);
        Assert.True(_model.HasOlder);
        // A row that arrives between the two pages must not shift the second one.
        _store.Add(Rows.Call("fresh", Rows.Start.AddSeconds(200)));
        await _model.RefreshAsync(Cancellation);

        await _model.LoadOlderAsync(Cancellation);

        Assert.Equal(151, Ids.Distinct().Count());
        Assert.Equal(151, _model.Rows.Count);
        Assert.False(_model.HasOlder);
        Assert.Equal("r000", _model.Rows[^1].RequestId);
    }

    [Fact]
    public async Task LoadOlder_ToTheEndWhileNewOnesArrive_HasEachOnceAndLetsGoAtTheTop()
    {
        for (var i = 0; i < 3_000; i++)
        {
            _store.Add(Rows.Call($"r{i:0000}", Rows.Start.AddSeconds(i)));
        }

        await LoadAsync();
        await _model.FollowAsync(isAtTop: false, Cancellation);
        while (_model.HasOlder)
        {
            _store.Add(Rows.Call($"new{_model.Rows.Count}", Rows.Start.AddSeconds(4_000)));
            await _model.LoadOlderAsync(Cancellation);
            await _model.RefreshAsync(Cancellation);
        }

        Assert.Equal(Enumerable.Range(0, 3_000).Reverse().Select(i => $"r{i:0000}"), Ids);
        Assert.NotEqual(0, _model.NewWhilePaused);

        await _model.FollowAsync(isAtTop: true, Cancellation);
        Assert.Equal(RequestLogsViewModel.MaxTopRows, _model.Rows.Count);
        Assert.StartsWith("new", Ids.First(), StringComparison.Ordinal);
        Assert.True(_model.HasOlder);
        await _model.LoadOlderAsync(Cancellation);
        Assert.Equal(Ids.Distinct().Count(), Ids.Count());
    }

    [Fact]
    public async Task Load_Filter_AppliesToRunningCallsToo()
    {
        _feed.Start("a", Rows.Start, "gpt-4o");
        _feed.Start("b", Rows.Start, "gpt-5-mini");

        await _model.LoadAsync("model:gpt-5-mini", TimeSpan.FromHours(1), Cancellation);

        Assert.Equal(["b"], Ids);
        Assert.True(_model.IsFiltered);
    }

    [Fact]
    public async Task Load_StoreFails_SaysWhyAndRecovers()
    {
        _store.Failure = new IOException("database is locked");
        await LoadAsync();
        Assert.Equal("database is locked", _model.LoadError);

        _store.Failure = null;
        await _model.ReloadAsync(Cancellation);

        Assert.Null(_model.LoadError);
        Assert.True(_model.IsEmpty);
    }

    [Fact]
    public async Task Scale_OneOutlier_DoesNotFlattenTheRest()
    {
        for (var i = 0; i < 99; i++)
        {
            _store.Add(Rows.Call($"r{i}", Rows.Start.AddSeconds(i)) with { TotalMs = 4000 });
        }

        _store.Add(Rows.Call("slow", Rows.Start.AddSeconds(99)) with { TotalMs = 600_000 });

        await LoadAsync();

        Assert.Equal(5000, _model.ScaleMs);
    }

    [Theory]
    [InlineData(200, RequestOutcome.Ok, RequestState.Ok, "200")]
    [InlineData(413, RequestOutcome.Rejected, RequestState.Guarded, "413")]
    [InlineData(429, RequestOutcome.UpstreamError, RequestState.Refused, "429")]
    [InlineData(502, RequestOutcome.UpstreamError, RequestState.Failed, "502")]
    [InlineData(200, RequestOutcome.UpstreamCut, RequestState.Failed, "cut")]
    [InlineData(0, RequestOutcome.UpstreamTimeout, RequestState.Failed, "timeout")]
    [InlineData(200, RequestOutcome.ClientClosed, RequestState.Closed, "closed")]
    [InlineData(0, RequestOutcome.Interrupted, RequestState.Closed, "interrupted")]
    [InlineData(200, RequestOutcome.Stopped, RequestState.Closed, "stopped")]
    public void StateOf_Outcome_DecidesShapeAndWord(int status, RequestOutcome outcome, RequestState state, string text) =>
        Assert.Equal((state, text), RequestLogsViewModel.StateOf(Rows.Call() with { Status = status, Outcome = outcome }));

    [Fact]
    public void StateOf_Running_WaitsUntilItsFirstToken()
    {
        var running = Rows.Call() with { Outcome = RequestOutcome.InFlight, TimeToFirstTokenMs = null };

        Assert.Equal((RequestState.Waiting, "waiting"), RequestLogsViewModel.StateOf(running));
        Assert.Equal((RequestState.Streaming, "streaming"), RequestLogsViewModel.StateOf(running with { TimeToFirstTokenMs = 12 }));
    }

    [Fact]
    public void ReasonOf_NoMessage_PutsTheOutcomeInWords()
    {
        Assert.Null(RequestLogsViewModel.ReasonOf(Rows.Call()));
        Assert.Equal("connect refused", RequestLogsViewModel.ReasonOf(Rows.Call() with { Outcome = RequestOutcome.UpstreamError, OutcomeDetail = "connect_refused" }));
        Assert.Equal("closed by the client", RequestLogsViewModel.ReasonOf(Rows.Call() with { Outcome = RequestOutcome.ClientClosed }));
    }

    private Task LoadAsync() => _model.LoadAsync(null, TimeSpan.FromHours(1), Cancellation);
}
