using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Upstreams;
using Gateway.Core.Upstreams;
using Gateway.Testing;
using Gateway.Testing.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Tests.Faults;

/// <summary>Upstreams that fail are asked little more often than clients ask, whatever number of retries is configured; a failure beside healthy targets is still made good.</summary>
public sealed class RetryStormTests
{
    private const int Calls = 600;
    private const int Clients = 12;

    private static readonly (string, string)[] NothingFree = [("Gateway:Forwarding:FreeRetries", "0")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PlainRoute_EveryCallFails_AmplificationIsBounded()
    {
        await using var upstream = new FaultUpstream(FaultScripts.Reset());
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(upstream.Port) with { Retries = 5 }, null, NothingFree);

        await CallAsync(gateway, FaultClient.Request("GET", "/a", []), 502);

        Assert.InRange(upstream.CallCount, Calls, Calls * 1.2);
        Assert.True(gateway.Services.GetRequiredService<RetryBudget>().Refused > 0);
    }

    [Fact]
    public async Task ModelCalls_EveryTargetRefuses_AmplificationIsBounded()
    {
        await using var first = new FaultUpstream(FaultScripts.Answer(503, "application/json", """{"error":{"message":"busy"}}"""));
        await using var second = new FaultUpstream(FaultScripts.Answer(503, "application/json", """{"error":{"message":"busy"}}"""));
        await using var gateway = await GatewayHost.StartAsync(Balanced(first.Address, second.Address), NothingFree);

        await CallAsync(gateway, Post, 503);

        Assert.InRange(first.CallCount + second.CallCount, Calls, Calls * 1.2);
    }

    /// <summary>With a budget of a few repetitions in ten seconds, hundreds are made: those that help are no storm.</summary>
    [Fact]
    public async Task ModelCalls_OneTargetIsDead_EveryCallIsAnswered()
    {
        const string good = """{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}""";
        await using var healthy = new FaultUpstream(FaultScripts.Answer(200, "application/json", good));
        await using var gateway = await GatewayHost.StartAsync(
            Balanced(new Uri($"http://127.0.0.1:{RawUpstream.FindClosedPort()}"), healthy.Address), ("Gateway:Forwarding:FreeRetries", $"{Clients}"), ("Gateway:Forwarding:RetryPercent", "0"));

        await CallAsync(gateway, Post, 200);

        Assert.Equal(Calls, healthy.CallCount);
        Assert.Equal(0, gateway.Services.GetRequiredService<RetryBudget>().Refused);
    }

    private static byte[] Post => FaultClient.Post("/ai", """{"model":"gpt-4o","stream":false,"messages":[{"role":"user","content":"Hi"}]}""");

    private static Gateway.Core.Configuration.GatewayConfig Balanced(Uri first, Uri second) => GatewayHost.Config("ai-proxy-advanced", $$"""
        {"llm_format":"openai","balancer":{"algorithm":"least-connections","retries":5,"failover_criteria":["error","http_503"]},
         "targets":[{{Target(first)}},{{Target(second)}}]}
        """);

    private static string Target(Uri address) => $$"""
        {"route_type":"llm/v1/chat","model":{"provider":"openai","name":"gpt-4o","options":{"upstream_url":"{{address}}x"} } }
        """;

    private static Task CallAsync(GatewayHost gateway, byte[] request, int status) => Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
    {
        for (var i = 0; i < Calls / Clients; i++)
        {
            using var client = await FaultClient.ConnectAsync(gateway.Address.Port, Cancel);
            await client.SendAsync(request, Cancel);
            Assert.Equal(status, (await client.ReadAnswerAsync(Cancel))!.Status);
        }
    }));
}
