using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Facets;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Reading;
using ConsoleWeb.Data.Logs.Rollups;
using ConsoleWeb.Features.Requests;
using ConsoleWeb.Live;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Gateway.Testing.Logging;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Tests.Data.Logs;

public sealed class StatsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Sums that are kept must say what counting the rows says, whatever the window.</summary>
    [Fact]
    public async Task Stats_AnyWindowAndFilter_EqualWhatTheRowsSay()
    {
        await using var log = await TestLog.StartAsync(set: o => (o.Retention.MaxAgeDays, o.Retention.MaxBytes) = (0, 0));
        var random = new Random(11);
        await log.WriteAsync(Enumerable.Range(0, 400).Select(i => Record(random)));
        var rows = await log.RowsAsync();
        string[] filters = ["", "model:gpt-1", "status:error", "-agent:codex", "model:gpt-* status:<400", "agent:codex model:gpt-1", "route:nothing"];

        for (var i = 0; i < 60; i++)
        {
            var (from, to) = (TestLog.Start - TimeSpan.FromMinutes(random.Next(0, 90_000)), TestLog.Start + TimeSpan.FromMilliseconds(random.Next(0, 1_000_000)));
            var filter = FilterText.Parse(filters[i % filters.Length]).Filter with { From = from, To = to };

            var sum = await log.Store.SumAsync(filter, None);

            var meant = rows.Where(r => r.StartedAt >= from && r.StartedAt < to && filter.Matches(r)).ToList();
            Assert.Equal(
                (meant.Count, meant.Count(r => r.IsError), meant.Sum(r => r.InputTokens), meant.Sum(r => r.OutputTokens), meant.Sum(r => r.Cost ?? 0), meant.Count(r => r is { IsLlm: true, Cost: null })),
                (sum.Requests, sum.Errors, sum.InputTokens, sum.OutputTokens, sum.Cost, sum.Unpriced));
        }
    }

    [Theory]
    [InlineData(1, "model")]
    [InlineData(60, "agent")]
    [InlineData(24 * 60, "status")]
    [InlineData(7, "model")]
    public async Task Stats_PerStepAndGroup_EqualWhatTheRowsSay(int minutes, string groupBy)
    {
        await using var log = await TestLog.StartAsync(set: o => (o.Retention.MaxAgeDays, o.Retention.MaxBytes) = (0, 0));
        var random = new Random(minutes);
        await log.WriteAsync(Enumerable.Range(0, 300).Select(i => Record(random)));
        var rows = await log.RowsAsync();
        var (step, field) = (TimeSpan.FromMinutes(minutes), LogFields.Find(groupBy)!);
        var from = StatsSteps.Floor(TestLog.Start.AddDays(-100), step);

        var answer = await log.Store.StatsAsync(new StatsQuery(RequestFilter.None, from, TestLog.Start, step, field, HasPercentiles: true), None);

        var expected = rows.Where(r => r.StartedAt >= from && r.StartedAt < TestLog.Start)
            .GroupBy(r => (StatsSteps.Floor(r.StartedAt, TimeSpan.FromMilliseconds(1)) - from).Ticks / step.Ticks * step.Ticks is var ticks ? (from.AddTicks(ticks), field.Value(r)?.ToString()) : default)
            .ToDictionary(g => g.Key, g => (g.LongCount(), g.LongCount(r => r.IsFailed), g.Sum(r => r.OutputTokens), g.LongCount(r => r.TimeToFirstTokenMs is not null)));
        Assert.Equal(expected.Count, answer.Points.Count);
        Assert.All(answer.Points, p => Assert.Equal(expected[(p.Start, p.Group)], (p.Sums.Requests, p.Sums.Failed, p.Sums.OutputTokens, p.Times!.TimeToFirstToken.Count)));
    }

    [Fact]
    public async Task Stats_Percentiles_AreRightToAFortieth()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(Enumerable.Range(1, 1000).Select(i =>
        {
            var record = SomeRecords.AiProxy();
            record.Llm!.TimeToFirstTokenMs = i * 3;
            return record;
        }));

        var answer = await log.Store.StatsAsync(new StatsQuery(RequestFilter.None, TestLog.Start.AddHours(-1), TestLog.Start.AddHours(1), null, null, HasPercentiles: true), None);

        var times = Assert.Single(answer.Points).Times!.TimeToFirstToken;
        Assert.Equal(1000, times.Count);
        Assert.All(new[] { (1500.0, times.P50), (2850, times.P95), (2970, times.P99) }, t => Assert.InRange(t.Item2!.Value, t.Item1 * 0.975, t.Item1 * 1.025));
    }

    [Fact]
    public async Task Count_Field_TellsItsValuesByFrequency()
    {
        await using var log = await TestLog.StartAsync();
        await log.WriteAsync(DifferentRecords.All());
        await log.WriteAsync(SomeRecords.Plain("again"));

        var counts = await log.Store.CountAsync(RequestFilter.None, LogFields.Agent, 10, None);

        Assert.Equal([("curl", 2L), ("claude-code", 1L), ("codex", 1L)], counts.Select(c => (c.Value, c.Requests)));
    }

    [Fact]
    public void Cover_WindowOfMonths_UsesDaysAndFillsTheEdgesFinely()
    {
        var now = TestLog.Start.ToUnixTimeMilliseconds();
        var (from, to) = (now - 90L * 86_400_000 - 5_000_123, now - 4_321_987);

        var made = new Dictionary<RollupLevel, long> { [RollupLevel.Hours] = now, [RollupLevel.Quarters] = now, [RollupLevel.Days] = now };
        var parts = RollupRange.Cover(from, to, null, now, made);

        Assert.Equal((from, to), (parts[0].From, parts[^1].To));
        Assert.All(parts.Zip(parts.Skip(1)), p => Assert.Equal(p.First.To, p.Second.From));
        Assert.True(parts.Where(p => p.Level is null).Sum(p => p.To - p.From) < 2 * 3_600_000);
        Assert.Contains(parts, p => p.Level?.Table == "rollup_days" && p.To - p.From > 80L * 86_400_000);

        made[RollupLevel.Days] = now - 20L * 86_400_000;
        var later = RollupRange.Cover(from, to, null, now, made);
        Assert.Equal((from, to), (later[0].From, later[^1].To));
        Assert.All(later.Zip(later.Skip(1)), p => Assert.Equal(p.First.To, p.Second.From));
        Assert.All(later.Where(p => p.Level == RollupLevel.Days), p => Assert.True(p.To <= made[RollupLevel.Days]));
        Assert.Contains(later, p => p.Level == RollupLevel.Quarters && p.To - p.From > 18L * 86_400_000);
    }

    /// <summary>Minutes stay while an hour is still to be made of them, and are read.</summary>
    [Fact]
    public void Cover_AfterALongStandstill_ReadsTheMinutesOfTheHourThatIsNotMade()
    {
        const long hour = 3_600_000;
        var now = TestLog.Start.ToUnixTimeMilliseconds() / hour * hour;
        var made = RollupLevel.All.Where(l => l.Source is not null).ToDictionary(l => l, _ => now - (72 * hour));

        var parts = RollupRange.Cover(now - (80 * hour), now, null, now, made);

        Assert.Contains(new RollupRange(RollupLevel.Minutes, now - (72 * hour), now), parts);
        Assert.DoesNotContain(parts, p => p.Level is null);
    }

    [Theory]
    [InlineData("", null, 1)]
    [InlineData("status:error", "model", 2)]
    [InlineData("provider:openai", "model", 2)]
    [InlineData("consumer:ada -status:429", null, 3)]
    [InlineData("llm:true", "route", 4)]
    [InlineData("", "agent", 5)]
    [InlineData("agent:codex", "model", 6)]
    [InlineData("route:a-route model:gpt-5", "agent", 6)]
    [InlineData("consumer:ada agent:codex", "model", 7)]
    [InlineData("consumer:ada", "route", 0)]
    [InlineData("stream:true", null, 0)]
    public void Cut_IsTheSmallestThatKnowsTheFields(string filter, string? group, int number)
    {
        var fields = FilterText.Parse(filter).Filter.Terms.Select(t => t.Field);

        Assert.Equal(number, FacetCut.For(group is null ? fields : fields.Append(LogFields.Find(group)!)).Number);
    }

    /// <summary>A log of an older version has whole facets only, or no cuts of two fields.</summary>
    [Theory]
    [InlineData(1, "DELETE FROM rollup_quarters; DELETE FROM cut_facets; DELETE FROM rollups_made WHERE level = 'rollup_quarters'")]
    [InlineData(FacetCut.First, "")]
    public async Task Fill_LogOfFewerCuts_MakesWhatTheWriterMakes(int cuts, string others)
    {
        await using var log = await TestLog.StartAsync(set: o => (o.Retention.MaxAgeDays, o.Retention.MaxBytes) = (0, 0));
        var random = new Random(5);
        await log.WriteAsync(Enumerable.Range(0, 200).Select(i => Record(random)));
        using var connection = log.Database.OpenWriter();
        var written = Cells(connection);
        LogDatabase.Execute(connection, string.Concat(RollupLevel.All.Select(l => FormattableString.Invariant($"DELETE FROM {l.Table} WHERE id >= {RollupPack.IdOf(cuts, 0)};"))) + others);
        Assert.NotEqual(written, Cells(connection));

        using (var transaction = connection.BeginTransaction())
        {
            LogSums.Fill(connection, transaction, cuts);
            using var writer = new RollupWriter(connection);
            writer.Make(RowIds.Milliseconds(LogDatabase.Number(connection, "SELECT max(id) FROM requests")));
            transaction.Commit();
        }

        Assert.Equal(written, Cells(connection));
    }

    /// <summary>Coarser grains are made when they are over; what comes late is counted all the same, what is not over is read from finer ones.</summary>
    [Fact]
    public async Task Made_InManyBatchesWithLateRows_IsWhatTheRowsComeTo()
    {
        await using var log = await TestLog.StartAsync(set: o => (o.Retention.MaxAgeDays, o.Retention.MaxBytes) = (0, 0));
        var random = new Random(11);
        var records = Enumerable.Range(0, 400).Select(_ => Record(random)).OrderBy(r => r.StartedAtMs).ToList();
        var late = records.Where((_, i) => i % 9 == 0).ToList();
        foreach (var batch in records.Except(late).Chunk(60).Append([.. late]))
        {
            await log.WriteAsync(batch);
            SumsCheck.AreThoseOfTheRows(log);
        }

        using var connection = log.Open();
        foreach (var level in RollupLevel.All.Where(l => l.Source is not null))
        {
            var open = records[^1].StartedAtMs / level.Length;
            Assert.Equal(open, LogDatabase.Number(connection, $"SELECT bucket FROM rollups_made WHERE level = '{level.Table}'"));
            Assert.All(SumsCheck.Cells(connection, level), c => Assert.True(c.Bucket < open));
            Assert.Equal(records.Count(r => r.StartedAtMs / level.Length < open), LogDatabase.Number(connection, FormattableString.Invariant($"SELECT sum(requests) FROM {level.Table} WHERE id < {RollupPack.IdOf(1, 0)}")));
        }

        var end = DateTimeOffset.FromUnixTimeMilliseconds(records[^1].StartedAtMs + 1);
        var query = new StatsQuery(RequestFilter.None, end.AddDays(-100), end, Step: null, GroupBy: null, HasPercentiles: true);
        Assert.Equal(400, (await log.Store.StatsAsync(query, TestContext.Current.CancellationToken)).Points.Sum(p => p.Sums.Requests));
    }

    [Fact]
    public async Task Facets_ManyInventedNames_StayBounded()
    {
        await using var log = await TestLog.StartAsync();
        using var connection = log.Database.OpenWriter();
        using var table = new FacetTable(connection, most: 50);
        var facet = FacetColumns.Of(RequestRows.FromRunning(SomeRecords.AiProxy()));

        var ids = Enumerable.Range(0, 500).Select(i => table.Add(facet with { Model = $"invented-{i}", Method = $"M{i}" }, i, out _)).ToList();
        table.Flush();

        Assert.Equal(51, ids.Distinct().Count());
        Assert.Equal(51, LogDatabase.Number(connection, "SELECT count(*) FROM facets"));
        Assert.Equal(450, LogDatabase.Number(connection, "SELECT requests FROM facets WHERE model IS NULL AND method = 'OTHER'"));
    }

    /// <summary>All cells with the names of their facets, whose numbers may differ.</summary>
    private static List<string> Cells(SqliteConnection connection)
    {
        var names = new Dictionary<long, string>();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, concat_ws('|', status, outcome, provider, model, route, service, consumer, agent) FROM cut_facets";
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                names.Add(reader.GetInt64(0), reader.GetString(1));
            }
        }

        return [.. RollupLevel.All
            .SelectMany(level => SumsCheck.Cells(connection, level).Select(c => $"{level.Table} {c.Cut} {c.Bucket} {(c.Cut == 0 ? c.Facet : names.GetValueOrDefault(c.Facet, "gone"))} {c.Cell}"))
            .Order(StringComparer.Ordinal)];
    }

    internal static RequestRecord Record(Random random)
    {
        var record = SomeRecords.AiProxy(null, TestLog.Start.AddMilliseconds(-random.NextInt64(0, 95L * 86_400_000)).ToUnixTimeMilliseconds());
        record.Status = new[] { 200, 200, 200, 404, 502 }[random.Next(5)];
        record.Agent = new[] { "codex", "claude-code", null }[random.Next(3)];
        record.Consumer = new ConsumerConfig { Username = $"user-{random.Next(3)}" };
        record.Timings.Total = random.Next(1, 100_000);
        var llm = record.Llm!;
        llm.ResponseModel = $"gpt-{random.Next(3)}";
        llm.TimeToFirstTokenMs = random.Next(2) == 0 ? null : random.Next(1, 5000);
        (llm.Cost, llm.IsPriced) = (random.Next(1000) * 0.000_001m, random.Next(4) > 0);
        llm.Usage = llm.Usage! with { PromptTokens = random.Next(10_000), CompletionTokens = random.Next(1000) };
        return record;
    }
}
