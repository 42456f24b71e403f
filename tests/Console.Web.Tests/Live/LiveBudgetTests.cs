using ConsoleWeb.Live;
using Microsoft.Extensions.Time.Testing;

namespace ConsoleWeb.Tests.Live;

public sealed class LiveBudgetTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Draw_OfSeveralPages_TakesAFortiethOfTheMachine()
    {
        using var budget = new LiveBudget(_time, cores: 2);
        var drawn = new List<int>();
        var pages = Enumerable.Range(0, 3).Select(page => budget.DrawAsync(() => Draw(drawn, page, milliseconds: 10), Cancellation)).ToList();

        // Ten milliseconds of two hundred, on one of two cores.
        await EndAsync(pages[0]);
        Assert.Equal([0], drawn);
        await PassAsync(189);
        Assert.Equal([0], drawn);
        await PassAsync(1);
        await EndAsync(pages[1]);
        Assert.Equal([0, 1], drawn);
        await PassAsync(190);
        await EndAsync(pages[2]);
        Assert.Equal([0, 1, 2], drawn);
    }

    [Fact]
    public async Task Draw_AfterOneThatTookLong_WaitsHalfASecondAtMost()
    {
        using var budget = new LiveBudget(_time, cores: 1);
        var drawn = new List<int>();
        await budget.DrawAsync(() => Draw(drawn, 0, milliseconds: 3000), Cancellation);

        var next = budget.DrawAsync(() => Draw(drawn, 1, milliseconds: 1), Cancellation);
        await PassAsync(499);
        Assert.Equal([0], drawn);
        await PassAsync(1);
        await EndAsync(next);
        Assert.Equal([0, 1], drawn);
    }

    [Fact]
    public async Task Draw_OfAPageThatWasLeft_TakesNoTurn()
    {
        using var budget = new LiveBudget(_time, cores: 2);
        using var left = new CancellationTokenSource();
        var drawn = new List<int>();
        await budget.DrawAsync(() => Draw(drawn, 0, milliseconds: 10), Cancellation);
        var waiting = budget.DrawAsync(() => Draw(drawn, 1, milliseconds: 10), left.Token);

        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var next = budget.DrawAsync(() => throw new InvalidOperationException("cannot be drawn"), Cancellation);
        await PassAsync(190);
        await Assert.ThrowsAsync<InvalidOperationException>(() => EndAsync(next));
        await budget.DrawAsync(() => Draw(drawn, 2, milliseconds: 10), Cancellation);

        Assert.Equal([0, 2], drawn);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task EndAsync(Task drawing) => drawing.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

    private void Draw(List<int> drawn, int page, int milliseconds)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        drawn.Add(page);
    }

    private async Task PassAsync(int milliseconds)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        await Task.Delay(20, Cancellation);
    }
}
