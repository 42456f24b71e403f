using Gateway.Core.Llm.Forwarding;

namespace Gateway.Core.Tests.Llm.Forwarding;

public sealed class FailoverCriteriaTests
{
    [Theory]
    [InlineData("error timeout", "Error", true, false, true)]
    [InlineData("error timeout", "Error", false, false, false)]
    [InlineData("error timeout", "Error", false, true, true)]
    [InlineData("error timeout non_idempotent", "Error", false, false, true)]
    [InlineData("error", "Timeout", true, false, false)]
    [InlineData("timeout", "Timeout", true, false, true)]
    [InlineData("error timeout", "InvalidHeader", false, true, false)]
    [InlineData("invalid_header non_idempotent", "InvalidHeader", false, false, true)]
    public void Repeats_Fault_FollowsTheList(string criteria, string kind, bool isUnsent, bool isIdempotent, bool expected) =>
        Assert.Equal(expected, new FailoverCriteria(criteria.Split(' ')).Repeats(Enum.Parse<FaultKind>(kind), isUnsent, isIdempotent));

    [Fact]
    public void Statuses_Listed_FailOverButOnlySomeCountForTheBreaker()
    {
        var criteria = new FailoverCriteria(["http_429", "http_403"]);

        Assert.True(criteria.HasStatus(429));
        Assert.True(criteria.CountsAsFailure(429));
        Assert.True(criteria.HasStatus(403));
        Assert.False(criteria.CountsAsFailure(403));
        Assert.False(criteria.HasStatus(500));
    }
}
