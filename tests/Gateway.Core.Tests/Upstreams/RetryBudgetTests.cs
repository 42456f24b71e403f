using Gateway.Core.Upstreams;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Core.Tests.Upstreams;

public sealed class RetryBudgetTests
{
    private readonly FakeTimeProvider _time = new();

    /// <summary>Whatever the number of tries, over any ten seconds of failures only.</summary>
    [Theory]
    [InlineData(20, 0, 100, 1.2)]
    [InlineData(20, 100, 1000, 1.2)]
    [InlineData(50, 0, 100, 1.5)]
    [InlineData(0, 0, 100, 1.0)]
    public void Calls_AllFail_RepetitionsStayBelowTheirShare(int percent, int free, int callsInASecond, double most)
    {
        var budget = Make(percent, free);
        var (calls, repeated) = (0, 0);
        for (var second = 0; second < 60; second++)
        {
            for (var i = 0; i < callsInASecond; i++)
            {
                calls++;
                budget.Called();
                for (var attempt = 0; attempt < 5 && budget.TryTake(); attempt++)
                {
                    repeated++;
                }
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange((calls + repeated) / (double)calls, 1, most);
        Assert.True(percent == 0 || repeated > calls * percent / 200, $"{repeated} of {calls}: next to none were allowed");
    }

    [Fact]
    public void Call_OnAQuietGateway_HasAllItsRetries()
    {
        var budget = Make(20, 100);
        for (var minute = 0; minute < 10; minute++)
        {
            budget.Called();
            Assert.All(Enumerable.Range(0, 5), _ => Assert.True(budget.TryTake()));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(0, budget.Refused);
    }

    /// <summary>A dead target beside healthy ones: each repetition helps.</summary>
    [Fact]
    public void Repetition_IsAnswered_CostsNothing()
    {
        var budget = Make(0, 3);
        for (var i = 0; i < 1000; i++)
        {
            budget.Called();
            Assert.True(budget.TryTake());
            budget.GiveBack();
            _time.Advance(TimeSpan.FromMilliseconds(i % 7 * 100));
        }
    }

    [Fact]
    public void Budget_UsedUp_IsThereAgainAfterTenSeconds()
    {
        var budget = Make(0, 2);
        Assert.True(budget.TryTake() && budget.TryTake());

        Assert.False(budget.TryTake());
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(budget.TryTake());
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(budget.TryTake());
        Assert.Equal(2, budget.Refused);
    }

    private RetryBudget Make(int percent, int free) => new(Options.Create(new ForwardingOptions { RetryPercent = percent, FreeRetries = free }), _time);
}
