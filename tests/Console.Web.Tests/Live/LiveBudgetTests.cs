using ConsoleWeb.Live;
using Microsoft.Extensions.Time.Testing;

namespace ConsoleWeb.Tests.Live;

public sealed class LiveBudgetTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Pages_OfSeveralPeople_DrawWithinAFiftiethOfTheMachine()
    {
        var budget = new LiveBudget(_time, cores: 2);
        var pages = Enumerable.Range(0, 3).Select(_ => budget.WaitAsync(TimeSpan.FromMilliseconds(10), Cancellation)).ToList();

        // Ten milliseconds of two hundred and fifty, on one of two cores.
        Assert.Equal([true, false, false], pages.Select(p => p.IsCompleted));
        await PassAsync(249);
        Assert.False(pages[1].IsCompleted);
        await PassAsync(1);
        await EndAsync(pages[1]);
        Assert.False(pages[2].IsCompleted);
        await PassAsync(250);
        await EndAsync(pages[2]);
    }

    [Fact]
    public async Task Page_AfterOneThatTakesLong_WaitsHalfASecondAtMost()
    {
        var budget = new LiveBudget(_time, cores: 1);
        await EndAsync(budget.WaitAsync(TimeSpan.FromSeconds(3), Cancellation));

        var next = budget.WaitAsync(TimeSpan.FromMilliseconds(2), Cancellation);
        await PassAsync(499);
        Assert.False(next.IsCompleted);
        await PassAsync(1);
        await EndAsync(next);
    }

    [Fact]
    public async Task Page_ThatIsSmallOrNew_DoesNotWait()
    {
        var budget = new LiveBudget(_time, cores: 2);
        await EndAsync(budget.WaitAsync(TimeSpan.FromMilliseconds(100), Cancellation));

        Assert.True(budget.WaitAsync(TimeSpan.Zero, Cancellation).IsCompleted);
        Assert.True(budget.WaitAsync(TimeSpan.FromMilliseconds(0.9), Cancellation).IsCompleted);
    }

    [Fact]
    public async Task Page_ThatWasLeft_WaitsNoLonger()
    {
        var budget = new LiveBudget(_time, cores: 2);
        using var left = new CancellationTokenSource();
        await EndAsync(budget.WaitAsync(TimeSpan.FromMilliseconds(10), Cancellation));
        var waiting = budget.WaitAsync(TimeSpan.FromMilliseconds(10), left.Token);

        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EndAsync(waiting));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task EndAsync(Task waiting) => waiting.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

    private async Task PassAsync(int milliseconds)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        await Task.Delay(20, Cancellation);
    }
}
