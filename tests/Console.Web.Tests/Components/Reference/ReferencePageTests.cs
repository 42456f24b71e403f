using Bunit;
using ConsoleWeb.Components.Pages.Reference;
using Gateway.Core.Plugins;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.Reference;

public sealed class ReferencePageTests : ConsoleContext
{
    private ReferenceModel Model => Host.Services.GetRequiredService<ReferenceModel>();

    [Fact]
    public void Page_WithoutMore_ShowsServicesWithACallToCopy()
    {
        var page = Show(null, null);

        Assert.Equal("Services", page.Find("[data-testid=reference-title]").TextContent);
        Assert.Contains($"curl {Model.Address}/services \\", page.Find("[data-testid=curl]").TextContent);
        Assert.Contains("\"url\": \"http://localhost:9000\"", page.Find("[data-testid=curl]").TextContent);
        Assert.Contains("80", page.Find("#field-port").TextContent);
        Assert.Contains("required", page.Find("#field-host").TextContent);
    }

    [Fact]
    public void Operation_OfTheAddress_IsUnfoldedAndNoOther()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/reference/routes?op=delete-routes-id");

        var page = Show("routes", null);

        var body = Assert.Single(page.FindAll("[data-testid=operation-body]"));
        Assert.Contains("config:write", body.TextContent);
        Assert.Contains($"curl -X DELETE {Model.Address}/routes/example-route", page.Find("[data-testid=curl]").TextContent);
    }

    [Fact]
    public void Field_OfTheAddress_IsMarked()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/reference/upstreams#field-healthchecks.active.type");

        var page = Show("upstreams", null);

        Assert.Equal("field-healthchecks.active.type", page.Find("tr.sel").Id);
    }

    [Fact]
    public void Plugins_AllHaveAPageWithTheirSettings() => Assert.All(
        Host.Services.GetRequiredService<PluginCatalog>().Plugins,
        p => Assert.Equal(p.Name, Show(ReferenceModel.PluginConfigs, p.Name).Find("[data-testid=reference-title]").TextContent));

    [Fact]
    public void Address_OfNothing_SaysSo()
    {
        var page = Show("nothing", null);

        Assert.Contains("No such part of the reference", page.Markup);
    }

    [Fact]
    public void Search_ForAFieldOrOperation_LinksToItsPlace()
    {
        var page = Show(null, null);

        page.Input("[data-testid=reference-search]", "strip_path");
        Assert.Equal("/reference/routes#field-strip_path", page.Find("[data-testid=reference-hits] a").GetAttribute("href"));
        page.Input("[data-testid=reference-search]", "delete snis");
        Assert.Contains("?op=delete-snis-id", page.Find("[data-testid=reference-hits] a").GetAttribute("href"));
        page.Input("[data-testid=reference-search]", "nothing like it");
        Assert.Contains("Nothing in the reference matches", page.Markup);
    }

    [Fact]
    public void Groups_AllHaveSomethingToSay() => Assert.All(Model.Groups, g =>
    {
        Assert.NotEmpty(g.Text);
        Assert.NotEmpty(g.Operations);
        Assert.All(g.Operations, o => Assert.DoesNotContain("{", o.Example.Split('\n')[0]));
    });

    private IRenderedComponent<ReferencePage> Show(string? group, string? item) =>
        Render<ReferencePage>(p => p.Add(x => x.GroupName, group).Add(x => x.Item, item));
}
