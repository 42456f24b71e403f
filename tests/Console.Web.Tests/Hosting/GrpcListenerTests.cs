using System.Net;
using System.Net.Http.Headers;
using ConsoleWeb.Features;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Hosting;

/// <summary>The proxy listener's address for HTTP/2 without TLS.</summary>
public sealed class GrpcListenerTests
{
    private const string GrpcUrl = "Gateway:Proxy:GrpcUrl=http://127.0.0.1:0";

    [Theory]
    [InlineData(GrpcUrl)]
    [InlineData(GrpcUrl, "Gateway:Proxy:TlsUrl=https://127.0.0.1:0")]
    public async Task Http2_WithPriorKnowledge_IsProxied_AndGrpcAnswered(params string[] settings)
    {
        await using var upstream = await FakeUpstream.StartAsync(200, "hello");
        await using var host = await TestHost.StartAsync(settings);
        var service = (await host.PostAsync("/services", $$"""{"url":"{{upstream.Address}}"}"""))["id"];
        await host.PostAsync($"/services/{service}/routes", """{"paths":["/http"]}""");
        await host.PostAsync("/routes", """{"paths":["/grpc"],"protocols":["grpc"]}""");

        using var proxied = await SendAsync(host, HttpMethod.Get, "/http");
        using var call = await SendAsync(host, HttpMethod.Post, "/grpc", "application/grpc");

        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (proxied.StatusCode, proxied.Version));
        Assert.Equal("hello", await proxied.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("14", call.Headers.GetValues("grpc-status").Single());
        Assert.Equal("no%20Service%20found%20with%20those%20values", call.Headers.GetValues("grpc-message").Single());
    }

    [Fact]
    public async Task Grpc_OnARouteForTlsOnly_IsRefused()
    {
        await using var host = await TestHost.StartAsync(GrpcUrl);
        await host.PostAsync("/routes", """{"paths":["/grpc"],"protocols":["grpcs"]}""");

        using var call = await SendAsync(host, HttpMethod.Post, "/grpc", "application/grpc");

        Assert.Equal("gRPC%20request%20matched%20gRPCs%20route", call.Headers.GetValues("grpc-message").Single());
    }

    [Fact]
    public async Task OnLoopback_ForeignHost_IsRefused()
    {
        await using var host = await TestHost.StartAsync(GrpcUrl);
        await host.PostAsync("/routes", """{"paths":["/"]}""");

        using var answer = await SendAsync(host, HttpMethod.Get, "/", authority: "rebound.example");

        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        TestHost host, HttpMethod method, string path, string? contentType = null, string authority = "localhost")
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(method, new Uri(new Uri(host.Services.GetRequiredService<ConsoleAddresses>().ProxyGrpc!), path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Headers = { Host = authority },
        };
        if (contentType is not null)
        {
            request.Content = new ByteArrayContent([]) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } };
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
