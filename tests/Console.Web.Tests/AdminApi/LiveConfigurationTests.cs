using System.Net;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>What the Admin API has answered is what the proxy does.</summary>
public sealed class LiveConfigurationTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task Write_Answered_IsServedByTheVeryNextCall()
    {
        await using var upstream = await FakeUpstream.StartAsync(200, "from upstream");

        for (var i = 0; i < 50; i++)
        {
            var service = await admin.CreateAsync("/services", $$"""{"url":"{{upstream.Address}}"}""");
            Assert.Equal(HttpStatusCode.NotFound, (await CallAsync($"/live-{i:D2}")).Status);

            await admin.CreateAsync($"/services/{service["id"]}/routes", $$"""{"paths":["/live-{{i:D2}}"]}""");

            var answer = await CallAsync($"/live-{i:D2}");
            Assert.Equal((HttpStatusCode.OK, "from upstream"), (answer.Status, answer.Text));
        }
    }

    [Fact]
    public async Task Change_OfEachKind_HoldsForTheVeryNextCall()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var service = "/services/" + (await admin.CreateAsync("/services", $$"""{"url":"{{upstream.Address}}"}"""))["id"];
        var route = "/routes/" + (await admin.CreateAsync(service + "/routes", """{"paths":["/change"]}"""))["id"];

        await admin.Host.PatchAsync(service, """{"path":"/base"}""");
        await CallAsync("/change/a");
        await admin.Host.PatchAsync(route, """{"strip_path":false}""");
        await CallAsync("/change/a");
        var plugin = "/plugins/" + (await admin.CreateAsync(route + "/plugins", """{"name":"request-transformer","config":{"add":{"headers":["x-added:1"]}}}"""))["id"];
        await CallAsync("/change/b");
        await admin.Host.PatchAsync(plugin, """{"enabled":false}""");
        await CallAsync("/change/c");
        await admin.Host.PatchAsync(service, """{"enabled":false}""");
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("/change/d")).Status);
        await admin.Host.PatchAsync(service, """{"enabled":true}""");
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("/change/e")).Status);
        await admin.Host.DeleteAsync(route);
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync("/change/f")).Status);

        Assert.Equal(["/base/a", "/base/change/a", "/base/change/b", "/base/change/c", "/base/change/e"], upstream.Requests.Select(r => r.Target));
        Assert.Equal([false, false, true, false, false], upstream.Requests.Select(r => r.Headers.ContainsKey("x-added")));
    }

    [Fact]
    public async Task Write_Refused_LeavesTheProxyAsItWas()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var service = "/services/" + (await admin.CreateAsync("/services", $$"""{"url":"{{upstream.Address}}"}"""))["id"];
        var route = "/routes/" + (await admin.CreateAsync(service + "/routes", """{"paths":["/refused"]}"""))["id"];

        Assert.Equal(HttpStatusCode.BadRequest, (await admin.Host.PatchAsync(route, """{"paths":["/refused","~/("]}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.Host.PatchAsync(service, """{"host":"a b"}""")).Status);

        Assert.Equal(HttpStatusCode.OK, (await CallAsync("/refused")).Status);
    }

    [Fact]
    public async Task Writes_ManyAtOnce_AreAllStoredAndServed()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var service = "/services/" + (await admin.CreateAsync("/services", $$"""{"url":"{{upstream.Address}}"}"""))["id"];

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            await admin.CreateAsync(service + "/routes", $$"""{"paths":["/many-{{i:D2}}"]}""");
            return (await CallAsync($"/many-{i:D2}")).Status;
        }));

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(20, (await admin.Host.GetAsync(service + "/routes"))["data"]!.AsArray().Count);
    }

    [Fact]
    public async Task Create_SameNameAtOnce_SucceedsOnce()
    {
        var body = $$"""{"name":"{{AdminFixture.NewName()}}","host":"up.example"}""";

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => admin.Host.PostAsync("/services", body)));

        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.Equal(9, answers.Count(a => a.Status == HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task Writes_OfTheSameEntitiesAtOnce_AreStoredAsTheyAreServed()
    {
        var directory = Path.Combine(Path.GetTempPath(), "gatehouse-tests", Guid.NewGuid().ToString("N"));
        string before;
        await using (var first = await TestHost.StartInAsync(directory, keepsData: true))
        {
            await Task.WhenAll(Enumerable.Range(0, 120).Select(i => (i % 4) switch
            {
                0 => first.DeleteAsync($"/services/s{i % 3}"),
                1 => first.PatchAsync($"/services/s{i % 3}", $$"""{"port":{{i + 1}}}"""),
                _ => first.PutAsync($"/services/s{i % 3}", $$"""{"host":"h{{i}}.example"}"""),
            }));
            before = (await first.GetAsync("/services")).Text;
        }

        await using var second = await TestHost.StartInAsync(directory, keepsData: false);

        Assert.Equal(before, (await second.GetAsync("/services")).Text);
    }

    [Fact]
    public async Task Restart_WithTheSameData_ServesTheSame()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var directory = Path.Combine(Path.GetTempPath(), "gatehouse-tests", Guid.NewGuid().ToString("N"));
        string before;
        await using (var first = await TestHost.StartInAsync(directory, keepsData: true))
        {
            var service = (await first.PostAsync("/services", $$"""{"url":"{{upstream.Address}}","tags":["b","a"]}"""))["id"];
            await first.PostAsync($"/services/{service}/routes", """{"paths":["/kept"],"methods":["POST","GET"]}""");
            before = (await first.GetAsync("/services")).Text + (await first.GetAsync("/routes")).Text;
        }

        await using var second = await TestHost.StartInAsync(directory, keepsData: false);

        Assert.Equal(before, (await second.GetAsync("/services")).Text + (await second.GetAsync("/routes")).Text);
        Assert.Equal(HttpStatusCode.OK, (await second.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(second.ProxyUrl, "/kept")))).Status);
    }

    private Task<Answer> CallAsync(string path) => admin.Host.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(admin.Host.ProxyUrl, path)));
}
