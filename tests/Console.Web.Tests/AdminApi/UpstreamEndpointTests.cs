using System.Net;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>How the targets of an upstream fare, over HTTP.</summary>
public sealed class UpstreamEndpointTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task Health_WithoutChecks_SaysSo()
    {
        var upstream = await CreateAsync("{}");
        await admin.CreateAsync($"{upstream}/targets", """{"target":"10.1.1.1:80"}""");

        var health = (await admin.Host.GetAsync($"{upstream}/health")).Json;

        Assert.Equal(["HEALTHCHECKS_OFF"], States(health));
        Assert.Equal("HEALTHCHECKS_OFF", (await admin.Host.GetAsync($"{upstream}/health?balancer_health=1"))["data"]!["health"]!.ToString());
    }

    [Theory]
    [InlineData("PUT", false)]
    [InlineData("POST", true)]
    public async Task Override_HoldsForHealthAndProxy(string method, bool byId)
    {
        await using var backend = await FakeUpstream.StartAsync();
        var upstream = await CreateAsync("""{"passive":{"unhealthy":{"http_failures":5}}}""");
        var target = await admin.CreateAsync($"{upstream}/targets", $$"""{"target":"{{backend.Address.Authority}}"}""");
        var path = $"/{AdminFixture.NewName()}";
        var name = (await admin.Host.GetAsync(upstream))["name"];
        var service = await admin.CreateAsync("/services", $$"""{"host":"{{name}}"}""");
        await admin.CreateAsync($"/services/{service["id"]}/routes", $$"""{"paths":["{{path}}"]}""");
        var one = $"{upstream}/targets/{(byId ? target["id"] : target["target"])}";
        Task<HttpStatusCode> CallAsync() => StatusAsync(path);

        Assert.Equal(HttpStatusCode.OK, await CallAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.SendAsync(new HttpMethod(method), $"{one}/unhealthy", null)).Status);
        Assert.Equal(["UNHEALTHY"], States((await admin.Host.GetAsync($"{upstream}/health")).Json));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await CallAsync());

        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.SendAsync(new HttpMethod(method), $"{one}/healthy", null)).Status);
        Assert.Equal(["HEALTHY"], States((await admin.Host.GetAsync($"{upstream}/health")).Json));
        Assert.Equal(HttpStatusCode.OK, await CallAsync());
        Assert.Single((await admin.Host.GetAsync($"{upstream}/targets/all"))["data"]!.AsArray());
    }

    [Fact]
    public async Task UnknownUpstreamOrTarget_IsNotFound()
    {
        var upstream = await CreateAsync("{}");

        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync("/upstreams/nothing/health")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.PutAsync($"{upstream}/targets/10.9.9.9:80/healthy", "{}")).Status);
    }

    private static IEnumerable<string> States(JsonObject health) => health["data"]!.AsArray().Select(t => t!["health"]!.ToString());

    private async Task<string> CreateAsync(string checks) =>
        "/upstreams/" + (await admin.CreateAsync("/upstreams", $$"""{"name":"{{AdminFixture.NewName()}}","healthchecks":{{checks}}}"""))["id"];

    private async Task<HttpStatusCode> StatusAsync(string path) =>
        (await admin.Host.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(admin.Host.ProxyUrl, path)))).Status;
}
