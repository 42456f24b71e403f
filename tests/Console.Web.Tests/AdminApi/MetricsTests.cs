using System.Net;
using ConsoleWeb.Auth;
using Gateway.Testing;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary><c>GET /metrics</c>: who may read it, and that it tells what has happened.</summary>
public sealed class MetricsTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task Scrape_IsTheTextFormat_WithoutAnyPlugin()
    {
        var answer = await admin.Host.GetAsync("/metrics");

        Assert.Equal((HttpStatusCode.OK, "text/plain; version=0.0.4; charset=utf-8"), (answer.Status, answer.Headers["Content-Type"]));
        var scrape = new Exposition(answer.Text);
        Assert.Equal(1, scrape["kong_datastore_reachable"]);
        var node = (await admin.Host.GetAsync("/"))["node_id"]!.ToString();
        Assert.Equal([$$"""kong_node_info{node_id="{{node}}",version="3.10.0"} 1"""], scrape.Of("kong_node_info"));
        Assert.Equal(
            ["accepted", "active", "handled", "reading", "waiting", "writing"],
            scrape.Samples.Keys.Where(k => k.StartsWith("kong_nginx_connections_total{", StringComparison.Ordinal)).Select(k => k.Split("state=\"")[1][..^2]).Order(StringComparer.Ordinal));
        Assert.Single(scrape.Of("kong_nginx_requests_total"));
        Assert.Equal(0, scrape["gatehouse_log_records_dropped_total"]);
        Assert.Equal(1, scrape["gatehouse_log_store_writable"]);
        Assert.True(scrape["gatehouse_log_store_bytes"] > 0);
        Assert.Equal("counter", scrape.Types["gatehouse_log_records_written_total"]);
    }

    [Fact]
    public async Task Head_HasTheLengthAndNoBody()
    {
        var answer = await admin.Host.SendAsync(HttpMethod.Head, "/metrics", null);

        Assert.Equal((HttpStatusCode.OK, ""), (answer.Status, answer.Text));
        Assert.NotEqual("0", answer.Headers["Content-Length"]);
    }

    [Fact]
    public async Task Token_NeedsConfigRead()
    {
        var reading = await admin.Host.MakeTokenAsync(TokenScopes.ConfigRead);
        var other = await admin.Host.MakeTokenAsync(TokenScopes.LogsRead, TokenScopes.PayloadsRead);

        Assert.Equal(HttpStatusCode.Unauthorized, (await admin.Host.SendAsync(HttpMethod.Get, "/metrics", null, token: "")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.Host.SendAsync(HttpMethod.Get, "/metrics", null, other)).Status);
        Assert.Equal(HttpStatusCode.OK, (await admin.Host.SendAsync(HttpMethod.Get, "/metrics", null, reading)).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await admin.Host.PostAsync("/metrics", "{}")).Status);
    }

    [Fact]
    public async Task Requests_AreCounted_InTheStoreAndByThePlugin()
    {
        await using var upstream = await FakeUpstream.StartAsync(201, "made");
        var service = await admin.CreateAsync("/services", $$"""{"name":"counted","url":"{{upstream.Address}}"}""");
        await admin.CreateAsync($"/services/{service["id"]}/routes", """{"name":"counted-route","paths":["/counted"]}""");
        await admin.CreateAsync($"/services/{service["id"]}/plugins", """{"name":"prometheus","config":{"status_code_metrics":true}}""");
        var before = await ScrapeAsync();

        for (var i = 0; i < 3; i++)
        {
            await admin.Host.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(admin.Host.ProxyUrl, "/counted")));
        }

        var after = before;
        Assert.True(await Poll.UntilAsync(async () => (after = await ScrapeAsync())["gatehouse_log_records_written_total"] == before["gatehouse_log_records_written_total"] + 3));
        Assert.Equal(
            ["""kong_http_requests_total{service="counted",route="counted-route",code="201",source="service",workspace="default",consumer=""} 3"""],
            after.Of("kong_http_requests_total"));
    }

    private async Task<Exposition> ScrapeAsync() => new((await admin.Host.GetAsync("/metrics")).Text);
}
