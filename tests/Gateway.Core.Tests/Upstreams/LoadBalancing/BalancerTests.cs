using Gateway.Core.Upstreams.LoadBalancing;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Core.Tests.Upstreams.LoadBalancing;

public sealed class BalancerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void RoundRobin_Weights_ShareTheWheelByGreatestCommonDivisor()
    {
        var balancer = new RoundRobinBalancer(Targets(70, 25, 5), new Random(1));

        Assert.Equal([14, 5, 1], CountBy(balancer.Wheel.ToArray(), 3));
        Assert.Equal([1400, 500, 100], Picks(balancer, 3, 2000));
    }

    [Fact]
    public void RoundRobin_UnavailableTarget_IsSkipped()
    {
        var balancer = new RoundRobinBalancer(Targets(100, 100), new Random(1));

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(1, balancer.Pick(new BalancerRequest([false, true])));
        }

        Assert.Equal(-1, balancer.Pick(new BalancerRequest([false, false])));
    }

    [Fact]
    public void ConsistentHash_SameValue_MeetsSameTargetAcrossInstances()
    {
        var first = new ConsistentHashBalancer(Targets(100, 100, 100), 10000);
        var second = new ConsistentHashBalancer(Targets(100, 100, 100), 10000);

        for (var i = 0; i < 200; i++)
        {
            var hash = ConsistentHashBalancer.Hash($"session-{i}");
            Assert.Equal(first.Pick(All(3, hash)), second.Pick(All(3, hash)));
        }
    }

    [Fact]
    public void ConsistentHash_TargetGoes_MovesOnlyItsShare()
    {
        var balancer = new ConsistentHashBalancer(Targets(100, 100, 100), 10000);

        for (var i = 0; i < 1000; i++)
        {
            var hash = ConsistentHashBalancer.Hash($"session-{i}");
            var before = balancer.Pick(All(3, hash));
            var after = balancer.Pick(new BalancerRequest([true, true, false]) { Hash = hash });
            Assert.True(before == 2 ? after != 2 : after == before);
        }
    }

    [Fact]
    public void ConsistentHash_Weights_ShareTheValues()
    {
        var balancer = new ConsistentHashBalancer(Targets(300, 100), 10000);
        var counts = new int[2];

        for (var i = 0; i < 4000; i++)
        {
            counts[balancer.Pick(All(2, ConsistentHashBalancer.Hash($"v{i}")))]++;
        }

        Assert.InRange(counts[0] / 4000.0, 0.65, 0.85);
    }

    [Fact]
    public void ConsistentHash_Retry_GoesToAnotherTarget()
    {
        var balancer = new ConsistentHashBalancer(Targets(100, 100), 100);
        var request = All(2, 7);

        var first = balancer.Pick(request);
        request.MarkFailed(first);

        Assert.Equal(1 - first, balancer.Pick(request));
    }

    [Fact]
    public void LeastConnections_BusyTarget_IsAvoidedByWeight()
    {
        var balancer = new LeastConnectionsBalancer(Targets(200, 100));
        var counts = new int[2];

        for (var i = 0; i < 30; i++)
        {
            var target = balancer.Pick(All(2));
            balancer.Started(target);
            counts[target]++;
        }

        Assert.Equal([20, 10], counts);
        balancer.Ended(1, default);
        Assert.Equal(1, balancer.Pick(All(2)));
    }

    [Fact]
    public void LeastConnections_AllFailed_StartsOver()
    {
        var balancer = new LeastConnectionsBalancer(Targets(100, 100));
        var request = All(2);
        request.MarkFailed(0);
        request.MarkFailed(1);

        Assert.InRange(balancer.Pick(request), 0, 1);
    }

    [Fact]
    public void LowestLatency_FastTarget_GetsMostOfTheTraffic()
    {
        var balancer = new LowestScoreBalancer(Targets(100, 100), ScoreKind.Seconds, _time);
        double[] seconds = [0.2, 2.0];
        var counts = new int[2];

        for (var i = 0; i < 3000; i++)
        {
            var target = balancer.Pick(All(2));
            counts[target]++;
            _time.Advance(TimeSpan.FromSeconds(0.2));
            balancer.Ended(target, new AttemptResult(seconds[target], IsSuccess: true));
        }

        // The slow one is tried again now and then, once its average has decayed.
        Assert.InRange(counts[1], 3, 300);
    }

    [Fact]
    public void LowestLatency_FailedTargets_LeaveNone()
    {
        var balancer = new LowestScoreBalancer(Targets(100), ScoreKind.Seconds, _time);
        var request = All(1);
        Assert.Equal(0, balancer.Pick(request));

        request.MarkFailed(0);

        Assert.Equal(-1, balancer.Pick(request));
    }

    [Theory]
    [InlineData(0.0, 4.0)]
    [InlineData(10.0, 1.471517764685769)]
    [InlineData(30.0, 0.19914827347145578)]
    public void Averages_Unused_Decay(double seconds, double expected)
    {
        var averages = new DecayingAverages(Targets(1), _time);
        averages.Update(0, 4);

        _time.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(expected, averages.Score(0), 9);
    }

    [Fact]
    public void Averages_Update_WeighsByElapsedTime()
    {
        var averages = new DecayingAverages(Targets(2), _time);
        averages.Update(0, 4);
        _time.Advance(TimeSpan.FromSeconds(10));

        averages.Update(0, 1);

        var weight = Math.Exp(-1);
        Assert.Equal(((4 * weight) + (1 - weight)) / 2, averages.Score(0), 9);
    }

    [Fact]
    public void Averages_NewTarget_StartsWithMeanOfOthers()
    {
        var averages = new DecayingAverages(Targets(1, 1, 1), _time);
        averages.Update(0, 2);
        averages.Update(1, 4);

        Assert.Equal(3, averages.Score(2), 9);
    }

    [Fact]
    public void LowestUsage_LighterTarget_IsChosen()
    {
        var balancer = new LowestScoreBalancer(Targets(100, 100), ScoreKind.Usage, _time);
        balancer.Ended(0, new AttemptResult(1, true) { Usage = 5000 });
        balancer.Ended(1, new AttemptResult(1, true) { Usage = 100 });

        Assert.Equal(1, balancer.Pick(All(2)));
    }

    [Fact]
    public void Priority_HeavierGroup_ServesUntilAllOfItFailed()
    {
        var balancer = new PriorityBalancer(Targets(10, 50, 50));
        var request = All(3);
        var first = balancer.Pick(request);
        request.MarkFailed(first);
        var second = balancer.Pick(request);
        request.MarkFailed(second);
        var third = balancer.Pick(request);
        request.MarkFailed(third);

        Assert.Equal([1, 2], new[] { first, second }.Order());
        Assert.Equal(0, third);
        Assert.Equal(-1, balancer.Pick(request));
    }

    [Fact]
    public void Priority_EqualTargets_TakeTurns()
    {
        var balancer = new PriorityBalancer(Targets(50, 50, 10));

        Assert.Equal([50, 50, 0], Picks(balancer, 3, 100));
    }

    private static BalancerTarget[] Targets(params int[] weights) => [.. weights.Select((w, i) => new BalancerTarget($"target-{i}", w))];

    private static BalancerRequest All(int count, uint hash = 0) => new([.. Enumerable.Repeat(true, count)]) { Hash = hash };

    private static int[] Picks(ILoadBalancer balancer, int targets, int picks) =>
        CountBy([.. Enumerable.Range(0, picks).Select(_ => balancer.Pick(All(targets)))], targets);

    private static int[] CountBy(int[] values, int targets) => [.. Enumerable.Range(0, targets).Select(t => values.Count(v => v == t))];
}
