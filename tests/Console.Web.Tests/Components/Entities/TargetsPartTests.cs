using Bunit;
using ConsoleWeb.Components.Pages.Entities.Parts;
using Gateway.Core.Configuration;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Tests.Components.Entities;

public sealed class TargetsPartTests : ConsoleContext
{
    [Fact]
    public async Task Target_Added_TakesItsShare()
    {
        var part = await RenderAsync("""{"name":"pool"}""");
        Assert.Contains("answered with 503", part.Markup, StringComparison.Ordinal);

        Add(part, "127.0.0.1:9001", "75");
        part.WaitForAssertion(() => Assert.Single(part.FindAll("[data-testid=target]")));
        Add(part, "127.0.0.1:9002", "25");

        part.WaitForAssertion(() => Assert.Equal(["75.0\u202f%", "25.0\u202f%"], part.FindAll("[data-testid=target] td.num").Select(c => c.TextContent)));
    }

    [Fact]
    public async Task Target_AddedTwice_IsRefusedAtItsField()
    {
        var part = await RenderAsync("""{"name":"pool"}""");
        Add(part, "127.0.0.1:9001", "1");
        part.WaitForAssertion(() => Assert.Single(part.FindAll("[data-testid=target]")));

        Add(part, "127.0.0.1:9001", "1");

        part.WaitForAssertion(() => Assert.Contains("a target already", part.Find("#f-target-help").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Target_CalledUnhealthy_IsShownSoAndBack()
    {
        var part = await RenderAsync("""{"name":"pool","healthchecks":{"passive":{"unhealthy":{"http_failures":3}}}}""");
        Add(part, "127.0.0.1:9001", "1");
        part.WaitForAssertion(() => Assert.Equal("healthy", Health(part)));

        Button(part, "Set unhealthy").Click();
        part.WaitForAssertion(() => Assert.Equal("unhealthy", Health(part)));

        Button(part, "Set healthy").Click();
        part.WaitForAssertion(() => Assert.Equal("healthy", Health(part)));
    }

    [Fact]
    public async Task Weight_Refused_IsSaidAndStaysAsItWas()
    {
        var part = await RenderAsync("""{"name":"pool"}""");
        Add(part, "127.0.0.1:9001", "10");
        part.WaitForAssertion(() => Assert.Single(part.FindAll("[data-testid=target]")));

        part.Change(".weight", "70000");

        part.WaitForAssertion(() => Assert.Contains("65535", part.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal("10", Entities.List(EntityKinds.Targets, new(), 10, null, Owner).Value!.Data.Single()["weight"]!.ToString());
    }

    private async Task<IRenderedComponent<TargetsPart>> RenderAsync(string upstream)
    {
        Borrow<SnapshotHolder>();
        var id = await StoreAsync(EntityKinds.Upstreams, upstream);
        return Render<TargetsPart>(p => p.Add(t => t.UpstreamId, Guid.Parse(id)).Add(t => t.UpstreamName, "pool"));
    }

    private static void Add(IRenderedComponent<TargetsPart> part, string address, string weight)
    {
        part.Change("#f-target", address);
        part.Change("#f-weight", weight);
        part.Click("[data-testid=add-target]");
    }

    private static string? Health(IRenderedComponent<TargetsPart> part) => part.Find("[data-testid=target]").GetAttribute("data-health");

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<TargetsPart> part, string text) => part.FindAll("button").Single(b => b.TextContent == text);
}
