using System.IO.Compression;
using System.Net;
using System.Text;
using Gateway.Core.Tests.Pipeline;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Plugins.ResponseTransformer;

public sealed class ResponseTransformerTests
{
    private static readonly (string, string) Json = ("Content-Type", "application/json");

    [Theory]
    [InlineData("""{"remove":{"headers":["X-One","x-two:ignored"]}}""", "")]
    [InlineData("""{"rename":{"headers":["X-One:X-New","X-None:X-Other"]}}""", "X-New=1 X-Two=2,3")]
    [InlineData("""{"replace":{"headers":["x-two:9:8","X-None:9"]}}""", "X-One=1 X-Two=9:8")]
    [InlineData("""{"add":{"headers":["X-One:9","X-New:$(headers.host)","X-Empty:"]}}""", "X-New=$(headers.host) X-One=1 X-Two=2,3")]
    [InlineData("""{"append":{"headers":["X-One:9","X-New:1","X-New:2"]}}""", "X-New=1,2 X-One=1,9 X-Two=2,3")]
    [InlineData(
        """{"remove":{"headers":["X-Two"]},"rename":{"headers":["X-One:X-Two"]},"replace":{"headers":["X-Two:r"]},"add":{"headers":["X-One:a"]},"append":{"headers":["X-One:b"]}}""",
        "X-One=a,b X-Two=r")]
    public async Task Headers_AreChangedInOrder(string config, string expected)
    {
        await using var upstream = await FakeUpstream.StartAsync(200, "ok", ("X-One", "1"), ("X-Two", "2"), ("X-Two", "3"));
        await using var host = await StartAsync(upstream, config);

        using var answer = await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);

        var named = answer.Headers.Where(h => h.Key is "X-One" or "X-Two" or "X-New" or "X-Other" or "X-Empty").OrderBy(h => h.Key, StringComparer.Ordinal);
        Assert.Equal(expected, string.Join(' ', named.Select(h => $"{h.Key}={string.Join(',', h.Value)}")));
        Assert.Equal("ok", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("""{"remove":{"json":["a","none"]}}""", """{"b":[1, 2],"c":{"x" : 1.50},"d":null}""")]
    [InlineData("""{"rename":{"json":["a:z","none:y"]}}""", """{"z": "\u0041/","b":[1, 2],"c":{"x" : 1.50},"d":null}""")]
    [InlineData("""{"replace":{"json":["a:new:1","none:y"]}}""", """{"a":"new:1","b":[1, 2],"c":{"x" : 1.50},"d":null}""")]
    [InlineData("""{"add":{"json":["a:x","e:\"q\""]}}""", """{"a": "\u0041/","b":[1, 2],"c":{"x" : 1.50},"d":null,"e":"\"q\""}""")]
    [InlineData("""{"add":{"json":["e:5","f:true","g:1e400","h:no"],"json_types":["number","boolean","number","boolean"]}}""", """{"a": "\u0041/","b":[1, 2],"c":{"x" : 1.50},"d":null,"e":5,"f":true,"g":1e400,"h":false}""")]
    [InlineData("""{"add":{"json":["e:5","f:5"],"json_types":["number"]}}""", """{"a": "\u0041/","b":[1, 2],"c":{"x" : 1.50},"d":null,"e":5,"f":"5"}""")]
    [InlineData("""{"append":{"json":["a:x","b:3","e:1","d:y"],"json_types":["string","number","number","string"]}}""", """{"a":["\u0041/","x"],"b":[1, 2,3],"c":{"x" : 1.50},"d":["y"],"e":[1]}""")]
    [InlineData("""{"replace":{"json":["b:7"],"json_types":["number"]},"rename":{"json":["b:q"]},"add":{"json":["b:8"]},"remove":{"json":["a","c","d"]}}""", """{"q":[1, 2],"b":"8"}""")]
    public async Task Json_IsChangedInOrder_AndWhatNoRuleTouchesKeepsItsBytes(string config, string expected)
    {
        await using var upstream = await FakeUpstream.StartAsync(200, """{"a": "\u0041/", "b":[1, 2],"c":{"x" : 1.50},"d":null}""", Json);
        await using var host = await StartAsync(upstream, config);

        using var answer = await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected, body);
        Assert.Equal(Encoding.UTF8.GetByteCount(body), answer.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData("text/plain", """{"a":1}""")]
    [InlineData("application/json", """{"a":1""")]
    [InlineData("application/json", """{"a":1} x""")]
    [InlineData("application/json", """[{"a":1}]""")]
    [InlineData("application/json", " \"text\" ")]
    [InlineData("application/json", """{ "b" : 1 }""")]
    [InlineData("application/json", "")]
    public async Task Json_BodyThatIsNoObjectOrHasNothingToChange_KeepsItsBytes(string type, string body)
    {
        await using var upstream = await FakeUpstream.StartAsync(200, body, ("Content-Type", type));
        await using var host = await StartAsync(upstream, """{"remove":{"json":["a"]}}""");

        Assert.Equal(body, await host.Client.GetStringAsync("/ai", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Json_CompressedBody_PassesAsItIs()
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write("""{"a":1}"""u8);
        }

        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = "application/json";
            http.Response.Headers.ContentEncoding = "gzip";
            await http.Response.Body.WriteAsync(packed.ToArray());
        });
        await using var host = await StartAsync(upstream, """{"remove":{"json":["a"]}}""");

        Assert.Equal(packed.ToArray(), await host.Client.GetByteArrayAsync("/ai", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Json_EventStream_ArrivesEventByEvent()
    {
        var next = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync("data: {\"a\":1}\n\n");
            await http.Response.Body.FlushAsync();
            await next.Task;
            await http.Response.WriteAsync("data: end\n\n");
        });

        // Not even when a rule calls it JSON.
        await using var host = await StartAsync(upstream, """{"remove":{"json":["a"]},"replace":{"headers":["Content-Type:application/json"]}}""");

        using var answer = await host.Client.GetAsync("/ai", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal("data: {\"a\":1}", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        next.SetResult();

        Assert.Contains("data: end", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_ThatFrameTheMessage_StayAsTheyAre()
    {
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            http.Response.ContentLength = 5;
            await http.Response.WriteAsync("hello");
        });
        await using var host = await StartAsync(
            upstream, """{"remove":{"headers":["Content-Length"]},"rename":{"headers":["content-length:X-Length"]},"add":{"headers":["Transfer-Encoding:gzip"]},"append":{"headers":["Content-Length:9"]}}""");

        using var answer = await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);

        Assert.Equal("hello", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(5, answer.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Json_Head_SaysNoLength()
    {
        await using var upstream = await FakeUpstream.StartAsync(http =>
        {
            (http.Response.ContentType, http.Response.ContentLength) = ("application/json", 7);
            return Task.CompletedTask;
        });
        await using var host = await StartAsync(upstream, """{"add":{"json":["b:1"]}}""");

        using var request = new HttpRequestMessage(HttpMethod.Head, "/ai");
        using var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, null), (answer.StatusCode, answer.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task ErrorOfTheGateway_IsChangedToo()
    {
        await using var host = await GatewayHost.StartAsync(GatewayHost.Config(
            "response-transformer", """{"add":{"headers":["X-Team:blue"],"json":["team:blue"]},"remove":{"json":["request_id"]}}"""));

        using var answer = await host.Client.GetAsync("/nowhere", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("blue", Assert.Single(answer.Headers.GetValues("X-Team")));
        Assert.Equal(
            """{"message":"no Route matched with those values","team":"blue"}""",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"add":{"headers":["bad name:1"]}}""", "config.add.headers.1: 'bad name' is not a valid header")]
    [InlineData("""{"append":{"headers":["X-One:\n"]}}""", "config.append.headers.1: the value of 'X-One' has characters that a header cannot carry")]
    [InlineData("""{"rename":{"headers":["X-One:a b"]}}""", "config.rename.headers.1: 'a b' is not a valid header")]
    [InlineData("""{"rename":{"json":["x"]}}""", "config.rename.json.1: key 'x' has no value")]
    [InlineData("""{"replace":{"json":["x:"]}}""", "config.replace.json.1: key 'x' has no value")]
    [InlineData("""{"add":{"json":["x:1"],"json_types":["integer"]}}""", "config.add.json_types.1: expected one of: boolean, number, string")]
    [InlineData("""{"add":{"json":["x:1","y:one"],"json_types":["number","number"]}}""", "config.add.json.2: 'one' is not a number")]
    public void Config_IsJudged(string config, string expected) => Assert.Equal(expected, PluginConfigs.Faults("response-transformer", config));

    private static Task<GatewayHost> StartAsync(FakeUpstream upstream, string config)
    {
        var whole = GatewayHost.Config("response-transformer", config);
        return GatewayHost.StartAsync(whole with { Services = [whole.Services[0] with { Host = "127.0.0.1", Port = upstream.Port }] });
    }
}
