namespace Gateway.LogBench.Week;

/// <summary>One session of one person.</summary>
internal sealed record PlannedSession(string Id, string Agent, string Person, string Title, string Directory, string? Branch)
{
    public List<PlannedCall> Calls { get; } = [];

    public Sums Sum()
    {
        var sums = new Sums();
        Calls.ForEach(sums.Add);
        return sums;
    }
}
