using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.LogBench.Week;

/// <summary>
/// Sends a week of agents through the whole product and lays what its log says beside what the generator has calculated on its own:
/// <c>./dev.sh bench log week [DIRECTORY]</c>. Ends with 1 on any difference.
/// </summary>
internal sealed class WeekRun(Plan plan, Product product)
{
    private const int Shown = 5;

    private readonly List<string> _differences = [];

    public static async Task<int> RunAsync(string? directory)
    {
        var isOwn = directory is null;
        directory ??= Directory.CreateTempSubdirectory("gatehouse-week-").FullName;
        var plan = Plan.Make();
        var clock = new WeekClock();
        clock.Set(Plan.Start);
        var watch = Stopwatch.StartNew();
        WeekRun run;
        await using (var provider = await Provider.StartAsync())
        await using (var product = await Product.StartAsync(directory, provider.Address, clock))
        {
            await product.ConfigureAsync();
            run = new WeekRun(plan, product);
            await run.SendAsync(provider, clock);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{plan.Sessions.Count} sessions of a week, {plan.Sessions.Sum(s => s.Calls.Count)} requests through the gateway in {watch.Elapsed.TotalSeconds:0.0} s; the log is in {directory}\n"));
            await run.CompareAsync();
        }

        if (isOwn)
        {
            Directory.Delete(directory, recursive: true);
        }

        run._differences.Take(50).ToList().ForEach(d => Console.WriteLine("DIFFERENCE " + d));
        Console.WriteLine(run._differences.Count == 0 ? "No difference." : $"{run._differences.Count} differences.");
        return run._differences.Count == 0 ? 0 : 1;
    }

    /// <summary>The calls of all sessions in the order of their times, one after the other.</summary>
    private async Task SendAsync(Provider provider, WeekClock clock)
    {
        var calls = plan.Sessions.SelectMany(s => s.Calls.Select(c => (Session: s, Call: c))).OrderBy(p => p.Call.At).ThenBy(p => p.Call.Number).ToList();
        foreach (var (session, call) in calls)
        {
            clock.Set(call.At);
            provider.Expect(call);
            var status = await product.CallAsync(call, session.Person);
            if (status != call.Status)
            {
                _differences.Add($"call {call.Number} of {session.Id}: the client saw {status}, planned {call.Status}");
            }
        }

        var counts = await product.SettleAsync(calls.Count);
        Same("records produced, written, dropped, queued", $"{calls.Count}, {calls.Count}, 0, 0", $"{counts.Produced}, {counts.Written}, {counts.Dropped}, {counts.Queued}");
    }

    private async Task CompareAsync()
    {
        var listed = (await product.ListAsync("/sessions?size=7&from=2026-11-16T00:00:00Z&to=2026-11-23T00:00:00Z")).ToDictionary(s => s["id"]!.ToString());
        Same("sessions", plan.Sessions.Count, listed.Count);
        for (var i = 0; i < plan.Sessions.Count; i++)
        {
            var session = plan.Sessions[i];
            if (listed.TryGetValue(session.Id, out var row))
            {
                await CompareAsync(session, row, isShown: i % (plan.Sessions.Count / Shown) == 0 && i / (plan.Sessions.Count / Shown) < Shown);
            }
        }

        await CompareWeekAsync();
    }

    private async Task CompareAsync(PlannedSession session, JsonNode row, bool isShown)
    {
        var expected = Reading.Of("calculated", session.Sum());
        var pages = new List<JsonNode>();
        for (var next = $"/sessions/{session.Id}?size=9"; next is not null;)
        {
            pages.Add(await product.GetAsync(next));
            next = pages[^1]["next"]?.ToString();
        }

        var calls = pages.AsEnumerable().Reverse().SelectMany(p => p["calls"]!.AsArray().Select(c => c!)).ToList();
        var stats = (await product.GetAsync($"/stats?from=2026-11-16T00:00:00Z&to=2026-11-23T00:00:00Z&step=none&percentiles=false&q=session:{session.Id}"))["points"]!.AsArray();
        // A session does not count a refused upgrade as an error: nothing has gone wrong. Statistics count it among the refusals.
        var refused = session.Calls.Count(c => c.Status == 426);
        var sums = session.Sum();
        sums.Errors += refused;
        var readings = new[]
        {
            Reading.OfSession("/sessions", row), Reading.OfSession("/sessions/{id}", pages[0]), Reading.Of("its calls", SumOf(calls)), Reading.OfStats("/stats", stats[0]!),
            Reading.Of("conversation", await ReadConversationAsync(session)),
        };
        foreach (var reading in readings)
        {
            var by = reading.Place == "/stats" ? Reading.Of("calculated", sums) : expected;
            _differences.AddRange(reading.Differences(by).Select(d => $"session {session.Id}: {d}"));
        }

        CompareCalls(session, calls);
        Same($"session {session.Id}: title, directory, branch, agent, consumers", $"{session.Title}, {session.Directory}, {session.Branch}, {session.Agent}, {session.Person}", $"{row["title"]}, {row["directory"]}, {row["branch"]}, {row["agent"]}, {string.Join(' ', row["consumers"]!.AsArray())}");
        if (isShown)
        {
            Table.Print(session, expected, readings, refused);
        }
    }

    /// <summary>Each request by itself, in order: a sum can hide two wrongs.</summary>
    private void CompareCalls(PlannedSession session, List<JsonNode> calls)
    {
        Same($"session {session.Id}: calls", session.Calls.Count, calls.Count);
        var turn = 0L;
        foreach (var (planned, told) in session.Calls.Zip(calls))
        {
            var number = planned is { Kind: "main", IsError: false } ? $"{++turn}" : "";
            var tokens = told["tokens"]!;
            Same(
                $"session {session.Id}, call {planned.Number} ({planned.Model}, {planned.Ending})",
                $"{planned.Kind} {number} {planned.Status} {planned.Tokens.Input}+{planned.Tokens.Read}+{planned.Tokens.Write5m + planned.Tokens.Write1h} {planned.Tokens.Output} {planned.Tokens.Reasoning} {(planned is { IsModel: true, Cost: { } cost } ? Reading.Text(cost) : "-")} [{string.Join(' ', planned.Tools)}]",
                $"{told["kind"]} {told["turn"]} {told["status"]} {tokens["input"]}+{tokens["cache_read"]}+{tokens["cache_write"]} {tokens["output"]} {tokens["reasoning"]} {(told["cost"] is { } amount ? Reading.Text(decimal.Parse(amount.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture)) : "-")} [{string.Join(' ', told["tools"]!.AsArray())}]");
        }
    }

    private static Sums SumOf(IEnumerable<JsonNode> calls)
    {
        var sums = new Sums();
        foreach (var call in calls)
        {
            sums.Requests++;
            sums.Turns += call["turn"] is null ? 0 : 1;
            // An upgrade that was refused is none, nor has it a model.
            sums.Errors += (int)call["status"]! is >= 400 and not 426 || call["outcome"]!.ToString() == "upstream_cut" ? 1 : 0;
            sums.Input += (long)call["tokens"]!["input"]!;
            sums.Read += (long)call["tokens"]!["cache_read"]!;
            sums.Write += (long)call["tokens"]!["cache_write"]!;
            sums.Output += (long)call["tokens"]!["output"]!;
            sums.Reasoning += (long)call["tokens"]!["reasoning"]!;
            sums.Cost += call["cost"] is { } cost ? decimal.Parse(cost.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture) : 0;
            sums.Unpriced += call["cost"] is null && (int)call["status"]! != 426 ? 1 : 0;
            foreach (var tool in call["tools"]!.AsArray())
            {
                sums.Tools[tool!.ToString()] = sums.Tools.GetValueOrDefault(tool.ToString()) + 1;
            }
        }

        return sums;
    }

    /// <summary>What the page of the session shows, read from the stored bodies; its words are compared here.</summary>
    private async Task<Sums> ReadConversationAsync(PlannedSession session)
    {
        var read = await AgentSession.FindAsync(
            product.Services.GetRequiredService<ISessionStore>(), product.Services.GetRequiredService<IRequestLogStore>(), session.Id, null, 1000, hasPayloads: true, CancellationToken.None);
        var sums = new Sums();
        foreach (var (call, planned) in read!.Calls.Zip(session.Calls))
        {
            sums.Requests++;
            sums.Turns += call.Turn is null ? 0 : 1;
            sums.Errors += call.IsError ? 1 : 0;
            sums.Input += call.Row.InputTokens;
            sums.Read += call.Row.CacheReadTokens;
            sums.Write += call.Row.CacheWriteTokens;
            sums.Output += call.Row.OutputTokens;
            sums.Reasoning += call.Row.ReasoningTokens;
            sums.Cost += call.Row.Cost ?? 0;
            sums.Unpriced += call.Row is { IsLlm: true, Cost: null } ? 1 : 0;
            foreach (var tool in call.Tools)
            {
                sums.Tools[tool] = sums.Tools.GetValueOrDefault(tool) + 1;
            }

            if (planned.Says.Length > 0 && planned.Ending == Ending.Whole)
            {
                Same($"session {session.Id}, call {planned.Number}: words", true, call.Answer.Any(t => t.Parts.Any(p => p.Text.Contains(planned.Says, StringComparison.Ordinal))));
            }
        }

        return sums;
    }

    private async Task CompareWeekAsync()
    {
        var all = new Sums();
        plan.Sessions.ForEach(s => s.Calls.ForEach(all.Add));
        all.Errors += plan.Sessions.Sum(s => s.Calls.Count(c => c.Status == 426));
        const string week = "/stats?from=2026-11-16T00:00:00Z&to=2026-11-23T00:00:00Z&percentiles=false";
        var whole = Reading.Of("calculated", all);
        _differences.AddRange(Reading.OfStats("/stats of the week", (await product.GetAsync(week + "&step=none"))["points"]![0]!).Differences(whole).Select(d => "week: " + d));
        foreach (var (name, keyOf) in new (string, Func<PlannedSession, PlannedCall, string>)[]
        {
            ("consumer", (s, _) => s.Person), ("agent", (s, _) => s.Agent), ("model", (_, c) => c.Model), ("route", (_, c) => c.Path.Split('/')[1]),
        })
        {
            var points = (await product.GetAsync($"{week}&step=none&group_by={name}"))["points"]!.AsArray().ToDictionary(p => p!["group"]?.ToString() ?? "", p => p!);
            foreach (var group in plan.Sessions.SelectMany(s => s.Calls.Select(c => (Key: keyOf(s, c), Call: c))).GroupBy(p => p.Key, p => p.Call))
            {
                var sums = new Sums();
                group.ToList().ForEach(sums.Add);
                sums.Errors += group.Count(c => c.Status == 426);
                _differences.AddRange(points.TryGetValue(group.Key, out var point)
                    ? Reading.OfStats($"/stats by {name}", point).Differences(Reading.Of("calculated", sums)).Select(d => $"{name} {group.Key}: {d}")
                    : [$"/stats by {name} has no '{group.Key}'"]);
            }
        }

        var days = (await product.GetAsync(week + "&step=1d"))["points"]!.AsArray();
        for (var day = 0; day < 7; day++)
        {
            var sums = new Sums();
            plan.Sessions.SelectMany(s => s.Calls).Where(c => (c.At - Plan.Start).Days == day).ToList().ForEach(sums.Add);
            sums.Errors += plan.Sessions.SelectMany(s => s.Calls).Count(c => (c.At - Plan.Start).Days == day && c.Status == 426);
            _differences.AddRange(Reading.OfStats($"/stats of day {day + 1}", days[day]!).Differences(Reading.Of("calculated", sums)));
        }

        Console.WriteLine($"The week: {string.Join(", ", Reading.Names.Where(n => n is not ("turns" or "tools")).Select(n => $"{n} {whole.Figures[n]}"))}\n");
    }

    private void Same<T>(string what, T calculated, T told)
    {
        if (!EqualityComparer<T>.Default.Equals(calculated, told))
        {
            _differences.Add($"{what}: calculated {calculated}, told {told}");
        }
    }
}
