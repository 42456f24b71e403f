using Bunit;
using ConsoleWeb.Audit;
using ConsoleWeb.Auth;
using ConsoleWeb.Components.Pages.Audit;
using ConsoleWeb.Data;
using Gateway.Shared.Schema;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.Audit;

public sealed class AuditPageTests : ConsoleContext
{
    private AuditLog Log => Host.Services.GetRequiredService<AuditLog>();

    [Fact]
    public async Task Page_Administrator_SeesWhoDidWhatNewestFirstAndThatTheChainIsWhole()
    {
        await StoreAsync(EntityKinds.Services, """{"name":"first","host":"up.example"}""");

        var page = RenderPage();

        page.WaitForAssertion(() => Assert.Contains("chain verified, 2 entries", page.Find("[data-testid=chain]").TextContent, StringComparison.Ordinal));
        Assert.Equal(["Configuration changed", "Token made"], page.FindAll("tr[data-entry] td:nth-child(2)").Select(c => c.TextContent));
        var newest = page.Find("tr[data-entry='2']").TextContent;
        Assert.Contains("create service first", newest, StringComparison.Ordinal);
        Assert.Contains("owner", newest, StringComparison.Ordinal);
        Assert.Contains("console", newest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_AfterTampering_SaysWhatIsWrong()
    {
        await StoreAsync(EntityKinds.Services, """{"name":"first","host":"up.example"}""");
        await using (var context = await Host.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync(Xunit.TestContext.Current.CancellationToken))
        {
            await context.Audit.Where(e => e.Sequence == 2).ExecuteUpdateAsync(u => u.SetProperty(e => e.Actor, "nobody"), Xunit.TestContext.Current.CancellationToken);
        }

        var page = RenderPage();

        page.WaitForAssertion(() => Assert.Contains("entry 2 was changed", page.Find("[data-testid=broken]").TextContent, StringComparison.Ordinal));
        Assert.Contains("chain broken", page.Find("[data-testid=chain]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_Editor_SeesNothing()
    {
        var page = RenderPage(role: Roles.Editor);

        Assert.Contains("for administrators", page.Find("[data-testid=empty-state]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("tr[data-entry], [data-testid=chain], [data-testid=filter]"));
    }

    [Fact]
    public async Task Page_Filter_IsInTheAddressAndLeavesWhatMatches()
    {
        await Log.WriteAsync(
            [
                new AuditEvent(AuditActions.SignIn, Person) { IsRefused = true },
                new AuditEvent(AuditActions.PayloadView, Person, "100%_request"),
            ],
            Xunit.TestContext.Current.CancellationToken);
        var page = RenderPage();
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("tr[data-entry]").Count));

        page.Input("[data-testid=filter]", "100%_");
        page.WaitForAssertion(() => Assert.Equal(["3"], Entries(page)));
        Assert.EndsWith("/audit?q=100%25_", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        page.Input("[data-testid=filter]", "0%1");
        page.WaitForAssertion(() => page.Find("[data-testid=no-results]"));

        Services.GetRequiredService<NavigationManager>().NavigateTo(page.Find("[data-testid=refused]").GetAttribute("href")!.Split('?')[0] + "?outcome=refused");
        page.WaitForAssertion(() => Assert.Equal(["2"], Entries(page)));
        Assert.Contains("refused", page.Find("tr[data-entry='2']").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_WhileOpen_ShowsWhatHappens()
    {
        var page = RenderPage();
        page.WaitForAssertion(() => Assert.Single(Entries(page)));

        await Log.WriteAsync(new AuditEvent(AuditActions.SignIn, Person), Xunit.TestContext.Current.CancellationToken);

        page.WaitForAssertion(() => Assert.Equal(["2", "1"], Entries(page)), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Entry_OfAChange_ShowsFieldsBeforeAndAfterWithoutSecrets()
    {
        var id = await StoreAsync(EntityKinds.Plugins, """{"name":"ai-proxy","config":{"route_type":"llm/v1/chat","auth":{"header_name":"Authorization","header_value":"first-secret"},"model":{"provider":"openai","name":"gpt-5-mini"}}}""");
        var changed = new System.Text.Json.Nodes.JsonObject { ["config"] = new System.Text.Json.Nodes.JsonObject { ["auth"] = new System.Text.Json.Nodes.JsonObject { ["header_value"] = "second-secret" } } };
        Assert.False((await Entities.PatchAsync(EntityKinds.Plugins, id, changed, Owner, Xunit.TestContext.Current.CancellationToken)).IsError);

        var page = RenderPage(3);

        page.WaitForAssertion(() => Assert.Equal(
            ["config.auth.header_value", "********", "another value"],
            page.FindAll("[data-field='config.auth.header_value'] td").Select(c => c.TextContent)));
        Assert.Equal("/history/2", page.Find("[data-testid=entry] header a").GetAttribute("href"));
        Assert.DoesNotContain("-secret", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Entry_ThatIsNotKept_SaysSo()
    {
        var page = RenderPage(99);

        page.WaitForAssertion(() => Assert.Contains("99", page.Find("[data-testid=no-entry]").TextContent, StringComparison.Ordinal));
    }

    private static IEnumerable<string?> Entries(IRenderedComponent<AuditPage> page) => page.FindAll("tr[data-entry]").Select(r => r.GetAttribute("data-entry"));

    private IRenderedComponent<AuditPage> RenderPage(long? entry = null, string role = Roles.Admin)
    {
        Services.AddSingleton(_ => Log);
        Services.AddSingleton(_ => Host.Services.GetRequiredService<AuditVerifier>());
        AddAuthorization().SetAuthorized("ada").SetRoles(role);
        Services.GetRequiredService<NavigationManager>().NavigateTo(entry is null ? "/audit" : $"/audit/{entry}");
        return Render<AuditPage>(p => p.Add(c => c.Sequence, entry));
    }
}
