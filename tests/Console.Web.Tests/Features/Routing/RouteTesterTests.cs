using System.Text.Json.Nodes;
using ConsoleWeb.Features.Routing;
using ConsoleWeb.Tests.AdminApi;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Features.Routing;

public sealed class RouteTesterTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    private RouteTester Tester => admin.Host.Services.GetRequiredService<RouteTester>();

    [Fact]
    public async Task Test_StoredRoutes_NamesTheWinnerItsUpstreamAndPlugins()
    {
        var (route, path) = await FillAsync("\"port\":8080,\"path\":\"/base\"");
        await admin.CreateAsync($"/routes/{route}/plugins", """{"name":"key-auth"}""");

        var verdict = Tester.Test(new ThoughtRequest("post", $"http://api.example{path}/v1?x=1"), null, null).Value!;

        Assert.Equal((route, false), (verdict.Route!.Id.ToString(), verdict.IsDraft));
        Assert.Equal("http://up.example:8080/base/v1", verdict.Upstream);
        Assert.Equal(["key-auth"], verdict.Plugins);
    }

    [Fact]
    public async Task Test_DraftWithALongerPath_WinsThoughItIsNotStored()
    {
        var (_, path) = await FillAsync();

        var verdict = Tester.Test(new ThoughtRequest("GET", $"{path}/longer"), Draft($"{path}/lon"), null).Value!;

        Assert.True(verdict.IsDraft);
        Assert.Null(verdict.Upstream);
    }

    [Fact]
    public void Test_NothingMatches_HasNoRoute() =>
        Assert.Null(Tester.Test(new ThoughtRequest("GET", "/" + AdminFixture.NewName()), null, null).Value!.Route);

    [Theory]
    [InlineData("")]
    [InlineData("no path")]
    [InlineData("ftp://x/y")]
    public void Test_AddressThatIsNone_SaysSo(string address) =>
        Assert.Contains("path such as", Tester.Test(new ThoughtRequest("GET", address), null, null).Error!.Message, StringComparison.Ordinal);

    [Fact]
    public async Task FindConflicts_LongerPath_IsCoveredAndWins()
    {
        var (route, path) = await FillAsync();

        var conflict = Assert.Single(Tester.FindConflicts(Draft($"{path}/more"), null));

        Assert.Equal((route, false), (conflict.Other.Id.ToString(), conflict.IsWinner));
    }

    [Fact]
    public async Task FindConflicts_SamePath_IsWonByTheOlder()
    {
        var (route, path) = await FillAsync();

        var conflict = Assert.Single(Tester.FindConflicts(Draft(path), null));

        Assert.Equal((route, true), (conflict.Other.Id.ToString(), conflict.IsWinner));
    }

    [Fact]
    public async Task FindConflicts_OfAStoredRouteWithItself_AreNone()
    {
        var (route, path) = await FillAsync();

        Assert.Empty(Tester.FindConflicts(Draft(path), Guid.Parse(route)));
    }

    [Fact]
    public async Task FindConflicts_OtherHosts_AreNone()
    {
        var (_, path) = await FillAsync(hosts: ",\"hosts\":[\"one.example\"]");
        var draft = Draft(path);
        draft["hosts"] = new JsonArray("two.example");

        Assert.Empty(Tester.FindConflicts(draft, null));
    }

    private static JsonObject Draft(string path) => new() { ["name"] = AdminFixture.NewName(), ["paths"] = new JsonArray(path) };

    private async Task<(string Route, string Path)> FillAsync(string service = "\"port\":80", string hosts = "")
    {
        var path = "/" + AdminFixture.NewName();
        var created = await admin.CreateAsync("/services", $$"""{"host":"up.example",{{service}}}""");
        var route = await admin.CreateAsync($"/services/{created["id"]}/routes", $$"""{"paths":["{{path}}"]{{hosts}}}""");
        return (route["id"]!.ToString(), path);
    }
}
