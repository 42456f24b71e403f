using Bunit;
using ConsoleWeb.Audit;
using ConsoleWeb.Auth;
using ConsoleWeb.Components.Pages.Sessions;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Sessions;
using Gateway.Testing;
using Gateway.Testing.Logging;
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
        Assert.Contains("ended", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_StoredSession_ShowsTurnsWithTheirWordsAndLinksToRequests()
    {
        await WriteAsync();

        var page = Render<SessionPage>(p => p.Add(s => s.Id, "s/1"));

        page.WaitForAssertion(() => Assert.Equal("Fix the totals", page.Find("h1").TextContent));
        Assert.Equal(["Turn 1", "Turn 2"], page.FindAll("[data-testid=turns] .who").Select(w => w.TextContent));
        Assert.Equal(["Fix the totals", "Which?", "All", "Done"], page.FindAll("[data-testid=turns] .prose").Select(w => w.TextContent));
        Assert.Equal(["/logs/one", "/logs/two"], page.FindAll("[data-testid=turns] a").Select(a => a.GetAttribute("href")));
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
        Borrow<AuditLog>();
    }

    private async Task WriteAsync()
    {
        BorrowStores();
        var queue = Host.Services.GetRequiredService<RequestLogQueue>();
        const string first = """{"role":"user","content":"Fix the totals"}""";
        foreach (var (id, second, request, answer) in new[]
        {
            ("one", 0, $$"""{"messages":[{{first}}],"tools":[{"name":"Task"}]}""", "Which?"),
            ("two", 9, $$"""{"messages":[{{first}},{"role":"assistant","content":"Which?"},{"role":"user","content":"All"}],"tools":[{"name":"Task"}]}""", "Done"),
        })
        {
            var record = SomeRecords.AiProxy(id, DateTimeOffset.UtcNow.AddHours(-1).AddSeconds(second).ToUnixTimeMilliseconds());
            record.SessionId = "s/1";
            (record.Llm!.LogPayloads, record.Llm.RequestPayload, record.Llm.ResponsePayload) = (true, request, $$"""{"content":[{"type":"text","text":"{{answer}}"}]}""");
            queue.Add(record);
        }

        Assert.True(await Poll.UntilAsync(() => queue.Count().Queued == 0));
    }
}
