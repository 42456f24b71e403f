using System.Security.Claims;
using Bunit;
using ConsoleWeb.Auth;
using ConsoleWeb.Components.Pages.Tokens;
using Microsoft.Extensions.DependencyInjection;
using TestContext = Xunit.TestContext;

namespace ConsoleWeb.Tests.Components.Tokens;

public sealed class TokensPageTests : ConsoleContext
{
    private static readonly Guid User = Guid.NewGuid();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TokenService Tokens => Host.Services.GetRequiredService<TokenService>();

    [Fact]
    public void Page_NoTokens_SaysWhatTheyAreFor()
    {
        var page = RenderPage(Roles.Editor);

        page.WaitForAssertion(() => Assert.Contains("decK", page.Find("[data-testid=empty-state]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Dialog_Viewer_CanGiveNoMoreThanItHas()
    {
        var page = RenderPage(Roles.Viewer);
        page.Click("[data-testid=add-token]");

        Assert.True(page.Find("[data-testid='scope-config:write']").HasAttribute("disabled"));
        Assert.True(page.Find("[data-testid='scope-admin']").HasAttribute("disabled"));
        Assert.False(page.Find("[data-testid='scope-logs:read']").HasAttribute("disabled"));
        Assert.DoesNotContain("never", page.Find("#token-life").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Dialog_NoName_SaysSoAndMakesNothing()
    {
        var page = RenderPage(Roles.Viewer);
        page.Click("[data-testid=add-token]");

        page.Submit("[data-testid=token-dialog] form");

        page.WaitForAssertion(() => Assert.Contains("name", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("[data-testid=new-token]"));
    }

    [Fact]
    public async Task Revoke_Confirmed_EndsTheTokenAndKeepsItListed()
    {
        var owner = new TokenOwner(TokenOwner.CommandLine.Id, "command line", Roles.Scopes([Roles.Admin]));
        var made = (await Tokens.CreateAsync(new TokenRequest("doomed", [TokenScopes.LogsRead], null), owner, Cancellation)).Value!;
        var page = RenderPage(Roles.Admin, "/tokens?everyone=true");
        page.WaitForAssertion(() => page.Find("tr[data-name=doomed]"));
        Assert.DoesNotContain(made.Token, page.Markup, StringComparison.Ordinal);

        page.Click("tr[data-name=doomed] button");
        Assert.Contains("doomed", page.Find("#confirm-title").TextContent, StringComparison.Ordinal);
        page.Click("[data-testid=confirm]");

        page.WaitForAssertion(() => Assert.Contains("revoked", page.Find("tr[data-name=doomed]").TextContent, StringComparison.Ordinal));
        Assert.Null(await Tokens.VerifyAsync(made.Token, Cancellation));
    }

    [Fact]
    public async Task Page_NoAdministrator_NeverSeesWhatOthersOwn()
    {
        await Tokens.CreateAsync(new TokenRequest("foreign", [TokenScopes.LogsRead], null), TokenOwner.CommandLine, Cancellation);

        var page = RenderPage(Roles.Editor, "/tokens?everyone=true");

        page.WaitForAssertion(() => page.Find("[data-testid=empty-state]"));
        Assert.Empty(page.FindAll("tr[data-name=foreign]"));
    }

    private IRenderedComponent<TokensPage> RenderPage(string role, string address = "/tokens")
    {
        Services.AddSingleton(_ => Tokens);
        AddAuthorization().SetAuthorized("ada").SetRoles(role).SetClaims(new Claim(ClaimTypes.NameIdentifier, User.ToString()));
        Services.GetRequiredService<Microsoft.AspNetCore.Components.NavigationManager>().NavigateTo(address);
        return Render<TokensPage>();
    }
}
