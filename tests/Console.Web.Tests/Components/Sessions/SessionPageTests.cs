using Bunit;
using ConsoleWeb.Audit;
using ConsoleWeb.Auth;
using ConsoleWeb.Components.Pages.Sessions;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Sessions;
using Gateway.Core.Logging;
using Gateway.Testing;
using Gateway.Testing.Logging;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.Sessions;

public sealed class SessionPageTests : ConsoleContext
{
    [Fact]
    public void List_NothingStored_SaysWhatIsMissing()
    {
        BorrowStores();

        var page = Render<SessionsPage>();

        page.WaitForAssertion(() => Assert.Contains("No sessions yet", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_StoredSession_HasItsTitleAndLinksToIt()
    {
        await WriteAsync();

        var page = Render<SessionsPage>();

        var link = page.WaitForElement("[data-testid=sessions] tbody a");
        Assert.Equal(("Fix the totals", "/sessions/s%2F1"), (link.TextContent, link.GetAttribute("href")));
        Assert.Equal("ended", page.Find("tbody tr").GetAttribute("data-state"));
    }

    [Fact]
    public async Task List_Choices_EditTheAddress()
    {
        await WriteAsync();
        var page = Render<SessionsPage>();
        page.WaitForElement("[data-testid=sessions]");
        var navigation = Services.GetRequiredService<NavigationManager>();

        page.Change("[data-testid=by-agent]", "claude-code");
        page.WaitForAssertion(() => Assert.Equal("q=agent%3Aclaude-code", new Uri(navigation.Uri).Query.TrimStart('?')));
        page.WaitForAssertion(() => Assert.Equal("claude-code", page.Find("[data-testid=by-agent]").GetAttribute("value")));
        page.Click("[data-testid=errors-only]");

        page.WaitForElement("[data-testid=no-results]");
        Assert.Equal("q=agent%3Aclaude-code%20has%3Aerror", new Uri(navigation.Uri).Query.TrimStart('?'));
    }

    [Fact]
    public async Task List_Keys_WalkAndOpen()
    {
        await WriteAsync();
        var page = Render<SessionsPage>();
        page.WaitForElement("[data-testid=sessions]");

        await page.InvokeAsync(() => page.Instance.OnKey("j"));
        page.WaitForAssertion(() => Assert.Contains("sel", page.Find("tbody tr").ClassName, StringComparison.Ordinal));
        await page.InvokeAsync(() => page.Instance.OnKey("Enter"));

        page.WaitForAssertion(() => Assert.EndsWith("/sessions/s%2F1", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_StoredSession_ShowsTurnsWithTheirWordsAndLinksToRequests()
    {
        await WriteAsync();

        var page = Render<SessionPage>(p => p.Add(s => s.Id, "s/1"));

        page.WaitForAssertion(() => Assert.Equal("Fix the totals", page.Find("h1").TextContent));
        Assert.Equal(["Turn 1", "Turn 2"], page.FindAll("[data-testid=turn]").Select(t => t.GetAttribute("aria-label")));
        Assert.Equal(["Fix the totals", "Which?", "All", "Done"], page.FindAll("[data-testid=turns] .prose").Select(w => w.TextContent));
        Assert.Equal(["/logs/one", "/logs/two"], page.FindAll("[data-testid=request]").Select(a => a.GetAttribute("href")));
        Assert.Equal(["/sessions/s%2F1?turn=1", "/sessions/s%2F1?turn=2"], page.FindAll(".led a[title='Link to this turn']").Select(a => a.GetAttribute("href")));
        Assert.Equal(["/logs/one/replay", "/logs/two/replay"], page.FindAll("[data-testid=replay]").Select(a => a.GetAttribute("href")));
        Assert.Equal("/logs/export?q=session%3As%2F1&payloads=true", page.Find("[data-testid=export]").GetAttribute("href"));
        Assert.Equal(["Context per turn", "Tools"], new[] { page.Find("[data-testid=chart]").GetAttribute("data-name"), page.Find("[data-testid=tools] h2").TextContent });
    }

    [Fact]
    public async Task Page_ToolCall_OpensWithItsResult()
    {
        await WriteAsync();
        var page = Render<SessionPage>(p => p.Add(s => s.Id, "s/1"));
        page.WaitForElement("[data-testid=turns]");
        var fold = page.Find(".lfold button");
        Assert.Equal("false", fold.GetAttribute("aria-expanded"));
        Assert.Contains("failed", fold.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Expected 10.13", page.Markup, StringComparison.Ordinal);

        fold.Click();

        Assert.Equal("Expected 10.13", page.WaitForElement("[data-testid=tool-result]").TextContent);
        Assert.Equal("1", page.Find("[data-testid=tools] .st").TextContent.Trim());
    }

    [Fact]
    public async Task Page_TwoPicked_LeadToTheirComparison()
    {
        await WriteAsync();
        var page = Render<SessionPage>(p => p.Add(s => s.Id, "s/1"));
        page.WaitForElement("[data-testid=turns]");

        page.Click("[data-testid=pick]", 1);
        Assert.Empty(page.FindAll("[data-testid=compare]"));
        page.Click("[data-testid=pick]", 0);

        Assert.Equal("/logs/compare?a=two&b=one", page.WaitForElement("[data-testid=compare]").GetAttribute("href"));
        page.Click("[data-testid=pick]", 0);
        page.Click("[data-testid=pick]", 1);
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=pickbar]")));
    }

    [Fact]
    public async Task Page_TurnInTheAddress_IsMarked()
    {
        await WriteAsync();
        Services.GetRequiredService<NavigationManager>().NavigateTo("/sessions/s%2F1?turn=2");

        var page = Render<SessionPage>(p => p.Add(s => s.Id, "s/1"));

        page.WaitForAssertion(() => Assert.Equal("turn-2", page.Find(".turn.wanted").Id));
    }

    [Fact]
    public async Task Page_RoleThatMayNotRead_ShowsNoWords()
    {
        await WriteAsync();
        AddAuthorization().SetAuthorized("eve").SetRoles(Roles.Viewer);

        var page = Render<SessionPage>(p => p.Add(s => s.Id, "s/1"));
        var list = Render<SessionsPage>();
        page.WaitForElement("[data-testid=turns]");
        list.WaitForElement("[data-testid=sessions]");

        Assert.DoesNotContain("totals", page.Markup + list.Markup, StringComparison.Ordinal);
        Assert.Contains("whose role may read", page.Find("[data-testid=payload-note]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[data-testid=replay], [data-testid=tools]"));
        Assert.DoesNotContain("payloads", page.Find("[data-testid=export]").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Page_UnknownSession_SaysSo()
    {
        BorrowStores();

        Assert.NotNull(Render<SessionPage>(p => p.Add(s => s.Id, "nobody")).WaitForElement("[data-testid=no-session]"));
    }

    private void BorrowStores()
    {
        Borrow<ISessionStore>();
        Borrow<IRequestLogStore>();
        Borrow<IRequestFeed>();
        Borrow<AuditLog>();
    }

    private async Task WriteAsync()
    {
        BorrowStores();
        var queue = Host.Services.GetRequiredService<RequestLogQueue>();
        const string toolUse = """,{"type":"tool_use","id":"t","name":"Bash","input":{"command":"test"}}""";
        const string first = """{"role":"user","content":"Fix the totals"}""";
        foreach (var (id, second, request, answer) in new[]
        {
            ("one", 0, $$"""{"messages":[{{first}}],"tools":[{"name":"Task"}]}""", "Which?"),
            ("two", 9, $$"""{"messages":[{{first}},{"role":"assistant","content":[{"type":"text","text":"Which?"},{"type":"tool_use","id":"t","name":"Bash","input":{"command":"test"} }]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"Expected 10.13","is_error":true},{"type":"text","text":"All"}]}],"tools":[{"name":"Task"}]}""", "Done"),
        })
        {
            var record = SomeRecords.AiProxy(id, DateTimeOffset.UtcNow.AddHours(-1).AddSeconds(second).ToUnixTimeMilliseconds());
            record.SessionId = "s/1";
            (record.Llm!.LogPayloads, record.Llm.RequestPayload, record.Llm.ResponsePayload) = (true, request, $$"""{"content":[{"type":"text","text":"{{answer}}"}{{(id == "one" ? toolUse : "")}}]}""");
            queue.Add(record);
        }

        Assert.True(await Poll.UntilAsync(() => queue.Count().Queued == 0));
    }
}
