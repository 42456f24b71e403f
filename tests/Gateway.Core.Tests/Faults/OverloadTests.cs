using System.Diagnostics;
using Gateway.Core.Configuration;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Upstreams;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Gateway.Testing.Faults;

namespace Gateway.Core.Tests.Faults;

/// <summary>More calls than there may be, and upstreams that hang.</summary>
public sealed class OverloadTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_BeyondTheLimit_AreRefusedAtOnceAndServedWhenThereIsRoom()
    {
        await using var upstream = new FaultUpstream(async call =>
        {
            await call.PauseAsync();
            await FaultScripts.Answer(200, "text/plain", "ok")(call);
        });
        await using var gateway = await Forwarding.StartAsync(upstream.Port, null, ("Gateway:Proxy:MaxConcurrentRequests", "3"));
        var running = Enumerable.Range(0, 3).Select(_ => CallAsync(gateway, "/a")).ToList();
        Assert.True(await Poll.UntilAsync(() => upstream.CallCount == 3));

        // Nobody has made room: what is answered now was refused without waiting for it.
        var clock = Stopwatch.StartNew();
        var refused = await CallAsync(gateway, "/a");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"{clock.Elapsed}");
        var record = await gateway.NextRecordAsync();
        upstream.Proceed();
        var served = await Task.WhenAll(running);
        // A call counts until its record is made, which is a little longer than its client waits.
        var isServed = await Poll.UntilAsync(async () => (await CallAsync(gateway, "/a")).Status == 200, TimeSpan.FromSeconds(2));

        Assert.Equal((503, "1"), (refused.Status, refused.Head.Find("Retry-After")));
        Assert.Equal((RequestOutcome.Rejected, "overloaded", 503), (record.Outcome, record.OutcomeDetail, record.Status));
        Assert.All(served, a => Assert.Equal(200, a.Status));
        Assert.True(isServed);
        Assert.Equal(4, upstream.CallCount);
    }

    [Fact]
    public async Task Upstream_Hangs_OtherRoutesDoNotNotice()
    {
        const int hanging = 300;
        await using var sick = new FaultUpstream(FaultScripts.Stall());
        await using var healthy = new FaultUpstream(FaultScripts.Answer(200, "text/plain", "ok"));
        var (first, second) = (Forwarding.Service(sick.Port), Forwarding.Service(healthy.Port));
        await using var gateway = await GatewayHost.StartAsync(new GatewayConfig(
            1,
            [first with { Name = "sick" }, second],
            [Forwarding.Route("/sick") with { Name = "sick", Service = new EntityReference(first.Id) }, Forwarding.Route() with { Service = new EntityReference(second.Id) }],
            [],
            []));
        var clients = new List<FaultClient>();
        for (var i = 0; i < hanging; i++)
        {
            clients.Add(await FaultClient.ConnectAsync(gateway.Address.Port, Cancel));
            await clients[^1].SendAsync(FaultClient.Request("GET", "/sick", []), Cancel);
        }

        Assert.True(await Poll.UntilAsync(() => sick.CallCount == hanging, TimeSpan.FromSeconds(30)), $"{sick.CallCount}");
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < 50; i++)
        {
            var clock = Stopwatch.StartNew();
            Assert.Equal(200, (await CallAsync(gateway, "/a")).Status);
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
        }

        Assert.True(slowest < TimeSpan.FromSeconds(2), $"{slowest}");
        Assert.Equal(hanging, sick.OpenConnections);
        clients.ForEach(c => c.Dispose());
        Assert.True(await Poll.UntilAsync(() => sick.OpenConnections == 0, TimeSpan.FromSeconds(30)));
    }

    private static async Task<WireAnswer> CallAsync(GatewayHost gateway, string path)
    {
        using var client = await FaultClient.ConnectAsync(gateway.Address.Port, Cancel);
        await client.SendAsync(FaultClient.Request("GET", path, []), Cancel);
        return (await client.ReadAnswerAsync(Cancel).WaitAsync(Poll.Patience, Cancel))!;
    }
}
