using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Connect;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;

namespace ConsoleWeb.Tests.Features.Connect;

public sealed class AgentChecklistTests
{
    private const string Proxy = "http://gw:8000";

    [Fact]
    public void Evaluate_Nothing_Waits()
    {
        var checks = Evaluate(SomeFlow.Claude, []);

        Assert.Equal(["reached", "path", "key", "streamed", "usage", "priced", "session"], checks.Select(c => c.Id));
        Assert.All(checks, c => Assert.Equal(CheckState.Waiting, c.State));
        Assert.False(AgentChecklist.IsDone(checks));
    }

    [Theory]
    [InlineData(AgentPreset.ClaudeCodeId, "still signed in (claude /logout)")]
    [InlineData(AgentPreset.CodexId, "still signed in (codex logout)")]
    [InlineData(AgentPreset.OtherId, "localhost is the container itself")]
    public void Evaluate_NothingForHalfAMinute_SaysWhyAnAgentMayGoPast(string agent, string expected)
    {
        var flow = new[] { SomeFlow.Claude, SomeFlow.Codex, SomeFlow.Other }.First(f => f.Preset.Id == agent);

        var reached = Evaluate(flow, [], TimeSpan.FromSeconds(30))[0];

        Assert.Equal(CheckState.Failed, reached.State);
        Assert.Contains(expected, reached.Fix!.Text, StringComparison.Ordinal);
        Assert.Contains($"curl {Proxy}{flow.Path}", reached.Fix.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_OneGoodCall_IsAllGreen()
    {
        var checks = Evaluate(SomeFlow.Claude, [SomeFlow.Good(SomeFlow.Claude)]);

        Assert.All(checks, c => Assert.Equal(CheckState.Ok, c.State));
        Assert.Equal("program/1.0, POST /claude-code/x", checks[0].Detail);
        Assert.Equal("first token after 812 ms, all after 6.8 s", Of(checks, "streamed").Detail);
        Assert.Equal("25 in, 456 out", Of(checks, "usage").Detail);
        Assert.True(AgentChecklist.IsDone(checks));
    }

    [Fact]
    public void Evaluate_BadCallAfterAGoodOne_StaysGreen()
    {
        var later = SomeFlow.Bad(SomeFlow.Claude, 403, RequestOutcome.UpstreamError, "key_rejected") with { StartedAt = SomeFlow.Start.AddMinutes(1) };

        Assert.True(AgentChecklist.IsDone(Evaluate(SomeFlow.Claude, [later, SomeFlow.Good(SomeFlow.Claude)])));
    }

    [Fact]
    public void Evaluate_WhileItAnswers_ShowsWhatIsHappening()
    {
        var running = SomeFlow.Good(SomeFlow.Codex) with { Status = 0, Outcome = RequestOutcome.InFlight, UsageSource = null, Cost = null, OutputTokens = 312, TotalMs = null };

        var checks = Evaluate(SomeFlow.Codex, [running]);

        Assert.Equal((CheckState.Running, "gpt-5-mini is answering: first token after 812 ms, 312 tokens so far"), (Of(checks, "streamed").State, Of(checks, "streamed").Detail));
        Assert.Equal(CheckState.Ok, Of(checks, "key").State);
        Assert.Equal(CheckState.Waiting, Of(checks, "usage").State);
    }

    [Theory]
    [InlineData("/v1/messages", null, "404: no route for /v1/messages", "Set the base URL to http://gw:8000/claude-code,")]
    [InlineData("/claude-codex/v1/messages", null, "404: no route for /claude-codex/v1/messages", "Your route is /claude-code.")]
    [InlineData("/other/v1/messages", "other-route", "/other/v1/messages took the route other-route", "by another route")]
    public void Evaluate_PathStrays_NamesTheRightOne(string path, string? route, string detail, string fix)
    {
        var row = SomeFlow.Bad(SomeFlow.Claude, 404, RequestOutcome.Rejected) with { Path = path, RouteName = route, IsLlm = route is not null };

        var checks = Evaluate(SomeFlow.Claude, [row]);

        Assert.Equal(CheckState.Ok, checks[0].State);
        Assert.Equal((CheckState.Failed, detail), (Of(checks, "path").State, Of(checks, "path").Detail));
        Assert.Contains(fix, Of(checks, "path").Fix!.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/claude-code/responses", "OpenAI Responses")]
    [InlineData("/claude-code/chat/completions", "OpenAI Chat Completions")]
    public void Evaluate_OtherFormat_SaysWhatTheRouteExpects(string path, string format)
    {
        var row = SomeFlow.Bad(SomeFlow.Claude, 400, RequestOutcome.Rejected) with { Path = path, Agent = "codex" };

        var check = Of(Evaluate(SomeFlow.Claude, [row]), "path");

        Assert.Contains(format, check.Detail, StringComparison.Ordinal);
        Assert.StartsWith("This route expects the Anthropic Messages format", check.Fix!.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, RequestOutcome.UpstreamError, "key_rejected", null, "OpenAI refused the gateway’s key", "/keys")]
    [InlineData(401, RequestOutcome.Rejected, null, "No API key found in request", "401: the gateway does not know the agent’s key", "/routes/r")]
    [InlineData(413, RequestOutcome.Rejected, "too_large", null, "413: the prompt is larger than 128 KB", null)]
    [InlineData(429, RequestOutcome.UpstreamError, "rate_limited", null, "429: OpenAI is not taking more calls now", "/logs/bad")]
    [InlineData(504, RequestOutcome.UpstreamTimeout, "header_timeout", null, "OpenAI did not answer in time", "/logs/bad")]
    [InlineData(502, RequestOutcome.UpstreamError, "tls_error/untrusted", null, "no secure connection to OpenAI", "/certificates")]
    [InlineData(502, RequestOutcome.UpstreamError, "dns_error", null, "OpenAI cannot be reached from the gateway", "/logs/bad")]
    [InlineData(404, RequestOutcome.UpstreamError, "upstream_4xx", "The model `gpt-x` does not exist", "404: OpenAI has no model gpt-5-mini", "/plugins/p")]
    [InlineData(500, RequestOutcome.UpstreamError, "upstream_5xx", "boom", "500 from OpenAI", "/logs/bad")]
    public void Evaluate_CallFails_NamesTheCauseAndTheWayOut(int status, RequestOutcome outcome, string? detail, string? message, string expected, string? href)
    {
        var check = Of(Evaluate(SomeFlow.Codex, [SomeFlow.Bad(SomeFlow.Codex, status, outcome, detail, message)]), "key");

        Assert.Equal((CheckState.Failed, expected, href), (check.State, check.Detail, check.Fix!.Href));
        Assert.Equal(status == 413, check.Fix.RaisesLimit);
    }

    [Fact]
    public void Evaluate_Unpriced_LeadsToThePrices()
    {
        var check = Of(Evaluate(SomeFlow.Claude, [SomeFlow.Good(SomeFlow.Claude) with { Cost = null, Model = "new-model" }]), "priced");

        Assert.Equal((CheckState.Failed, "no price for new-model of OpenAI", "/models"), (check.State, check.Detail, check.Fix!.Href));
    }

    [Fact]
    public void Evaluate_EstimatedUsage_IsARemark() =>
        Assert.Equal(CheckState.Warning, Of(Evaluate(SomeFlow.Claude, [SomeFlow.Good(SomeFlow.Claude) with { UsageSource = UsageSource.Estimate }]), "usage").State);

    [Fact]
    public void Evaluate_OtherClientWithoutStreamAndSession_IsDoneWithRemarks()
    {
        var checks = Evaluate(SomeFlow.Other, [SomeFlow.Good(SomeFlow.Other) with { IsStream = false, SessionId = null }]);

        Assert.Equal([CheckState.Warning, CheckState.Warning], [Of(checks, "streamed").State, Of(checks, "session").State]);
        Assert.True(AgentChecklist.IsDone(checks));
    }

    [Fact]
    public void Evaluate_TestRequestOfTheConsole_ProvesTheRouteButNotTheAgent()
    {
        var test = SomeFlow.Good(SomeFlow.Codex) with { Agent = null, UserAgent = "gatehouse-test/1.0", SessionId = null, IsStream = false };

        var checks = Evaluate(SomeFlow.Codex, [test]);

        Assert.Equal([CheckState.Waiting, CheckState.Ok, CheckState.Ok], checks.Take(3).Select(c => c.State));
        Assert.Equal(CheckState.Waiting, Evaluate(SomeFlow.Other, [SomeFlow.Good(SomeFlow.Other) with { UserAgent = "gatehouse-test/1.0" }])[0].State);
    }

    [Fact]
    public void Evaluate_BrowserLooksAround_ChangesNothing()
    {
        var favicon = new RequestRow { RequestId = "f", StartedAt = SomeFlow.Start, Status = 404, Method = "GET", Path = "/favicon.ico", Outcome = RequestOutcome.Rejected };

        Assert.All(Evaluate(SomeFlow.Claude, [favicon]), c => Assert.Equal(CheckState.Waiting, c.State));
    }

    [Fact]
    public void Shown_PrefersWhatRunsThenWhatWentWell()
    {
        var good = SomeFlow.Good(SomeFlow.Codex);
        var bad = SomeFlow.Bad(SomeFlow.Codex, 500, RequestOutcome.UpstreamError) with { StartedAt = SomeFlow.Start.AddMinutes(1) };
        var running = good with { RequestId = "now", Outcome = RequestOutcome.InFlight, Status = 0 };

        Assert.Equal("good", AgentChecklist.Shown(SomeFlow.Codex, [bad, good])?.RequestId);
        Assert.Equal("now", AgentChecklist.Shown(SomeFlow.Codex, [bad, good, running])?.RequestId);
        Assert.Null(AgentChecklist.Shown(SomeFlow.Codex, []));
    }

    private static IReadOnlyList<AgentCheck> Evaluate(ConnectedFlow flow, IReadOnlyList<RequestRow> seen, TimeSpan waited = default) =>
        AgentChecklist.Evaluate(flow, seen, waited, Proxy);

    private static AgentCheck Of(IReadOnlyList<AgentCheck> checks, string id) => checks.First(c => c.Id == id);
}
