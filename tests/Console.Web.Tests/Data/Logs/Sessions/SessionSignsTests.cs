using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Sessions;
using Gateway.Core.Logging.Redaction;
using Gateway.Shared.Logging;
using Gateway.Testing;
using static ConsoleWeb.Tests.Data.Logs.Sessions.SomeCalls;

namespace ConsoleWeb.Tests.Data.Logs.Sessions;

/// <summary>What the log's writer keeps of sessions beside their sums.</summary>
public sealed class SessionSignsTests
{
    private const string BashCall = """{"content":[{"type":"tool_use","id":"t","name":"Bash","input":{}},{"type":"tool_use","id":"u","name":"Read","input":{}}]}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_LoggedBodies_KeepsTitlePlaceClientAndTools()
    {
        await using var log = await TestLog.StartAsync();

        await log.WriteAsync(
            Call("s", 0, """{"messages":[{"role":"user","content":"Warmup"}],"tools":[]}"""),
            Call("s", 1, MainRequest("  Fix the totals  \\nplease"), BashCall),
            Call("s", 2, MainRequest("Fix the totals"), BashCall));

        var row = await FindAsync(log);
        Assert.Equal(("Fix the totals", "/src/shop", "feature/rain"), (row!.Title, row.Directory, row.Branch));
        Assert.Equal(("claude-cli", "2.0.37", "gpt-5-mini-2025-08-07", 2L), (row.Client, row.Version, row.Model, row.Turns));
        Assert.Equal([new ToolUse("Bash", 2), new ToolUse("Read", 2)], await Store(log).ListToolsAsync("s", Cancelled));
        Assert.Equal(new SessionRowTexts(null, null, null), SessionRowTexts.Of(row.WithoutTexts()));
    }

    [Fact]
    public async Task Write_BodiesNotLogged_KeepsNoWordOfThem()
    {
        await using var log = await TestLog.StartAsync();
        var call = Call("s", 0, MainRequest("Fix the totals"), BashCall);
        call.Llm!.LogPayloads = false;

        await log.WriteAsync(call);

        Assert.Equal(new SessionRowTexts(null, null, null), SessionRowTexts.Of((await FindAsync(log))!));
        Assert.Empty(await Store(log).ListToolsAsync("s", Cancelled));
    }

    [Fact]
    public async Task Write_RedactedBody_TitleIsRedactedToo()
    {
        await using var log = await TestLog.StartAsync();
        var call = Call("s", 0, MainRequest("Ask ada@example.com about it"));
        new PayloadRedactor(Microsoft.Extensions.Options.Options.Create(new RedactionOptions { Rules = [new() { Name = "mail", Pattern = "[a-z]+@[a-z.]+" }] }), TimeProvider.System).Apply(call);

        await log.WriteAsync(call);

        Assert.Equal("Ask [redacted:mail] about it", (await FindAsync(log))!.Title);
    }

    [Fact]
    public async Task Retention_RowOfTheTitleGoes_TitleGoesUntilABodySaysItAgain()
    {
        await using var log = await TestLog.StartAsync(set: o => o.Retention.MaxAgeDays = 30);
        await log.WriteAsync(Call("s", 0, MainRequest("Fix the totals")));
        await log.WriteAsync(Call("s", 86_400 * 20));
        Assert.Equal("Fix the totals", (await FindAsync(log))!.Title);

        log.Time.Advance(TimeSpan.FromDays(31));
        Assert.True(await Poll.UntilAsync(async () => (await log.IdsAsync()).Count == 1), "the old row stays");

        Assert.Equal(new SessionRowTexts(null, null, null), SessionRowTexts.Of((await FindAsync(log))!));
        await log.WriteAsync(Call("s", 86_400 * 25, MainRequest("Fix the totals")));
        Assert.Equal("Fix the totals", (await FindAsync(log))!.Title);
    }

    [Fact]
    public async Task Open_RowsNobodyHasLookedAt_AreReadInTheBackground()
    {
        var path = TestLog.NewPath();
        SessionRow? before;
        IReadOnlyList<ToolUse> tools;
        await using (var log = await TestLog.StartAsync(path, keepsFile: true))
        {
            await log.WriteAsync(Enumerable.Range(0, 120).Select(i => Call("s", i, MainRequest("Fix the totals"), BashCall)));
            await log.WriteAsync(Call("t", 0, agent: "codex", headers: [new("x-codex-turn-metadata", """{"workspaces":{"/src/shop":{}}}""")]));
            (before, tools) = (await FindAsync(log), await Store(log).ListToolsAsync("s", Cancelled));
            using var connection = log.Open();
            LogDatabase.Execute(connection, """
                UPDATE sessions SET turns = NULL, ended_at = 0, client = NULL, version = NULL, model = NULL, directory = NULL, title = NULL, text_directory = NULL, branch = NULL, text_row = NULL;
                UPDATE requests SET kind = NULL;
                UPDATE bodies SET tools = NULL;
                """);
        }

        await using var reopened = await TestLog.StartAsync(path);

        Assert.True(await Poll.UntilAsync(async () => (await FindAsync(reopened, "t"))!.Turns is not null), "the rows are not read");
        Assert.Equal(Facts(before!), Facts((await FindAsync(reopened))!));
        Assert.Equal(tools, await Store(reopened).ListToolsAsync("s", Cancelled));
        Assert.Equal(("/src/shop", false), ((await FindAsync(reopened, "t"))!.Directory, (await FindAsync(reopened, "t"))!.IsDirectoryFromBody));
    }

    [Fact]
    public async Task Write_RefusedUpgradeOfCodex_IsNoErrorAndNoTurn()
    {
        await using var log = await TestLog.StartAsync();
        var upgrade = Call("s", 0, agent: "codex");
        (upgrade.Method, upgrade.Status, upgrade.Outcome) = ("GET", 426, RequestOutcome.Rejected);
        var failed = Call("s", 1, agent: "codex");
        (failed.Status, failed.Outcome) = (502, RequestOutcome.UpstreamError);

        await log.WriteAsync(upgrade, failed, Call("s", 2, agent: "codex"));

        var row = await FindAsync(log);
        Assert.Equal((3, 1, 1), (row!.Requests, row.Errors, row.Turns));
        Assert.Equal([false, true, false], (await Store(log).ListFiguresAsync("s", 10, Cancelled)).Select(f => f.IsError));
    }

    /// <summary>Claude Code 2.0 leaves its own beta out of every call on a small model.</summary>
    [Fact]
    public async Task Write_SmallModelWithoutBodies_IsToldBySizeAndByTheModelOfTheMainAgent()
    {
        await using var log = await TestLog.StartAsync();

        await log.WriteAsync(
            Beta("big", 0, "claude-code-20250219", "sonnet", 60_000), Beta("big", 1, "interleaved", "haiku", 3_000), Beta("big", 2, "interleaved", "haiku", 40_000),
            Beta("small", 0, "interleaved", "haiku", 3_000), Beta("small", 1, "interleaved", "haiku", 60_000), Beta("small", 2, "interleaved", "haiku", 62_000));
        await log.WriteAsync(Beta("small", 3, "interleaved", "haiku", 64_000));

        Assert.Equal("Main Background SubAgent", await KindsAsync("big"));
        Assert.Equal("Background Main Main Main", await KindsAsync("small"));

        async Task<string> KindsAsync(string id) => string.Join(' ', (await Store(log).ListFiguresAsync(id, 10, Cancelled)).Select(f => f.Kind));
    }

    private static SqliteSessionStore Store(TestLog log) => new(log.Database);

    private static Task<SessionRow?> FindAsync(TestLog log, string id = "s") => Store(log).FindAsync(id, Cancelled);

    private static RequestRecord Beta(string session, int second, string beta, string model, long size)
    {
        var record = Call(session, second, headers: [new("anthropic-beta", beta)]);
        (record.RequestSize, record.Llm!.RequestedModel) = (size, model);
        return record;
    }

    private static string Facts(SessionRow row) => $"{row with { Models = [], Consumers = [] }}";

    private sealed record SessionRowTexts(string? Title, string? Directory, string? Branch)
    {
        public static SessionRowTexts Of(SessionRow row) => new(row.Title, row.Directory, row.Branch);
    }
}
