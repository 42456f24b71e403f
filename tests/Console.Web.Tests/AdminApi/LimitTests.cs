using System.Net;
using ConsoleWeb.Auth;
using ConsoleWeb.Tests.Hosting;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>The limits that an operator may set on calls and on the size of the configuration.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task Writes_AboveTheRateOfAToken_Answer429()
    {
        // So many at once that they cannot be spread over enough seconds.
        await using var host = await TestHost.StartAsync("Gateway:Admin:WritesPerSecond=2");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.DeleteAsync($"/services/{AdminFixture.NewName()}")));

        Assert.Contains(answers, a => a.Status == HttpStatusCode.NoContent);
        var refused = answers.First(a => a.Status == HttpStatusCode.TooManyRequests);
        Assert.Equal(("1", "the token 'test' may make 2 writes a second"), (refused.Headers["Retry-After"], refused["message"]!.ToString()));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/services")).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/schemas/services/validate", """{"host":"up.example"}""")).Status);
        var other = await host.MakeTokenAsync(TokenScopes.ConfigRead, TokenScopes.ConfigWrite);
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, "/services/none", null, other)).Status);
    }

    [Fact]
    public async Task Lists_AboveTheRateOfAToken_Answer429_AndOtherReadsDoNot()
    {
        await using var host = await TestHost.StartAsync("Gateway:Admin:ListsPerMinute=2");
        await host.PutAsync("/services/one", """{"host":"up.example"}""");

        foreach (var path in new[] { "/services?size=1000", "/routes" })
        {
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(path)).Status);
        }

        var refused = await host.GetAsync("/v2/control-planes/" + await ControlPlaneAsync(host) + "/core-entities/plugins");
        Assert.Equal((HttpStatusCode.TooManyRequests, "the token 'test' may read 2 pages of lists a minute"), (refused.Status, refused["message"]!.ToString()));
        Assert.InRange(int.Parse(refused.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/services/one")).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.PutAsync("/services/one", """{"host":"up.example"}""")).Status);
    }

    [Fact]
    public async Task Rates_NotSet_RefuseNothing()
    {
        await using var host = await TestHost.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 150).Select(_ => host.DeleteAsync("/services/none")));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.NoContent, a.Status));
    }

    [Fact]
    public async Task Entities_AsManyAsAllowed_NoMoreAreMadeUntilSomeGo()
    {
        await using var host = await TestHost.StartAsync("Gateway:Admin:MaxEntities=3");
        foreach (var name in new[] { "one", "two" })
        {
            Assert.Equal(HttpStatusCode.OK, (await host.PutAsync($"/services/{name}", """{"host":"up.example"}""")).Status);
        }

        Assert.Equal(HttpStatusCode.Created, (await host.PostAsync("/consumers", """{"username":"three"}""")).Status);

        AdminFixture.AssertIs(
            HttpStatusCode.BadRequest,
            """{"message":"there may be 3 entities in all; delete some, or raise Gateway__Admin__MaxEntities"}""",
            await host.PutAsync("/services/four", """{"host":"up.example"}"""));
        Assert.Equal(HttpStatusCode.OK, (await host.PatchAsync("/services/one", """{"retries":1}""")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await host.DeleteAsync("/services/one")).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.PutAsync("/services/four", """{"host":"up.example"}""")).Status);
    }

    private static async Task<string> ControlPlaneAsync(TestHost host) =>
        (await host.GetAsync("/v2/control-planes?filter[name][eq]=quickstart"))["data"]![0]!["id"]!.ToString();
}
