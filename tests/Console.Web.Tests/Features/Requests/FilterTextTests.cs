using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Requests;
using Gateway.Shared.Logging;

namespace ConsoleWeb.Tests.Features.Requests;

public sealed class FilterTextTests
{
    [Fact]
    public void Parse_EveryKey_FillsItsField()
    {
        var (filter, error) = FilterText.Parse("status:4xx model:gpt-4o provider:openai route:codex-route consumer:ada agent:codex session:019a outcome:upstream_cut");

        Assert.Null(error);
        Assert.Equal(
            new RequestFilter
            {
                Status = "4xx",
                Model = "gpt-4o",
                Provider = "openai",
                Route = "codex-route",
                Consumer = "ada",
                Agent = "codex",
                SessionId = "019a",
                Outcome = RequestOutcome.UpstreamCut,
            },
            filter);
    }

    [Fact]
    public void Parse_BareWordsAndAddresses_AreFreeText()
    {
        var (filter, error) = FilterText.Parse("refused http://10.0.0.1:80/x");

        Assert.Null(error);
        Assert.Equal("refused http://10.0.0.1:80/x", filter.Text);
    }

    [Theory]
    [InlineData("status:500", "500")]
    [InlineData("STATUS:5XX", "5xx")]
    [InlineData("status:error", "error")]
    public void Parse_Status_KeepsNumbersClassesAndError(string text, string status) =>
        Assert.Equal(status, FilterText.Parse(text).Filter.Status);

    [Theory]
    [InlineData("status:banana", "status")]
    [InlineData("outcome:banana", "outcome")]
    [InlineData("colour:red", "colour")]
    [InlineData("model:", "model")]
    public void Parse_TermThatCannotBeRead_NamesItAndAppliesTheRest(string text, string named)
    {
        var (filter, error) = FilterText.Parse(text + " agent:curl");

        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Equal("curl", filter.Agent);
    }

    [Fact]
    public void Terms_Quotes_KeepBlanksTogether() =>
        Assert.Equal(["model:my model", "two words", "x"], FilterText.Terms("model:\"my model\"  \"two words\" x"));
}
