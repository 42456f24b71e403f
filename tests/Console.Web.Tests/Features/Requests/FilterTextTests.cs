using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Requests;

namespace ConsoleWeb.Tests.Features.Requests;

public sealed class FilterTextTests
{
    [Fact]
    public void Parse_EveryTextField_IsATermOfIt()
    {
        var (filter, error) = FilterText.Parse("model:gpt-4o provider:openai route:codex-route consumer:ada agent:codex session:019a outcome:upstream_cut");

        Assert.Null(error);
        Assert.Equal(
            ["model=gpt-4o", "provider=openai", "route=codex-route", "consumer=ada", "agent=codex", "session=019a", "outcome=upstream_cut"],
            filter.Terms.Cast<AnyOfTerm>().Select(t => $"{t.Field.Name}={t.Values.Single()}"));
    }

    [Fact]
    public void Parse_WordsPhrasesAndAddresses_AreFreeText()
    {
        var (filter, error) = FilterText.Parse("refused http://10.0.0.1:80/x \"status:500 exactly\"");

        Assert.Null(error);
        Assert.Empty(filter.Terms);
        Assert.Equal(["refused", "http://10.0.0.1:80/x", "status:500 exactly"], filter.Texts);
    }

    [Theory]
    [InlineData("status:banana", "status")]
    [InlineData("status:>=", "status")]
    [InlineData("outcome:banana", "outcome")]
    [InlineData("colour:red", "colour")]
    [InlineData("model:", "model")]
    [InlineData("model:()", "model")]
    [InlineData("has:colour", "has")]
    [InlineData("stream:maybe", "stream")]
    [InlineData("ttft:>2parsecs", "ttft")]
    [InlineData("size.in:>-1KB", "size.in")]
    [InlineData("cost:NaN", "cost")]
    public void Parse_TermThatCannotBeRead_NamesItAndAppliesTheRest(string text, string named)
    {
        var (filter, error) = FilterText.Parse(text + " agent:curl");

        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Equal("agent", Assert.Single(filter.Terms).Field.Name);
    }

    [Theory]
    [InlineData("total:>30s", 30_000)]
    [InlineData("total:>=1.5m", 90_000)]
    [InlineData("total:>250ms", 250)]
    [InlineData("total:>250", 250)]
    [InlineData("size.in:>=128KB", 128 * 1024)]
    [InlineData("tokens.out:>=2k", 2000)]
    public void Parse_Units_AreMultipliedOut(string text, double least)
    {
        var term = Assert.IsType<RangeTerm>(Assert.Single(FilterText.Parse(text).Filter.Terms));

        Assert.Equal(least, term.Least, 3);
    }

    [Fact]
    public void Words_Raw_IsWhatWasTyped() =>
        Assert.Equal(
            ["model:\"my model\"", "\"two words\"", "x", "-route:(a, b)"],
            FilterText.Words("model:\"my model\"  \"two words\" x -route:(a, b)").Select(w => w.Raw));
}
