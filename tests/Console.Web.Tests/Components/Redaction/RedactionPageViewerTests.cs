using Bunit;
using ConsoleWeb.Components.Pages.Redaction;
using ConsoleWeb.Features.Redaction;
using Gateway.Core.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.Redaction;

/// <summary>Who may only look can still try the rules.</summary>
public sealed class RedactionPageViewerTests : ConsoleContext
{
    protected override string Role => "Viewer";

    [Fact]
    public void Page_Viewer_CannotChangeTheFormButTry()
    {
        Services.AddSingleton(_ => Host.Services.GetRequiredService<RedactionService>());
        Services.AddSingleton(_ => Host.Services.GetRequiredService<SnapshotHolder>());
        var page = Render<RedactionPage>();

        Assert.True(page.WaitForElement("fieldset").HasAttribute("disabled"));
        page.Submit("[data-testid=redaction-form]");
        page.Input("[data-testid=sample]", "x");

        Assert.Equal("x", page.Find("[data-testid=stored]").TextContent);
        Assert.Null(Host.Services.GetRequiredService<RedactionService>().Current.ChangedAt);
    }
}
