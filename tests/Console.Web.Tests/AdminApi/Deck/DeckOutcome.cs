namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>What a command did, one line per change such as <c>updating services some</c>, and what was refused.</summary>
internal sealed record DeckOutcome(IReadOnlyList<string> Created, IReadOnlyList<string> Updated, IReadOnlyList<string> Deleted, IReadOnlyList<string> Failed)
{
    public (int Created, int Updated, int Deleted) Summary => (Created.Count, Updated.Count, Deleted.Count);

    /// <summary>Whether nothing was to be done; the lines say what was.</summary>
    public void AssertNothing() => Assert.Equal("", string.Join('\n', Created.Concat(Updated).Concat(Deleted).Concat(Failed)));

    public DeckOutcome AssertNoFailure()
    {
        Assert.Equal("", string.Join('\n', Failed));
        return this;
    }
}
