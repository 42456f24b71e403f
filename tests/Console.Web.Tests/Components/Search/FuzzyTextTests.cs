using ConsoleWeb.Components.Search;

namespace ConsoleWeb.Tests.Components.Search;

public sealed class FuzzyTextTests
{
    [Theory]
    [InlineData("routes", "Routes")]
    [InlineData("ROU", "Routes")]
    [InlineData("cg", "Consumer groups")]
    [InlineData("congr", "Consumer groups")]
    [InlineData("codsvc", "codex-svc")]
    [InlineData("prices models", "Models & prices")]
    [InlineData("log", "Audit log")]
    [InlineData("5-mini", "gpt-5-mini")]
    public void Score_WhatPeopleType_Matches(string query, string title) => Assert.True(FuzzyText.Score(query, title, "") > 0);

    [Theory]
    [InlineData("", "Routes")]
    [InlineData("  ", "Routes")]
    [InlineData("x", "Routes")]
    [InlineData("rts", "Routes")]
    [InlineData("routes now", "Routes")]
    [InlineData("oe", "Consumers")]
    public void Score_SomethingElse_IsNone(string query, string title) => Assert.Equal(0, FuzzyText.Score(query, title, ""));

    /// <summary>Each row: the better answer, then the worse one.</summary>
    [Theory]
    [InlineData("route", "route", "route-2")]
    [InlineData("route", "Routes", "New route")]
    [InlineData("route", "New route", "codexroute")]
    [InlineData("codex", "my codex", "mycodex")]
    [InlineData("cg", "cgi", "Consumer groups")]
    public void Score_BetterKindOfMatch_IsMore(string query, string better, string worse) =>
        Assert.True(FuzzyText.Score(query, better, "") > FuzzyText.Score(query, worse, ""));

    [Fact]
    public void Score_InTheDescription_CountsLessThanInTheTitleAndNeverScattered()
    {
        Assert.InRange(FuzzyText.Score("home", "Overview", "home dashboard"), 1, FuzzyText.Score("home", "home", "") - 1);
        Assert.Equal(0, FuzzyText.Score("hd", "Overview", "home dashboard"));
    }

    [Theory]
    [InlineData("gro", "Consumer groups", "Consumer [gro]ups")]
    [InlineData("cg", "Consumer groups", "[C]onsumer [g]roups")]
    [InlineData("groups con", "Consumer groups", "[Con]sumer [groups]")]
    [InlineData("", "Consumer groups", "Consumer groups")]
    [InlineData("zzz", "Consumer groups", "Consumer groups")]
    public void Mark_ShowsWhatMatched(string query, string title, string expected) =>
        Assert.Equal(expected, string.Concat(FuzzyText.Mark(query, title).Select(p => p.IsMarked ? $"[{p.Text}]" : p.Text)));
}
