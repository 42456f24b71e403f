using System.Net;
using ConsoleWeb.Auth;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Looking at and forgetting what proxy-cache keeps.</summary>
public sealed class ProxyCacheEndpointTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task Key_OfAnAnswer_ShowsItAndDeletesIt()
    {
        await using var cached = await StartAsync();
        var key = (await CallAsync(cached.Path)).Headers["X-Cache-Key"];

        foreach (var path in new[] { "/proxy-cache/" + key, $"/proxy-cache/{cached.PluginId}/caches/{key}" })
        {
            var shown = await admin.Host.GetAsync(path);
            Assert.Equal((HttpStatusCode.OK, "200", "answer", "6"), (shown.Status, shown["status"]!.ToString(), shown["body"]!.ToString(), shown["body_len"]!.ToString()));
            Assert.Equal("text/plain", shown["headers"]!["Content-Type"]!.ToString());
        }

        Assert.Equal("Hit", (await CallAsync(cached.Path)).Headers["X-Cache-Status"]);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.DeleteAsync("/proxy-cache/" + key)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.DeleteAsync("/proxy-cache/" + key)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync("/proxy-cache/" + key)).Status);
        Assert.Equal("Miss", (await CallAsync(cached.Path)).Headers["X-Cache-Status"]);
    }

    [Fact]
    public async Task Delete_WithoutKey_ForgetsEverything()
    {
        await using var cached = await StartAsync();
        await CallAsync(cached.Path + "?a=1");
        await CallAsync(cached.Path + "?a=2");

        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.DeleteAsync("/proxy-cache")).Status);

        Assert.Equal("Miss", (await CallAsync(cached.Path + "?a=1")).Headers["X-Cache-Status"]);
        Assert.Equal("Miss", (await CallAsync(cached.Path + "?a=2")).Headers["X-Cache-Status"]);
    }

    [Fact]
    public async Task Key_OfSeveralAnswers_NamesThemAndDeletesThemTogether()
    {
        await using var cached = await StartAsync(http => http.Response.Headers.Vary = "X-Language");
        var key = (await CallAsync(cached.Path, "en")).Headers["X-Cache-Key"];
        await CallAsync(cached.Path, "de");

        var shown = await admin.Host.GetAsync("/proxy-cache/" + key);
        var variants = shown["variants"]!.AsArray().Select(v => v!.ToString()).ToList();
        Assert.Equal(("X-Language", 2), (shown["vary"]![0]!.ToString(), variants.Count));
        Assert.Equal("answer", (await admin.Host.GetAsync("/proxy-cache/" + variants[0]))["body"]!.ToString());

        await admin.Host.DeleteAsync("/proxy-cache/" + key);

        // One is asked for and kept again; the other must not come back with it.
        Assert.Equal("Miss", (await CallAsync(cached.Path, "en")).Headers["X-Cache-Status"]);
        Assert.Equal("Miss", (await CallAsync(cached.Path, "de")).Headers["X-Cache-Status"]);
    }

    [Fact]
    public async Task Instance_ThatIsNoProxyCache_Answers404()
    {
        await using var cached = await StartAsync();
        var key = (await CallAsync(cached.Path)).Headers["X-Cache-Key"];
        var other = await admin.CreateAsync("/services/" + cached.ServiceId + "/plugins", """{"name":"correlation-id"}""");

        foreach (var id in new[] { other["id"]!.ToString(), Guid.NewGuid().ToString() })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync($"/proxy-cache/{id}/caches/{key}")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.DeleteAsync($"/proxy-cache/{id}/caches/{key}")).Status);
        }
    }

    [Fact]
    public async Task Body_IsShownOnlyToTokensThatMayReadPayloads()
    {
        await using var cached = await StartAsync();
        var key = (await CallAsync(cached.Path)).Headers["X-Cache-Key"];
        var token = await admin.Host.MakeTokenAsync(TokenScopes.ConfigRead);

        var shown = await admin.Host.SendAsync(HttpMethod.Get, "/proxy-cache/" + key, null, token);
        var deleted = await admin.Host.SendAsync(HttpMethod.Delete, "/proxy-cache", null, token);

        Assert.Equal((HttpStatusCode.OK, false), (shown.Status, shown.Json.ContainsKey("body")));
        Assert.Equal(HttpStatusCode.Forbidden, deleted.Status);
    }

    private Task<Answer> CallAsync(string path, string language = "")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(admin.Host.ProxyUrl, path));
        request.Headers.Add("X-Language", language);
        return admin.Host.SendAsync(request);
    }

    private async Task<CachedRoute> StartAsync(Action<HttpContext>? change = null)
    {
        var upstream = await FakeUpstream.StartAsync(http =>
        {
            http.Response.ContentType = "text/plain";
            change?.Invoke(http);
            return http.Response.WriteAsync("answer");
        });
        var path = "/" + AdminFixture.NewName();
        var service = (await admin.CreateAsync("/services", $$"""{"url":"{{upstream.Address}}"}"""))["id"]!.ToString();
        await admin.CreateAsync($"/services/{service}/routes", $$"""{"paths":["{{path}}"]}""");
        var plugin = await admin.CreateAsync($"/services/{service}/plugins", """{"name":"proxy-cache","config":{"strategy":"memory"}}""");
        return new CachedRoute(upstream, path, service, plugin["id"]!.ToString());
    }

    private sealed record CachedRoute(FakeUpstream Upstream, string Path, string ServiceId, string PluginId) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Upstream.DisposeAsync();
    }
}
