using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Requests;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using static ConsoleWeb.Tests.Data.Logs.Sessions.SomeCalls;

namespace ConsoleWeb.Tests.Data.Logs.Sessions;

/// <summary>Which sessions a filter finds.</summary>
public sealed class SessionListTests
{
    [Theory]
    [InlineData("", "docs rain totals")]
    [InlineData("agent:codex", "docs")]
    [InlineData("model:big", "totals")]
    [InlineData("model:(big,small)", "rain totals")]
    [InlineData("consumer:ada", "rain")]
    [InlineData("consumer:ada model:big", "")]
    [InlineData("has:error", "rain")]
    [InlineData("status:error", "rain")]
    [InlineData("-has:error", "docs totals")]
    [InlineData("status:502", "rain")]
    [InlineData("cost:>0.5", "totals")]
    [InlineData("cost:<=0.5", "docs rain")]
    [InlineData("tokens.out:>700", "rain totals")]
    [InlineData("session:tot*", "totals")]
    [InlineData("totals", "totals")]
    [InlineData("fix", "rain totals")]
    [InlineData("feature/rain", "rain totals")]
    [InlineData("/src/docs", "docs")]
    [InlineData("/src/shop", "rain totals")]
    [InlineData("ada", "rain")]
    public async Task List_Filter_FindsSessionsThatHaveIt(string filter, string expected)
    {
        await using var log = await FillAsync();

        Assert.Equal(expected, await ListAsync(log, FilterText.Parse(filter).Filter with { SearchesBodies = true }));
    }

    /// <summary>Whether a title has a word must not be found out by those who may not read it.</summary>
    [Theory]
    [InlineData("fix")]
    [InlineData("feature/rain")]
    [InlineData("/src/shop")]
    public async Task List_ReaderWithoutBodies_FindsNothingByTheirWords(string text)
    {
        await using var log = await FillAsync();

        Assert.Equal("", await ListAsync(log, FilterText.Parse(text).Filter));
        Assert.Equal("docs", await ListAsync(log, FilterText.Parse("/src/docs").Filter));
    }

    [Fact]
    public async Task List_Window_HoldsSessionsWithActivityInIt()
    {
        await using var log = await FillAsync();
        var filter = RequestFilter.None with { From = TestLog.Start.AddSeconds(90), To = TestLog.Start.AddSeconds(150) };

        Assert.Equal("rain", await ListAsync(log, filter));
    }

    private static async Task<string> ListAsync(TestLog log, RequestFilter filter)
    {
        var found = await new SqliteSessionStore(log.Database).ListAsync(filter, null, 10, TestContext.Current.CancellationToken);

        // Where many sessions have what is asked for, they are found in another way.
        var walked = await new SqliteSessionStore(log.Database, commonFrom: 1).ListAsync(filter, null, 10, TestContext.Current.CancellationToken);
        Assert.Equal(found.Select(s => s.Id), walked.Select(s => s.Id));
        return string.Join(' ', found.Select(s => s.Id).Order(StringComparer.Ordinal));
    }

    private static async Task<TestLog> FillAsync()
    {
        var log = await TestLog.StartAsync();
        var failed = With(Call("rain", 110, MainRequest("Fix the weather")), "small", 0.01m, "ada");
        (failed.Status, failed.Outcome) = (502, RequestOutcome.UpstreamError);
        await log.WriteAsync(
            With(Call("totals", 0, MainRequest("Fix the totals")), "big", 0.4m), With(Call("totals", 10), "big", 0.4m),
            With(Call("rain", 100, MainRequest("Fix the weather")), "small", 0.01m, "ada"), failed,
            With(Call("docs", 200, agent: "codex", headers: [new("x-codex-turn-metadata", """{"workspaces":{"/src/docs":{}}}""")]), "other", 0.02m));
        return log;
    }

    private static RequestRecord With(RequestRecord record, string model, decimal cost, string? consumer = null)
    {
        (record.Llm!.ResponseModel, record.Llm.Cost, record.Llm.IsPriced) = (model, cost, true);
        record.Consumer = consumer is null ? null : new ConsumerConfig { Id = Guid.NewGuid(), Username = consumer };
        return record;
    }
}
