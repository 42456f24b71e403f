using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Reading;
using ConsoleWeb.Data.Logs.Rollups;
using ConsoleWeb.Features.Requests;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Gateway.Testing.Logging;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace ConsoleWeb.Tests.Data.Logs;

/// <summary>Searches that skip what cannot have a text must find what reading every row finds.</summary>
public sealed class ZoneTextTests
{
    private static readonly string[] Filters =
    [
        "path:/alpha/1", "path:/ALPHA/*", "-path:/alpha/1", "path:*e*", "path:/nothing", "useragent:curl*", "error:*quota*", "error:nothing", "reason:*", "path:/beta/2 error:*quota*",
        "path:/beta/2 tokens.out:>600", "path:/gamma/3 status:404", "-error:*quota* path:/beta/*", "alpha", "BETA quota", "quota", "curl", "nothing", "gpt-2", "gpt quota", "codex alpha", "alpha status:502",
        "beta tokens.out:>900 agent:codex", "abc", "0", "foreign", "%", "has:error alpha", "some-route gamma",
        "tokens.out:<30", "tokens.out:<30 status:404", "tokens.out:<200 status:502 agent:codex", "tokens.out:400..420 path:/beta/2", "-tokens.out:<900", "ttft:<1", "tokens.out:<3 ttft:>0",
    ];

    [Theory]
    [InlineData("as written")]
    [InlineData("older version")]
    [InlineData("older version, read since")]
    [InlineData("no room for texts")]
    public async Task Find_TextsOfRows_FindsWhatReadingEveryRowFinds(string state)
    {
        await using var log = await TestLog.StartAsync(set: o => (o.Retention.MaxAgeDays, o.Retention.MaxBytes) = (0, 0));
        var random = new Random(4);
        await log.WriteAsync(Enumerable.Range(0, 700).Select(i => Record(random, i)));
        using var connection = log.Database.OpenWriter();
        Bring(connection, state, await log.RowsAsync());
        var rows = await log.RowsAsync();

        foreach (var text in Filters)
        {
            foreach (var days in (double?[])[null, 40, 0.5])
            {
                var filter = FilterText.Parse(text).Filter with { From = days is { } number ? TestLog.Start.AddDays(-number) : null };
                var meant = rows.Where(r => (filter.From is not { } from || r.StartedAt >= from) && filter.Matches(r)).Select(r => r.Sequence).ToList();
                foreach (var size in (int[])[1, 7, 1000])
                {
                    Assert.Equal((text, days, string.Join(' ', meant.Take(size))), (text, days, string.Join(' ', new RowFinder(connection, new RequestFilterSql(filter), rowsOfWindow: 20).Find(size))));
                }
            }
        }
    }

    /// <summary>Rows that nobody asks about must not be read: the reason why texts are written down.</summary>
    [Fact]
    public async Task Walk_TextOfOneZone_NamesThatZoneOnly()
    {
        await using var log = await TestLog.StartAsync(set: o => (o.Retention.MaxAgeDays, o.Retention.MaxBytes) = (0, 0));
        var random = new Random(5);
        await log.WriteAsync(Enumerable.Range(0, 300).Select(i => Record(random, i, isForeign: false)));
        var rare = Record(random, 0, isForeign: false);
        rare.Uri = "/needle/in/hay";
        await log.WriteAsync(rare);
        var zone = (await log.RowsAsync(RequestFilter.None.Where(LogFields.Path, "/needle/in/hay")))[0].Sequence >> ZoneWriter.Bits;
        using var connection = log.Open();

        Assert.Equal([zone], Walk("path:/needle/*").WithTerms().Newest());
        Assert.Equal([zone], Walk("needle").With("needle").Newest());
        Assert.Empty(Walk("haystack").With("haystack").Newest());

        ZoneWalk Walk(string filter) => new(connection, new RequestFilterSql(FilterText.Parse(filter).Filter), (0, long.MaxValue));
    }

    [Fact]
    public async Task Retention_RowsGo_TheirTextsGoToo()
    {
        await using var log = await TestLog.StartAsync(set: o => (o.Retention.MaxAgeDays, o.Retention.MaxBytes) = (0, 0));
        var random = new Random(6);
        var (old, next, young) = (Record(random, 1, at: TestLog.Start.AddDays(-40)), Record(random, 2, at: TestLog.Start.AddDays(-39)), Record(random, 3, at: TestLog.Start.AddDays(-1)));
        (old.Uri, next.Uri, young.Uri) = ("/old", "/next", "/young");
        await log.WriteAsync(old, next, young);
        using var connection = log.Database.OpenWriter();

        new LogRetention(new RetentionOptions { MaxAgeDays = 30, MaxBytes = 0 }, log.Database, log.Time).Step(connection);

        Assert.Equal(1, LogDatabase.Number(connection, "SELECT count(*) FROM requests"));
        Assert.Equal(0, LogDatabase.Number(connection, "SELECT count(*) FROM texts WHERE value = '/old'"));
        Assert.Equal(0, LogDatabase.Number(connection, "SELECT count(*) FROM zone_texts WHERE text > 0 AND text NOT IN (SELECT id FROM texts)"));
        Assert.Single(await log.IdsAsync(RequestFilter.None.Where(LogFields.Path, "/young")));
    }

    [Fact]
    public void OthersOf_Fields_AreTheirOwn() =>
        Assert.Distinct([.. LogFields.All.Where(f => f.TextNumber is not null).Select(f => ZoneTextWriter.OthersOf(f.TextNumber!.Value)), ZoneTextWriter.ForeignIds]);

    private static void Bring(SqliteConnection connection, string state, IReadOnlyList<RequestRow> rows)
    {
        if (state == "as written")
        {
            return;
        }

        LogDatabase.Execute(connection, "DELETE FROM zone_texts; DELETE FROM texts; UPDATE zones SET texts = 0, min_output_tokens = NULL, min_ttft_ms = NULL, min_total_ms = NULL");
        if (state == "older version, read since")
        {
            Assert.True(ZoneTextFillJob.IsNeeded(connection));
            var job = new ZoneTextFillJob(NullLogger.Instance);
            while (job.Step(connection) != LogJobStep.Done)
            {
            }

            Assert.False(ZoneTextFillJob.IsNeeded(connection));
        }
        else if (state == "no room for texts")
        {
            using var texts = new ZoneTextWriter(connection, most: 3);
            foreach (var row in rows)
            {
                texts.Add(row);
            }

            LogDatabase.Execute(connection, "UPDATE zones SET texts = 1");
            Assert.Equal(3, LogDatabase.Number(connection, "SELECT count(*) FROM texts"));
        }
    }

    private static RequestRecord Record(Random random, int i, bool isForeign = true, DateTimeOffset? at = null)
    {
        var startedAt = at ?? TestLog.Start.AddMilliseconds(-random.NextInt64(0, 95L * 86_400_000));
        var record = SomeRecords.AiProxy(isForeign && random.Next(9) == 0 ? $"foreign-{i}" : null, startedAt.ToUnixTimeMilliseconds());
        record.Status = new[] { 200, 200, 200, 404, 502 }[random.Next(5)];
        record.Agent = new[] { "codex", "claude-code", null }[random.Next(3)];
        record.Uri = $"/{new[] { "alpha", "beta", "gamma" }[random.Next(3)]}/{random.Next(5)}";
        record.RequestHeaders = [new("user-agent", new[] { "curl/8", "claude-cli/2", "codex/1" }[random.Next(3)])];
        record.ErrorMessage = record.Status < 400 ? null : new[] { "quota exceeded", "no route", null }[random.Next(3)];
        var llm = record.Llm!;
        llm.ResponseModel = $"gpt-{random.Next(3)}";
        llm.Usage = llm.Usage! with { CompletionTokens = random.Next(1000) };
        return record;
    }
}
