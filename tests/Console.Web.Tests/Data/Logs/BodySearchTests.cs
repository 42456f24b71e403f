using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Requests;
using Gateway.Shared.Logging;
using Gateway.Testing.Logging;

namespace ConsoleWeb.Tests.Data.Logs;

/// <summary>Searches by words look at the newest parts of bodies first; they must find what looking at all finds.</summary>
public sealed class BodySearchTests
{
    private static readonly string[] Animals = ["zebra", "camel", "otter"];

    /// <summary>Records come as calls end, which is not as they began: the numbers of parts and of rows are in different orders.</summary>
    [Theory]
    [InlineData("zebra")]
    [InlineData("zebra status:502")]
    [InlineData("zebra tokens.out:>700 -status:502")]
    [InlineData("otter camel")]
    [InlineData("rare")]
    [InlineData("rare status:502")]
    [InlineData("absent")]
    [InlineData("zeb")]
    [InlineData("\"the zebra\"")]
    public async Task List_WordInBodies_FindsTheNewestThatBroughtIt(string text)
    {
        await using var log = await TestLog.StartAsync(set: o => (o.Retention.MaxAgeDays, o.Retention.MaxBytes) = (0, 0));
        var random = new Random(9);
        var said = new Dictionary<string, string>();
        for (var batch = 0; batch < 6; batch++)
        {
            await log.WriteAsync(Enumerable.Range(0, 150).Select(i => Record(random, TestLog.Start.AddMinutes((batch * 150) + i - random.Next(9)), said)));
        }

        var (filter, words) = (FilterText.Parse(text).Filter, FilterText.Parse(text).Filter.Texts);
        var rows = (await log.RowsAsync()).Where(r => (filter with { Texts = [] }).Matches(r) && words.All(w => said[r.RequestId].Contains(w, StringComparison.Ordinal))).ToList();
        Assert.Equal(text == "absent", rows.Count == 0);

        foreach (var (from, to) in ((int From, int To)[])[(-20, 1000), (300, 1000), (-20, 500), (200, 210)])
        {
            var window = filter with { From = TestLog.Start.AddMinutes(from), To = TestLog.Start.AddMinutes(to), SearchesBodies = true };
            var meant = rows.Where(r => r.StartedAt >= window.From && r.StartedAt < window.To).Select(r => r.RequestId).ToList();
            foreach (var size in (int[])[1, 10, 2000])
            {
                Assert.Equal(meant.Take(size), (await log.Store.ListAsync(window, null, size, CancellationToken.None)).Select(r => r.RequestId));
            }
        }
    }

    /// <summary>A reader who pages must see each row once, whatever the order of the parts.</summary>
    [Fact]
    public async Task List_PagesOfAWord_ShowEachRowOnce()
    {
        await using var log = await TestLog.StartAsync(set: o => (o.Retention.MaxAgeDays, o.Retention.MaxBytes) = (0, 0));
        var random = new Random(10);
        var said = new Dictionary<string, string>();
        await log.WriteAsync(Enumerable.Range(0, 500).Select(i => Record(random, TestLog.Start.AddMinutes(i - random.Next(9)), said)));
        var filter = FilterText.Parse("camel").Filter with { SearchesBodies = true };

        var pages = new List<RequestRow>();
        while (await log.Store.ListAsync(filter, pages.Count == 0 ? null : pages[^1].Sequence, 23, CancellationToken.None) is { Count: > 0 } page)
        {
            pages.AddRange(page);
        }

        Assert.Equal((await log.RowsAsync()).Where(r => said[r.RequestId].Contains("camel", StringComparison.Ordinal)).Select(r => r.RequestId), pages.Select(r => r.RequestId));
    }

    private static RequestRecord Record(Random random, DateTimeOffset startedAt, Dictionary<string, string> said)
    {
        var record = SomeRecords.AiProxy(null, startedAt.ToUnixTimeMilliseconds());
        var animals = string.Concat(Animals.Where(_ => random.Next(2) == 0).Select(a => $"the {a} "));
        var text = $"{animals}{(random.Next(10) == 0 ? "rare " : "")}number {random.Next()}";
        record.Status = random.Next(10) == 0 ? 502 : 200;
        record.Llm!.LogPayloads = true;
        record.Llm.RequestPayload = $$"""{"model":"m","messages":[{"role":"user","content":"{{text}}"}]}""";
        record.Llm.ResponsePayload = $$"""{"answer":"{{random.Next()}}"}""";
        record.Llm.Usage = record.Llm.Usage! with { CompletionTokens = random.Next(1000) };
        said.Add(record.RequestId, text);
        return record;
    }
}
