using Bunit;
using ConsoleWeb.Audit;
using ConsoleWeb.Auth;
using ConsoleWeb.Components.Pages.Compare;
using ConsoleWeb.Components.Pages.Logs;
using ConsoleWeb.Components.Pages.Replay;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Replay;
using ConsoleWeb.Features.Requests;
using ConsoleWeb.Tests.AdminApi.Logs;
using ConsoleWeb.Tests.Hosting;
using Gateway.Core.Logging;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.Replay;

/// <summary>The pages that send a request again and compare two, over a running product with a model behind it.</summary>
public sealed class ReplayPageTests : ConsoleContext
{
    private ReplayScene? _scene;

    private ReplayScene Scene => _scene!;

    protected override string Role => Roles.Operator;

    private protected override async Task<TestHost> StartHostAsync()
    {
        _scene = await ReplayScene.StartAsync();
        Borrow<ReplayService>();
        Borrow<ReplayTargets>();
        Borrow<IRequestLogStore>();
        Borrow<IRequestFeed>();
        Borrow<AuditLog>();
        Borrow<RequestStopper>();
        return _scene.Host;
    }

    private protected override ValueTask ReleaseAsync()
    {
        Scene.Open();
        return Scene.Upstream.DisposeAsync();
    }

    [Fact]
    public async Task ViewModel_AskedTwice_SendsOnce()
    {
        var id = await CallAsync();
        var model = new ReplayViewModel(
            Host.Services.GetRequiredService<ReplayService>(), Host.Services.GetRequiredService<ReplayTargets>(), new(Owner, Roles.Scopes([Roles.Operator])));
        await model.LoadAsync(id, CancellationToken.None);

        await Task.WhenAll(model.SendAsync(CancellationToken.None), model.SendAsync(CancellationToken.None));
        await model.FinishAsync(CancellationToken.None);
        await model.SendAsync(CancellationToken.None);

        Assert.Equal(id, model.Result!.Row.ReplayOf);
        Assert.Equal(2, Scene.Upstream.Requests.Count);
    }

    [Fact]
    public async Task Send_Clicked_SendsOnceAndLeadsToTheComparison()
    {
        var page = Page(await CallAsync());

        await page.WaitForElement("[data-testid=send]").ClickAsync(new());

        var compare = page.WaitForElement("[data-testid=compare]", TimeSpan.FromSeconds(10));
        Assert.Equal("Hello from gpt-one", page.Find("[data-testid=answer]").TextContent);
        Assert.Empty(page.FindAll("[data-testid=send]"));
        Assert.StartsWith("/logs/compare?a=", compare.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal(2, Scene.Upstream.Requests.Count);
    }

    [Fact]
    public async Task Another_Prepared_CanBeSent()
    {
        var page = Page(await CallAsync());
        await page.WaitForElement("[data-testid=send]").ClickAsync(new());
        await page.WaitForElement("[data-testid=another]", TimeSpan.FromSeconds(10)).ClickAsync(new());
        await page.WaitForElement("[data-testid=send]").ClickAsync(new());

        page.WaitForElement("[data-testid=another]", TimeSpan.FromSeconds(10));
        Assert.Equal(3, Scene.Upstream.Requests.Count);
    }

    [Fact]
    public async Task Stream_Sent_ShowsItsWordsBeforeItsEndAndCanBeStopped()
    {
        var page = Page(await CallAsync());
        await page.WaitForElement("[data-testid=body]").ChangeAsync(new() { Value = """{"stream":true,"messages":[{"role":"user","content":"Hi"}]}""" });
        var sending = page.ClickAsync("[data-testid=send]");

        page.WaitForAssertion(() => Assert.Equal("One ", page.Find("[data-testid=answer]").TextContent), TimeSpan.FromSeconds(10));
        Assert.Equal("answering", page.Find("[data-testid=progress]").GetAttribute("data-state"));
        await page.ClickAsync("[data-testid=stop]");
        await sending;

        page.WaitForAssertion(() => Assert.Contains("closed", page.Find("[data-testid=progress]").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Body_NoJson_SaysWhereAndIsNotSent()
    {
        var page = Page(await CallAsync());

        await page.WaitForElement("[data-testid=body]").ChangeAsync(new() { Value = "{\n  \"a\": }" });

        Assert.Contains("line 2", page.Find("[data-testid=body-error]").TextContent, StringComparison.Ordinal);
        Assert.True(page.Find("[data-testid=send]").HasAttribute("disabled"));
        await page.ChangeAsync("[data-testid=body]", "{}");
        Assert.False(page.Find("[data-testid=send]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Model_Changed_IsWrittenIntoTheBody()
    {
        var page = Page(await CallAsync());

        await page.WaitForElement("[data-testid=model]").ChangeAsync(new() { Value = "gpt-new" });

        Assert.Contains("\"model\": \"gpt-new\"", page.Find("[data-testid=body]").GetAttribute("value"), StringComparison.Ordinal);
        Assert.Contains("edited", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Route_WithAKey_IsCalledWithTheChosenConsumersKey()
    {
        var page = Page(await CallAsync());

        await page.WaitForElement("[data-testid=route]").ChangeAsync(new() { Value = page.FindAll("[data-testid=route] option").Single(o => o.TextContent.StartsWith("keyed", StringComparison.Ordinal)).GetAttribute("value") });
        Assert.Equal("/keyed/chat/completions?a=1", page.Find("[data-testid=path]").GetAttribute("value"));
        Assert.Contains("gpt-three", page.Find("[data-testid=target-note]").TextContent, StringComparison.Ordinal);
        Assert.Contains("x-team-key: $API_KEY", page.Find("[data-testid=curl]").TextContent, StringComparison.Ordinal);
        await page.ChangeAsync("[data-testid=credential]", Scene.Credential);
        Assert.DoesNotContain(ReplayScene.Key, page.Markup, StringComparison.Ordinal);
        await page.ClickAsync("[data-testid=send]");

        page.WaitForAssertion(() => Assert.Equal("Hello from gpt-three", page.Find("[data-testid=answer]").TextContent), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Notes_SayThatNobodyRunsTools()
    {
        var page = Page(await CallAsync());

        Assert.Contains("Nobody runs what the answer asks for", page.WaitForElement("[data-testid=note]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Viewer_SeesNoReplayAnywhere()
    {
        var id = await CallAsync();
        AddAuthorization().SetAuthorized("eve").SetRoles(Roles.Viewer);

        var page = Page(id);
        var detail = Render<RequestDetail>(p => p.Add(d => d.Id, id));

        Assert.Contains("role Operator", page.WaitForElement("[data-testid=refusal]").TextContent, StringComparison.Ordinal);
        detail.WaitForElement("[data-testid=compare-with]");
        Assert.Empty(detail.FindAll("[data-testid=replay]"));
        Assert.Empty(page.FindAll("textarea"));
    }

    [Fact]
    public async Task NotWhole_IsRefusedWithTheReason()
    {
        var refused = (await Scene.CallAsync(body: "no json")).Row.RequestId;

        Assert.Contains("refused this request", Page(refused).WaitForElement("[data-testid=refusal]").TextContent, StringComparison.Ordinal);
        Assert.Contains("not in the log", Page("nothing").WaitForElement("[data-testid=refusal]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detail_OfBoth_LinksThem()
    {
        var id = await CallAsync();
        var run = (await Host.Services.GetRequiredService<ReplayService>().StartAsync(new(Owner, Roles.Scopes([Roles.Operator])), id, ReplayChanges.None, null, CancellationToken.None)).Value!;
        await Host.Services.GetRequiredService<ReplayService>().WaitForRecordAsync(run, CancellationToken.None);

        var first = Render<RequestDetail>(p => p.Add(d => d.Id, id));
        var second = Render<RequestDetail>(p => p.Add(d => d.Id, run.RequestId));

        Assert.Equal("replayed 1×", first.WaitForElement("[data-testid=replays]").TextContent);
        Assert.Equal([$"/logs/{id}", CompareTexts.Address(id, run.RequestId)], second.WaitForElement("[data-testid=replay-of]").QuerySelectorAll("a").Select(a => a.GetAttribute("href")));
    }

    [Theory]
    [InlineData(Roles.Operator, true)]
    [InlineData(Roles.Viewer, false)]
    public async Task Detail_ShowsWhatIsNewToThoseWhoMayReadIt(string role, bool mayRead)
    {
        var id = await CallAsync();
        AddAuthorization().SetAuthorized("eve").SetRoles(role);

        var detail = Render<RequestDetail>(p => p.Add(d => d.Id, id));

        detail.WaitForElement("[data-testid=receipt], h2");
        Assert.Equal(mayRead ? 1 : 0, detail.FindAll("[data-testid=news]").Count);
        Assert.Equal(mayRead, detail.Markup.Contains("Hello from gpt-one", StringComparison.Ordinal));
        if (mayRead)
        {
            await detail.ClickAsync("[data-testid=open-chat]");
            Assert.NotNull(detail.Find("[data-testid=conversation]"));
            Assert.Contains(JSInterop.Invocations["gatehouse.focus"], i => Equals(i.Arguments[0], "[data-testid=tab-chat]"));
        }
    }

    [Fact]
    public async Task Compare_HostileWords_AreShownAsText()
    {
        var (a, b) = (await CallAsync("""{"messages":[{"role":"user","content":"<script>alert(1)</script>"}]}"""), await CallAsync("""{"messages":[{"role":"user","content":"<img src=x onerror=alert(1)>‮"}],"<b>":1}"""));

        var page = Compare(a, b);

        page.WaitForElement("[data-testid=difference]");
        Assert.Equal(["/messages/0/content", "/<b>"], page.FindAll("[data-testid=difference]").Select(d => d.GetAttribute("data-pointer")));
        Assert.Equal(["script>alert(1)</script>"], page.FindAll("del").Select(d => d.TextContent));
        Assert.Empty(page.FindAll("script, img, .dt b"));
        Assert.DoesNotContain("\u202e", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_TwoRoutes_ShowsFiguresAndAnswers()
    {
        var (a, b) = (await CallAsync(), (await Scene.CallAsync("/messages/v1/messages", """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""")).Row.RequestId);

        var page = Compare(a, b);

        page.WaitForElement("[data-testid=figures]");
        Assert.Equal("same", page.Find("[data-figure=input_tokens]").QuerySelectorAll("td")[2].TextContent);
        Assert.Equal("Hello from gpt-one", page.Find("[data-testid=answer-a] .prose").TextContent);
        Assert.Equal("Hello from gpt-two", page.Find("[data-testid=answer-b] .prose").TextContent);
        Assert.Contains(a, page.Find("[data-testid=swap]").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_RoleThatMayNotRead_ShowsFiguresAlone()
    {
        var (a, b) = (await CallAsync(), await CallAsync());
        AddAuthorization().SetAuthorized("eve").SetRoles(Roles.Viewer);

        var page = Compare(a, b);

        page.WaitForElement("[data-testid=figures]");
        Assert.DoesNotContain("Hello", page.Markup, StringComparison.Ordinal);
        Assert.Contains("role Operator", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_SameBodyOrMissingRequest_SaysSo()
    {
        var (a, b) = (await CallAsync(), await CallAsync());

        Assert.NotNull(Compare(a, b).WaitForElement("[data-testid=alike]"));
        Assert.Contains("second request is not", Compare(a, "nothing").WaitForElement("[data-testid=missing]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_TwoPicked_LeadToTheirComparison()
    {
        var (a, b) = (await CallAsync(), await CallAsync());
        var list = Render<RequestLogs>();
        await list.WaitForElement("[data-testid=pick]").ClickAsync(new());

        await list.WaitForElement($"tr[data-id='{a}']").ClickAsync(new());
        Assert.Empty(list.FindAll("[data-testid=pickbar] [data-testid=compare]"));
        await list.InvokeAsync(() => list.Instance.OnKey("ArrowUp"));
        await list.InvokeAsync(() => list.Instance.OnKey("x"));

        Assert.Equal(CompareTexts.Address(a, b), list.Find("[data-testid=pickbar] [data-testid=compare]").GetAttribute("href"));
        await list.InvokeAsync(() => list.Instance.OnKey("Escape"));
        Assert.Empty(list.FindAll("[data-testid=pickbar]"));
    }

    private async Task<string> CallAsync(string body = ReplayScene.Question) => (await Scene.CallAsync(body: body)).Row.RequestId;

    private IRenderedComponent<ReplayPage> Page(string id) => Render<ReplayPage>(p => p.Add(r => r.Id, id));

    private IRenderedComponent<ComparePage> Compare(string a, string b)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(CompareTexts.Address(a, b));
        return Render<ComparePage>();
    }
}
