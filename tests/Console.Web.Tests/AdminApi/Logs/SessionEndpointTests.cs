using System.Net;
using ConsoleWeb.Data.Logs;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Gateway.Testing.Logging;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.AdminApi.Logs;

/// <summary>Sessions over HTTP, made of requests in the shapes that the real programs send.</summary>
public sealed class SessionEndpointTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    private const string Environment = "<env>\\nWorking directory: /src/shop\\nIs directory a git repo: Yes\\n</env>\\ngitStatus: a snapshot.\\nCurrent branch: feature/rain\\n\\nStatus:\\n(clean)";

    [Fact]
    public async Task Find_ClaudeCode2_0_TellsTurnsSubAgentsAndBackgroundApart()
    {
        var session = AdminFixture.NewName();
        const string own = "claude-code-20250219,interleaved-thinking-2025-05-14";
        const string tools = """[{"name":"Task"},{"name":"Bash"}]""";
        await WriteAsync(
            Call(session, 0, "claude-code", [new("anthropic-beta", own + ",token-counting-2024-11-01")], """{"messages":[{"role":"user","content":"foo"}],"tools":[{"name":"Task"}]}""", uri: "/any/v1/messages/count_tokens?beta=true"),
            Call(session, 1, "claude-code", [new("anthropic-beta", own)], """{"messages":[{"role":"user","content":"Warmup"}],"tools":[]}"""),
            Call(session, 2, "claude-code", [new("anthropic-beta", own)], $$"""{"system":[{"text":"You are Claude Code"},{"type":"text","text":"{{Environment}}"}],"messages":[{"role":"user","content":[{"type":"text","text":"<system-reminder>x</system-reminder>"},{"type":"text","text":"Fix the totals\nplease"}]}],"tools":{{tools}}}""", """{"content":[{"type":"tool_use","id":"t","name":"Task","input":{}}]}"""),
            Call(session, 3, "claude-code", [new("anthropic-beta", "interleaved-thinking-2025-05-14")], """{"system":[{"type":"text","text":"You are a file search specialist for Claude Code"}],"messages":[{"role":"user","content":"look"}],"tools":[{"name":"Bash"}]}""", """{"content":[{"type":"tool_use","id":"u","name":"Bash","input":{}}]}"""),
            Call(session, 4, "claude-code", [new("anthropic-beta", own)], $$"""{"messages":[{"role":"user","content":"Fix the totals"}],"tools":{{tools}}}""", """{"content":[{"type":"text","text":"Done"}]}"""));

        var found = await admin.Host.GetAsync($"/sessions/{session}");

        Assert.Equal(HttpStatusCode.OK, found.Status);
        Assert.Equal(["background ", "background ", "main 1", "sub-agent ", "main 2"], found["calls"]!.AsArray().Select(c => $"{c!["kind"]} {c["turn"]}"));
        Assert.Equal(("Fix the totals", "/src/shop", "feature/rain", "2.0.37"), ((string?)found["title"], (string?)found["directory"], (string?)found["branch"], (string?)found["version"]));
        Assert.Equal("""{"Bash":1,"Task":1}""", found["tools"]!.ToJsonString());
        Assert.Equal(["", "", "Task", "Bash", ""], found["calls"]!.AsArray().Select(c => string.Join(' ', c!["tools"]!.AsArray())));
        Assert.Equal((5, 125), ((int)found["requests"]!, (int)found["tokens"]!["input"]!));
    }

    [Fact]
    public async Task Find_WithoutBodies_GoesByHeaders()
    {
        var session = AdminFixture.NewName();
        string Turn(string kind, string agent) => $$"""{"session_id":"{{session}}","agent_name":"{{agent}}","workspaces":{"/src/shop":{} },"request_kind":"{{kind}}"}""";
        await WriteAsync(
            Call(session, 0, "codex", [new("x-codex-turn-metadata", Turn("prewarm", "/root"))], null),
            Call(session, 1, "codex", [new("x-codex-turn-metadata", Turn("turn", "/root"))], null),
            Call(session, 2, "codex", [new("x-codex-turn-metadata", Turn("turn", "/root/scout"))], null),
            Call(session, 3, "claude-code", [new("anthropic-beta", "claude-code-20250219"), new("x-claude-code-agent-id", "ab05")], null),
            Call(session, 4, "codex", [new("x-codex-turn-metadata", "{no JSON")], null));

        var found = await admin.Host.GetAsync($"/sessions/{session}");

        Assert.Equal(["background ", "main ", "sub-agent /root/scout", "sub-agent ab05", "main "], found["calls"]!.AsArray().Select(c => $"{c!["kind"]} {c["sub_agent"]}"));
        Assert.Null(found["title"]);
        Assert.Equal("/src/shop", (string?)found["directory"]);
    }

    [Fact]
    public async Task List_Pages_HoldEachSessionOnceNewestFirstAndKeepTheFilter()
    {
        var model = AdminFixture.NewName();
        var names = Enumerable.Range(0, 5).Select(_ => AdminFixture.NewName()).ToList();
        await WriteAsync([.. names.Select((n, i) => Call(n, 100 + i, "codex", [], null, model: model)), Call(AdminFixture.NewName(), 200, "codex", [], null)]);
        var seen = new List<string>();

        for (var next = $"/sessions?size=2&model={model}"; next is not null;)
        {
            var page = await admin.Host.GetAsync(next);
            seen.AddRange(page["data"]!.AsArray().Select(s => s!["id"]!.ToString()));
            next = page["next"]?.ToString();
        }

        Assert.Equal(names.AsEnumerable().Reverse(), seen);
        Assert.Empty((await admin.Host.GetAsync($"/sessions?model={model}&agent=claude-code"))["data"]!.AsArray());
        Assert.Equal(5, (await admin.Host.GetAsync($"/sessions?q={model}"))["data"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("/sessions?q=path:/x", HttpStatusCode.BadRequest)]
    [InlineData("/sessions?q=total:>5s", HttpStatusCode.BadRequest)]
    [InlineData("/sessions/nobody?offset=x", HttpStatusCode.BadRequest)]
    [InlineData("/sessions?size=0", HttpStatusCode.BadRequest)]
    [InlineData("/sessions/nobody", HttpStatusCode.NotFound)]
    public async Task Get_WhatIsNotThere_IsRefused(string path, HttpStatusCode status) => Assert.Equal(status, (await admin.Host.GetAsync(path)).Status);

    private static RequestRecord Call(string session, int second, string agent, KeyValuePair<string, string>[] headers, string? request, string? response = null, string uri = "/any/v1/messages?beta=true", string? model = null)
    {
        var record = SomeRecords.AiProxy(AdminFixture.NewName(), 1_800_000_000_000 + (second * 1000));
        (record.SessionId, record.Agent, record.Uri) = (session, agent, uri);
        record.RequestHeaders = [.. record.RequestHeaders, .. headers];
        record.Llm!.ResponseModel = model ?? record.Llm.ResponseModel;
        (record.Llm.LogPayloads, record.Llm.RequestPayload, record.Llm.ResponsePayload) = (request is not null, request, response);
        return record;
    }

    private async Task WriteAsync(params IEnumerable<RequestRecord> records)
    {
        var queue = admin.Host.Services.GetRequiredService<RequestLogQueue>();
        foreach (var record in records)
        {
            queue.Add(record);
        }

        Assert.True(await Poll.UntilAsync(() => queue.Count().Queued == 0));
    }
}
