using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Gateway.Core.Configuration;
using Gateway.Core.Tests.Plugins;
using Gateway.Core.Tests.Upstreams;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Pipeline;

/// <summary>Changes of the configuration while requests run.</summary>
public sealed class SnapshotSwapTests
{
    private static readonly ServiceConfig Service = Forwarding.Service(80);
    private static readonly RouteConfig Route = Forwarding.Route();
    private static readonly PluginConfig ToUpstream = Forwarding.Plugin("request-transformer", "{}") with { Route = new EntityReference(Route.Id) };
    private static readonly PluginConfig ToClient = Forwarding.Plugin("correlation-id", "{}") with { Route = new EntityReference(Route.Id) };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>
    /// Even versions belong to one upstream and odd ones to the other, with a plugin that tells the upstream and one that tells the
    /// client which version it is. Whatever is seen of a request must be of one version.
    /// </summary>
    [Fact]
    public async Task Swaps_UnderLoad_NoRequestFailsOrSeesTwo()
    {
        await using var even = await NamedAsync(0);
        await using var odd = await NamedAsync(1);
        await using var gateway = await GatewayHost.StartAsync(Version(2));
        using var done = new CancellationTokenSource();
        var version = 2L;
        var swapping = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    gateway.Apply(Version(++version));
                    await Task.Yield();
                }
            },
            Ct);

        var answers = new ConcurrentDictionary<string, long>();
        await Task.WhenAll(Enumerable.Range(0, 32).Select(async _ =>
        {
            for (var i = 0; i < 40; i++)
            {
                using var response = await gateway.Client.GetAsync("/a", Ct);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                var parts = (await response.Content.ReadAsStringAsync(Ct)).Split(' ');
                var seen = long.Parse(parts[1], CultureInfo.InvariantCulture);
                Assert.Equal(parts[0], (seen % 2).ToString(CultureInfo.InvariantCulture));
                Assert.Equal([$"X-Version-{seen}"], response.Headers.Select(h => h.Key).Where(k => k.StartsWith("X-Version-", StringComparison.Ordinal)));
                Assert.True(answers.TryAdd(response.Headers.GetValues("X-Kong-Request-Id").Single(), seen));
            }
        }));
        await done.CancelAsync();
        await swapping;

        for (var i = 0; i < 32 * 40; i++)
        {
            var record = await gateway.NextRecordAsync();
            Assert.Equal((RequestOutcome.Ok, answers[record.RequestId]), (record.Outcome, record.SnapshotVersion));
        }

        Assert.Equal([0, 1], answers.Values.Select(v => v % 2).Distinct().Order());

        GatewayConfig Version(long number) => Versioned(number, number % 2 == 0 ? even.Port : odd.Port);
    }

    [Fact]
    public async Task Request_AtItsUpstream_EndsWithItsOwnConfiguration()
    {
        var mayAnswer = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            await mayAnswer.Task.WaitAsync(TimeSpan.FromSeconds(10), http.RequestAborted);
            await http.Response.WriteAsync("old", http.RequestAborted);
        });
        await using var gateway = await GatewayHost.StartAsync(Versioned(7, upstream.Port));
        var running = gateway.Client.GetAsync("/a", Ct);
        Assert.True(await Poll.UntilAsync(() => upstream.Requests.Count == 1));

        gateway.Apply(GatewayConfig.Empty with { Version = 8 });
        using var later = await gateway.Client.GetAsync("/a", Ct);
        mayAnswer.SetResult();
        using var response = await running;

        Assert.Equal(HttpStatusCode.NotFound, later.StatusCode);
        Assert.Equal((HttpStatusCode.OK, "old"), (response.StatusCode, await response.Content.ReadAsStringAsync(Ct)));
        Assert.True(response.Headers.Contains("X-Version-7"));
        RequestRecord[] records = [await gateway.NextRecordAsync(), await gateway.NextRecordAsync()];
        Assert.Equal([(8L, null), (7L, "some-route")], records.Select(r => (r.SnapshotVersion, r.Route?.Name)));
    }

    /// <summary>The change comes between two plugins of one request.</summary>
    [Fact]
    public async Task Request_AmongItsPlugins_GoesOnWithItsOwn()
    {
        await using var before = await FakeUpstream.StartAsync();
        await using var after = await FakeUpstream.StartAsync();
        var trace = new PhaseTrace();
        await using var gateway = await trace.StartAsync(Marked("before", before.Port));
        var running = gateway.Client.GetAsync("/a", Ct);
        Assert.True(await Poll.UntilAsync(() => trace.Steps.Count == 1));

        gateway.Apply(Marked("after", after.Port));
        trace.Gate.SetResult();
        using var response = await running;
        await gateway.NextRecordAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["access mark-gate", "access mark-late before", "headers mark-late before", "log mark-late before"], trace.Steps);
        Assert.Equal((1, 0), (before.Requests.Count, after.Requests.Count));

        GatewayConfig Marked(string text, int port) => Forwarding.Config(
            Service with { Port = port }, Route, Forwarding.Plugin("mark-gate", "{}"), Forwarding.Plugin("mark-late", $$"""{"text":"{{text}}"}"""));
    }

    [Fact]
    public async Task Stream_AcrossManySwaps_KeepsEveryByte()
    {
        var next = new SemaphoreSlim(0);
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 100; i++)
            {
                await http.Response.WriteAsync($"data: {i}\n\n", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                await next.WaitAsync(http.RequestAborted);
            }
        });
        await using var gateway = await GatewayHost.StartAsync(Versioned(0, upstream.Port));

        using var response = await gateway.Client.GetAsync("/a", HttpCompletionOption.ResponseHeadersRead, Ct);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Ct));
        var lines = new List<string>();
        while (await reader.ReadLineAsync(Ct) is { } line)
        {
            lines.Add(line);
            if (line.Length > 0)
            {
                gateway.Apply(lines.Count % 2 == 0 ? GatewayConfig.Empty : Versioned(lines.Count, RawUpstream.FindClosedPort()));
                next.Release();
            }
        }

        Assert.Equal(Enumerable.Range(0, 100).SelectMany(i => new[] { $"data: {i}", "" }), lines);
        Assert.Equal((RequestOutcome.Ok, 0L), await OutcomeAsync(gateway));
    }

    private static async Task<(RequestOutcome Outcome, long Version)> OutcomeAsync(GatewayHost gateway)
    {
        var record = await gateway.NextRecordAsync();
        return (record.Outcome, record.SnapshotVersion);
    }

    private static Task<FakeUpstream> NamedAsync(int name) =>
        FakeUpstream.StartAsync(http => http.Response.WriteAsync($"{name} {http.Request.Headers["X-Version"]}", http.RequestAborted));

    /// <summary>The entities stay the same and change their content together.</summary>
    private static GatewayConfig Versioned(long number, int port) => Forwarding.Config(
        Service with { Port = port },
        Route,
        ToUpstream with { Config = Forwarding.Plugin("", $$$"""{"add":{"headers":["X-Version:{{{number}}}"]}}""").Config },
        ToClient with { Config = Forwarding.Plugin("", $$"""{"header_name":"X-Version-{{number}}","echo_downstream":true}""").Config }) with
    {
        Version = number,
    };
}
