using System.Text;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Plugins.AiProxy;
using Gateway.Core.Tests.Upstreams;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Gateway.Testing.Faults;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Tests.Faults;

/// <summary>Clients that take their answer slowly or not at all, and clients that send their request so.</summary>
public sealed class StalledClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("openai", "openai", true)]
    [InlineData("openai", "openai", false)]
    [InlineData("anthropic", "openai", true)]
    public async Task Client_ReadsNothing_IsCutAndTheUpstreamLetGo(string format, string provider, bool isStream)
    {
        await using var upstream = new FaultUpstream(Flood(isStream));
        await using var gateway = await StartAsync(upstream, format, provider, "00:00:00.500");
        using var client = await FaultClient.ConnectAsync(gateway.Address.Port, Cancel, receiveBuffer: 4096);

        await client.SendAsync(Post(isStream), Cancel);

        var record = await gateway.NextRecordAsync();
        Assert.Equal((RequestOutcome.ClientClosed, "client_stalled", 499), (record.Outcome, record.OutcomeDetail, record.Status));
        Assert.True(await Poll.UntilAsync(() => upstream.OpenConnections == 0));
        await client.WaitForEndAsync(Cancel);
    }

    [Fact]
    public async Task Client_ReadsNothing_PlainRoute_IsCutAfterTheReadTimeout()
    {
        await using var upstream = new FaultUpstream(Flood(isStream: true));
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(upstream.Port) with { ReadTimeout = 500 });
        using var client = await FaultClient.ConnectAsync(gateway.Address.Port, Cancel, receiveBuffer: 4096);

        await client.SendAsync(FaultClient.Request("GET", "/a", []), Cancel);

        var record = await gateway.NextRecordAsync();
        Assert.Equal((RequestOutcome.ClientClosed, 499), (record.Outcome, record.Status));
        Assert.True(await Poll.UntilAsync(() => upstream.OpenConnections == 0));
    }

    /// <summary>The pause of the client is longer than the patience with the upstream: whose pause it is makes the difference.</summary>
    [Fact]
    public async Task Client_PausesForLong_GetsItsAnswerWhole()
    {
        var events = string.Concat(Enumerable.Range(0, 3000).Select(i => $": {i} {new string('x', 5000)}\n\n"));
        var body = Encoding.ASCII.GetBytes(events + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
        await using var upstream = new FaultUpstream(FaultScripts.Answer(200, "text/event-stream", body));
        var service = Forwarding.Service(upstream.Port) with { ReadTimeout = 1500 };
        await using var gateway = await GatewayHost.StartAsync(
            Forwarding.Config(service, null, Forwarding.Plugin("ai-proxy", AiProxyPipelineTests.Config("openai", null, options: $$"""{"upstream_url":"{{upstream.Address}}v1"}"""))));
        using var client = await FaultClient.ConnectAsync(gateway.Address.Port, Cancel, receiveBuffer: 4096);

        await client.SendAsync(Post(isStream: true, "/a"), Cancel);
        await Task.Delay(4000, Cancel);
        var answer = await client.ReadAnswerAsync(Cancel);

        Assert.True(answer!.IsWhole);
        Assert.Equal(body.Length, answer.Body.Bytes.Length);
        Assert.Equal(RequestOutcome.Ok, (await gateway.NextRecordAsync()).Outcome);
    }

    [Theory]
    [InlineData("POST /ai HTTP/1.1\r\nHost: localhost\r\nX-Slow: 1234567890123456789012345678901234567890", null)]
    [InlineData("POST /ai HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n", "client_slow")]
    public async Task Client_SendsAlmostNothing_Gets408(string begin, string? detail)
    {
        await using var upstream = new FaultUpstream();
        await using var gateway = await GatewayHost.StartAsync(
            GatewayHost.Config("ai-proxy", AiProxyPipelineTests.Config("openai", "gpt-4o", options: $$"""{"upstream_url":"{{upstream.Address}}v1"}""")),
            null,
            services => services.Configure<KestrelServerOptions>(kestrel =>
            {
                kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1);
                kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(1.2));
            }));
        using var client = await FaultClient.ConnectAsync(gateway.Address.Port, Cancel);

        await client.SendAsync(begin, Cancel);
        var dripping = client.DripAsync(Encoding.ASCII.GetBytes(new string('1', 200)), TimeSpan.FromMilliseconds(50), Cancel);
        var answer = await client.ReadAnswerAsync(Cancel);

        Assert.Equal(408, answer!.Status);
        Assert.Equal(0, upstream.CallCount);
        if (detail is not null)
        {
            Assert.Equal("Request timeout", System.Text.Json.Nodes.JsonNode.Parse(answer.Text)!["error"]!["message"]!.GetValue<string>());
            Assert.Equal((RequestOutcome.Rejected, detail), Outcome(await gateway.NextRecordAsync()));
        }

        await client.WaitForEndAsync(Cancel);
        client.Dispose();
        await dripping;
    }

    private static (RequestOutcome Outcome, string? Detail) Outcome(RequestRecord record) => (record.Outcome, record.OutcomeDetail);

    private static Task<GatewayHost> StartAsync(FaultUpstream upstream, string format, string provider, string sendTimeout) => GatewayHost.StartAsync(
        GatewayHost.Config("ai-proxy", AiProxyPipelineTests.Config(provider, null, format, $$"""{"upstream_url":"{{upstream.Address}}v1"}""")),
        ("Gateway:Llm:SendTimeout", sendTimeout));

    private static byte[] Post(bool isStream, string path = "/ai") => FaultClient.Post(
        path, $$"""{"model":"gpt-4o","max_tokens":9,"stream":{{(isStream ? "true" : "false")}},{{(isStream ? "\"stream_options\":{\"include_usage\":true}," : "")}}"messages":[{"role":"user","content":"Hi"}]}""");

    /// <summary>Whatever the format, something that is passed on for as long as it comes.</summary>
    private static FaultScript Flood(bool isStream) => FaultScripts.Endless(
        FaultScripts.Head(200, isStream ? "text/event-stream" : "application/json", "Connection: close"),
        Encoding.ASCII.GetBytes(isStream
            ? string.Concat(Enumerable.Repeat("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + new string('x', 1000) + "\"},\"finish_reason\":null}]}\n\n", 50))
            : new string(' ', 50_000)));
}
