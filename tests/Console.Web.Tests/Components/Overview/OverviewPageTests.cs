using Bunit;
using ConsoleWeb.Auth;
using ConsoleWeb.Components.Pages.Overview;
using ConsoleWeb.Data.Logs;
using Gateway.Core.Logging;
using Gateway.Shared.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.Overview;

public sealed class OverviewPageTests : ConsoleContext
{
    private readonly FakeRequestLogStore _store = new();

    [Fact]
    public void Page_NothingConfigured_OffersTheFirstStep()
    {
        var page = Open();

        Assert.Contains("No traffic yet", page.Markup, StringComparison.Ordinal);
        Assert.Equal(["/connect", "/connect"], page.FindAll("a.btn").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public async Task Page_RouteWithAModelBehindIt_ShowsACurlLineForIt()
    {
        var route = await StoreAsync(EntityKinds.Routes, """{"name":"road","paths":["/claude"]}""");
        await StoreAsync(EntityKinds.Plugins, """{"name":"ai-proxy","route":{"id":"ROUTE"},"config":{"llm_format":"anthropic","route_type":"llm/v1/chat","model":{"provider":"openai","name":"gpt-5-mini"},"auth":{"header_name":"Authorization","header_value":"Bearer fake"}}}""".Replace("ROUTE", route, StringComparison.Ordinal));

        var page = Open();

        Assert.Contains("/claude/v1/messages", page.Find("[data-testid=try-curl]").TextContent, StringComparison.Ordinal);
        Assert.Contains("3 of 4", page.Find("[data-testid=first-steps]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_Traffic_ShowsFiguresAndTheNewestRequests()
    {
        _store.Rows.Add(Row("one", 200) with { InputTokens = 1500, OutputTokens = 300, Cost = 0.02m, TimeToFirstTokenMs = 812 });
        _store.Rows.Add(Row("two", 502));

        var page = Open();

        var facts = page.FindAll(".fact .v").Select(v => v.TextContent).ToList();
        Assert.Equal(["2", "1.8k", "$0.0200", "50%", "812ms", "0"], facts);
        Assert.Equal("1 requests", page.FindAll(".fact .x")[3].TextContent.Trim());
        Assert.Equal(["/logs/one", "/logs/two"], page.FindAll("[data-testid=latest] a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public void Page_Agents_StandWithTheirRequestsAndLeadToThem()
    {
        _store.Rows.Add(Row("one", 200));
        _store.Stats = query => query.GroupBy?.Name != "agent" ? [] :
        [
            new StatsPoint(query.From, "codex", new StatsSums(30, 0, 0, 1, 2, 3, 4, 0, 1.5m, 0), null),
            new StatsPoint(query.From, "curl", new StatsSums(3, 0, 0, 1, 0, 0, 1, 0, 0, 3), null),
            new StatsPoint(query.From, null, new StatsSums(1, 0, 0, 0, 0, 0, 0, 0, 0, 0), null) { IsOther = true },
        ];

        var shares = Open().FindAll("[data-testid=agents] a");

        Assert.Equal([">_Codex30$1.50", "$curl3unpriced", "others1–"], shares.Select(a => string.Concat(a.TextContent.Where(c => !char.IsWhiteSpace(c)))));
        Assert.Equal(["/logs?q=agent%3Acodex&range=24h", "/logs?q=agent%3Acurl&range=24h", "/analytics?tab=agents&range=24h"], shares.Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public void Page_RefusedWithoutTokens_HasNoCostAndAFreeCallHas()
    {
        _store.Rows.Add(Row("refused", 429) with { Cost = 0 });
        _store.Rows.Add(Row("free", 200) with { Cost = 0, UsageSource = Gateway.Shared.Usage.UsageSource.Provider, OutputTokens = 3 });

        Assert.Equal(["–", "$0"], Open().FindAll("[data-testid=latest] td.cc").Select(c => c.TextContent.Trim()));
    }

    [Fact]
    public void Page_Bars_BeginAtRoundTimesAndAgreeWithTheFigure()
    {
        _store.Rows.Add(Row("now", 200));
        _store.Rows.Add(Row("old", 200) with { StartedAt = DateTimeOffset.UtcNow.AddHours(-23.9) });

        var page = Open();

        Assert.Equal("2", page.Find(".fact .v").TextContent);
        Assert.All(page.Instance.ViewModel!.Buckets, b => Assert.Equal(0, b.Start.UtcTicks % TimeSpan.FromMinutes(30).Ticks));
        Assert.Equal(2, page.Instance.ViewModel.Buckets.Sum(b => b.Ok));
    }

    [Fact]
    public void Page_AgentsReadALittleEarlier_AreReadAgainWhenNothingElseComes()
    {
        var page = Open();
        _store.Append(Row("one", 200));
        page.WaitForElement("a[href='/logs/one']");
        _store.Stats = query => query.GroupBy?.Name != "agent" ? [] : [new StatsPoint(query.From, "codex", new StatsSums(1, 0, 0, 1, 2, 3, 4, 0, 1, 0), null)];
        _store.Append(Row("two", 200));

        page.WaitForElement("[data-testid=agents] a", TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Page_RequestArrives_ShowsItByItself()
    {
        var page = Open();

        _store.Append(Row("late", 200));

        page.WaitForAssertion(() => page.Find("a[href='/logs/late']"), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Page_LogUnreadable_SaysSoAndKeepsTheRest()
    {
        _store.Failure = new InvalidOperationException("the file is locked");

        var page = Open();

        Assert.Contains("the file is locked", page.Find(".loadfailed").TextContent, StringComparison.Ordinal);
        Assert.Contains("Admin API", page.Markup, StringComparison.Ordinal);
    }

    private static RequestRow Row(string id, int status) => new() { RequestId = id, StartedAt = DateTimeOffset.UtcNow.AddMinutes(-1), Status = status, IsLlm = true, Model = "gpt-5-mini", TotalMs = 1000 };

    private IRenderedComponent<OverviewPage> Open()
    {
        Services.AddSingleton<IRequestLogStore>(_store);
        Services.AddSingleton(_ => Host.Services.GetRequiredService<IRequestFeed>());
        Services.AddSingleton(_ => Host.Services.GetRequiredService<TokenService>());
        // The container ends what it holds; the log of the host outlives this one.
        Services.AddSingleton<IRequestLogState>(new LogState(Host.Services.GetRequiredService<IRequestLogState>()));
        return Render<OverviewPage>();
    }

    private sealed class LogState(IRequestLogState inner) : IRequestLogState
    {
        public RequestLogState State => inner.State;
    }
}
