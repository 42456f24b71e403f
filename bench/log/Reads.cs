using System.Globalization;
using System.Text.Json;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Rollups;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Requests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.LogBench;

/// <summary>How long the readers of a log wait for what pages and Admin API ask of it, warm.</summary>
internal sealed class Reads
{
    private const int PageSize = 50;

    private static readonly string[] Filters =
    [
        "", "status:502", "status:error", "status:429 model:gpt-5", "model:gpt-5 -status:error", "provider:openai agent:codex consumer:person-3", "consumer:person-3 route:route-4 status:502",
        "model:claude-* status:>=500", "total:>10.9s", "total:>10.9s model:gpt-5", "tokens.out:>890 status:429", "route:route-1 model:gpt-4o consumer:person-11", "cost:>0.00895", "-has:cost", "model:nothing", "stream:false",
        "total:>60s", "tokens.out:>890 status:502 agent:codex", "size.in:>1MB", "ttft:<205ms", "tokens.out:<22 status:404", "tokens.in:>18000 tokens.out:>880 model:gpt-4o", "has:error", "path:/route-2/responses", "path:/nothing",
        "path:*messages* status:404", "useragent:curl*", "error:*refused*", "error:nothing model:gpt-5", "has:replay_of",
    ];

    private static readonly string[] SessionFilters =
        ["", "model:gpt-5", "consumer:person-3", "status:error", "-status:error", "agent:codex cost:>0.1", "tokens.out:>20000", "tokens.out:>90000000", "model:nothing", "route:route-2 status:502"];

    private readonly SqliteRequestLogStore _store;
    private readonly SqliteSessionStore _sessions;
    private readonly DateTimeOffset _end;
    private readonly bool _hasBodies;
    private readonly long _rows;
    private readonly Dictionary<string, double> _firstPages = [];
    private readonly Dictionary<string, double> _series = [];

    public Reads(string path)
    {
        var database = new LogDatabase(path);
        using (var connection = database.OpenWriter())
        {
            // Brings a log of an older version up to date, as the product does when it starts and between its batches.
            var texts = new ZoneTextFillJob(NullLogger.Instance);
            while (texts.Step(connection) != LogJobStep.Done)
            {
            }

            _end = RowIds.StartedAt(LogDatabase.Number(connection, "SELECT max(id) FROM requests")).AddSeconds(1);
            _rows = LogDatabase.Number(connection, "SELECT count(*) FROM requests");
            _hasBodies = LogDatabase.Number(connection, "SELECT count(*) FROM (SELECT 1 FROM bodies LIMIT 1)") > 0;
        }

        // A log that was written some time ago is read as it was then.
        _store = new SqliteRequestLogStore(database, new LogTail(), new Clock(_end));
        _sessions = new SqliteSessionStore(database);
    }

    public async Task RunAsync()
    {
        await PagesAsync();
        await TextsAsync();
        await SeriesAsync();
        await ValuesAsync();
        await SessionsAsync();
        await OpensAsync();
        await File.WriteAllTextAsync(
            Repository.Result("log-read.json"), JsonSerializer.Serialize(new Dictionary<string, object> { ["rows"] = _rows, ["first page"] = _firstPages, ["series"] = _series }));
    }

    private static void Keep(Dictionary<string, double> kept, Figures figures, string prefix = "")
    {
        foreach (var (name, took) in figures.Best)
        {
            kept[prefix + name] = took;
        }
    }

    private static RequestFilter Parse(string filter) => FilterText.Parse(filter) is (var parsed, null) ? parsed : throw new ArgumentException(filter);

    private RequestFilter Within(RequestFilter filter, int? days) => days is { } number ? filter with { From = _end.AddDays(-number) } : filter;

    private static string Name(string filter, int? days) => $"{(filter.Length == 0 ? "(all)" : filter)}, {days?.ToString(CultureInfo.InvariantCulture) ?? "all"} days";

    private async Task PagesAsync()
    {
        var figures = new Figures("first page", goal: 20);
        foreach (var filter in Filters)
        {
            foreach (var days in (int?[])[null, 1, 30])
            {
                await figures.MeasureAsync(Name(filter, days), async () => (await _store.ListAsync(Within(Parse(filter), days), null, PageSize, CancellationToken.None)).Count);
            }
        }

        figures.Say();
        Keep(_firstPages, figures);
    }

    /// <summary>Words of all frequencies, names of tools, words beside each other, and none; alone and with terms that many, few and hardly any rows fulfil.</summary>
    private async Task TextsAsync()
    {
        string[] words =
        [
            Words.At(0), Words.At(8), Words.At(100), Words.At(1000), Words.At(10_000), Words.At(Words.Count - 1), "read_file", "apply_patch", "\"request handler\"", "\"the file function\"", "nosuchword",
            $"{Words.At(3)} {Words.At(2000)}", "route-2", "refused", "claude-cli",
        ];
        string[] terms = ["", "model:gpt-5", "status:502", "consumer:person-3 agent:codex", "total:>10.9s"];
        foreach (var inBodies in _hasBodies ? (bool[])[true, false] : [false])
        {
            var figures = new Figures(inBodies ? "full text, bodies and rows" : "full text, rows only", goal: 50);
            foreach (var word in words)
            {
                foreach (var term in terms)
                {
                    foreach (var days in (int?[])[null, 1, 30])
                    {
                        var filter = Within(Parse($"{word} {term}"), days) with { SearchesBodies = inBodies };
                        await figures.MeasureAsync(Name($"{word} {term}", days), async () => (await _store.ListAsync(filter, null, PageSize, CancellationToken.None)).Count, times: 2);
                    }
                }
            }

            figures.Say();
        }
    }

    /// <summary>What dashboards ask for: one line over time, a line for each of the largest groups, and sums of two fields at once.</summary>
    private async Task SeriesAsync()
    {
        string?[] groups = [null, "model", "consumer", "route", "agent", "status"];
        string[] filters = ["", "status:error", "model:gpt-5", "consumer:person-3", "route:route-2 -status:error", "agent:codex model:gpt-5"];
        foreach (var zone in (string[])["UTC", "Europe/Berlin", "America/New_York"])
        {
            var figures = new Figures($"series with percentiles, {zone}", goal: 30);
            foreach (var days in (int[])[1, 7, 30, 90])
            {
                var window = Window(days, zone);
                foreach (var filter in filters)
                {
                    foreach (var group in groups)
                    {
                        await MeasureAsync(figures, $"{Name(filter, days)} by {group}", window.Query(Parse(filter), group is null ? null : LogFields.Find(group), hasPercentiles: true));
                    }

                    foreach (var (first, second) in ((string, string)[])[("outcome", "status"), ("provider", "model")])
                    {
                        var whole = (window with { Step = null, Edges = null }).Query(Parse(filter), LogFields.Find(first), hasPercentiles: false);
                        await MeasureAsync(figures, $"{Name(filter, days)} summed by {first}, {second}", whole with { ThenBy = LogFields.Find(second) });
                    }
                }
            }

            figures.Say();
            Keep(_series, figures, $"{zone}: ");
        }

        await PairsAsync();
    }

    /// <summary>What only the Admin API gives: two fields at once over time, thousands of points in one answer.</summary>
    private async Task PairsAsync()
    {
        var figures = new Figures("series of two fields with percentiles", goal: null);
        foreach (var days in (int[])[1, 7, 30, 90])
        {
            foreach (var (first, second) in ((string, string)[])[("consumer", "model"), ("agent", "model"), ("provider", "model"), ("route", "consumer")])
            {
                await MeasureAsync(figures, $"{days} days by {first}, {second}", Window(days, "UTC").Query(RequestFilter.None, LogFields.Find(first), hasPercentiles: true) with { ThenBy = LogFields.Find(second) });
            }
        }

        figures.Say();
    }

    private StatsWindow Window(int days, string zone) => StatsWindow.Of(_end.AddDays(-days), _end, StatsSteps.For(TimeSpan.FromDays(days)), TimeZoneInfo.FindSystemTimeZoneById(zone));

    private Task MeasureAsync(Figures figures, string name, StatsQuery query) =>
        figures.MeasureAsync(name, async () => (await _store.StatsAsync(query, CancellationToken.None)).Points.Count, times: 3);

    /// <summary>Values to choose from, the sums of tiles, and the bars above the list.</summary>
    private async Task ValuesAsync()
    {
        var values = new Figures("values of a field", goal: 30);
        var tiles = new Figures("sums of tiles", goal: 30);
        var bars = new Figures("bars above the list", goal: 30);
        foreach (var days in (int[])[1, 7, 30, 90])
        {
            foreach (var filter in (string[])["", "model:gpt-5", "status:error agent:codex", "consumer:person-3 -model:gpt-5"])
            {
                // Not at a full hour: people look at the last days from now.
                var window = Parse(filter) with { From = _end.AddDays(-days).AddSeconds(1234.567), To = _end };
                foreach (var field in LogFields.All.Where(f => f.IsGroup))
                {
                    await values.MeasureAsync($"{Name(filter, days)}: {field.Name}", async () => (await _store.CountAsync(window, field, 100, CancellationToken.None)).Count, times: 2);
                }

                await tiles.MeasureAsync(Name(filter, days), async () => (int)(await _store.SumAsync(window, CancellationToken.None)).Requests, times: 3);
                var step = StatsSteps.For(TimeSpan.FromDays(days));
                var from = StatsSteps.Floor(_end.AddDays(-days), step);
                var count = (int)Math.Ceiling((_end - from) / step);
                await bars.MeasureAsync(Name(filter, days), async () => (await _store.HistogramAsync(Parse(filter), from, from + (step * count), count, CancellationToken.None)).Count, times: 3);
            }
        }

        values.Say();
        tiles.Say();
        bars.Say();
    }

    private async Task SessionsAsync()
    {
        var figures = new Figures("first page of sessions", goal: 20);
        foreach (var filter in _hasBodies ? [.. SessionFilters, Words.At(0), Words.At(1000), "nosuchword"] : SessionFilters)
        {
            foreach (var days in (int?[])[null, 1, 30])
            {
                var window = Within(Parse(filter), days) with { SearchesBodies = true };
                await figures.MeasureAsync(Name(filter, days), async () => (await _sessions.ListAsync(window, null, PageSize, CancellationToken.None)).Count, times: 3);
            }
        }

        figures.Say();
    }

    private async Task OpensAsync()
    {
        var figures = new Figures("open a record", goal: 20);
        var random = new Random(3);
        for (var i = 0; i < 50; i++)
        {
            var row = await _store.ListAsync(RequestFilter.None with { To = _end.AddDays(-random.NextDouble() * 89) }, null, 1, CancellationToken.None);
            if (row.Count > 0)
            {
                await figures.MeasureAsync("record", async () => await _store.FindAsync(row[0].RequestId, CancellationToken.None) is null ? throw new InvalidOperationException($"{row[0].RequestId} is not found") : 1, times: 1);
            }
        }

        figures.Say();
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
