using System.Globalization;
using System.Net;
using System.Text;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;
using Gateway.Testing.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Load;

/// <summary>Configuration changes through the Admin API while calls and streams run: nobody notices.</summary>
public sealed class ReloadTests
{
    private static readonly int Changes = LoadSize.Of(40, 1000);
    private static readonly int Clients = LoadSize.Of(16, 64);
    private static readonly int Streams = LoadSize.Of(20, 100);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changes_UnderLoad_NoCallFailsNoStreamDiffersAndEveryOneIsSeenAtOnce()
    {
        var ledger = new CallLedger();
        using var changed = new CancellationTokenSource();
        await using var upstream = new FaultUpstream(call => AnswerAsync(call, ledger, changed.Token));
        await using var host = await TestHost.StartAsync("Gateway:Admin:WritesPerSecond=0");
        Assert.Equal(HttpStatusCode.Created, (await host.PostAsync("/services", $$"""{"name":"s","url":"{{upstream.Address}}v0","retries":0}""")).Status);
        Assert.Equal(HttpStatusCode.Created, (await host.PostAsync("/services/s/routes", """{"name":"r","paths":["/s"]}""")).Status);
        Assert.Equal(HttpStatusCode.Created, (await host.PostAsync("/services/s/plugins", """{"name":"correlation-id","config":{"header_name":"X-Version-0","echo_downstream":true}}""")).Status);
        var plugin = (await host.GetAsync("/services/s/plugins")).Json["data"]![0]!["id"]!.GetValue<string>();

        using var begun = new CountdownEvent(Streams);
        var streams = Enumerable.Range(0, Streams).Select(i => StreamAsync(host, ledger, $"stream-{i}", begun)).ToList();
        Assert.True(await Poll.UntilAsync(() => begun.IsSet, TimeSpan.FromSeconds(30)));
        using var done = new CancellationTokenSource();
        var load = Enumerable.Range(0, Clients).Select(i => LoadAsync(host, ledger, $"client-{i}", done.Token)).ToList();
        for (var version = 1; version <= Changes; version++)
        {
            await ChangeAsync(host, plugin, version);
            var (path, header) = await CallAsync(host, ledger, $"check-{version}");
            Assert.Equal((version, version), (path, header));
        }

        await done.CancelAsync();
        var calls = await Task.WhenAll(load);
        await changed.CancelAsync();
        await Task.WhenAll(streams);

        Assert.True(calls.Sum() > Clients, $"{calls.Sum()} calls are no load");
        Assert.Equal(calls.Sum() + Streams + Changes, ledger.Sent);
        var dropped = await KeepRecordsAsync(host, ledger);
        Assert.Empty(ledger.FindDifferences(isKept: dropped == 0));
        // Idle connections of the three pools that the changes made, and of the first one; none for each change.
        Assert.True(await Poll.UntilAsync(() => upstream.OpenConnections <= 4 * (Clients + 1) + Streams), $"{upstream.OpenConnections} connections");
    }

    /// <summary>One change of several kinds; the last two are those that a call can see.</summary>
    private static async Task ChangeAsync(TestHost host, string plugin, int version)
    {
        switch (version % 4)
        {
            case 0:
                Assert.Equal(HttpStatusCode.Created, (await host.PostAsync("/services", $$"""{"name":"other-{{version}}","url":"http://127.0.0.1:9","connect_timeout":{{1000 + version}}}""")).Status);
                break;
            case 1:
                Assert.Equal(HttpStatusCode.Created, (await host.PostAsync("/services/s/routes", $$"""{"name":"route-{{version}}","paths":["/other-{{version}}"]}""")).Status);
                break;
            case 2:
                Assert.Equal(HttpStatusCode.Created, (await host.PostAsync("/upstreams", $$"""{"name":"pool-{{version}}"}""")).Status);
                break;
            default:
                Assert.Equal(HttpStatusCode.NoContent, (await host.DeleteAsync($"/upstreams/pool-{version - 1}")).Status);
                break;
        }

        // The client of the upstream changes with its connect timeout, so that old and new connections live side by side.
        Assert.Equal(HttpStatusCode.OK, (await host.PatchAsync("/services/s", $$"""{"path":"/v{{version}}","connect_timeout":{{5000 + version % 3}}}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.PatchAsync($"/plugins/{plugin}", $$$"""{"config":{"header_name":"X-Version-{{{version}}}"}}""")).Status);
    }

    private static async Task<int> LoadAsync(TestHost host, CallLedger ledger, string name, CancellationToken done)
    {
        var calls = 0;
        using var client = await FaultClient.ConnectAsync(host.ProxyUrl.Port, Cancel);
        while (!done.IsCancellationRequested)
        {
            var (path, header) = await CallAsync(client, ledger, $"{name}-{calls++}");
            // Path and plugin are two changes, one after the other: a call may fall between them, but never sees them the other way round.
            Assert.InRange(path - header, 0, 1);
        }

        return calls;
    }

    private static async Task<(int Path, int Header)> CallAsync(TestHost host, CallLedger ledger, string name)
    {
        using var client = await FaultClient.ConnectAsync(host.ProxyUrl.Port, Cancel);
        return await CallAsync(client, ledger, name);
    }

    private static async Task<(int Path, int Header)> CallAsync(FaultClient client, CallLedger ledger, string name)
    {
        ledger.Send(name);
        await client.SendAsync(FaultClient.Request("GET", $"/s/{name}", []), Cancel);
        var answer = await client.ReadAnswerAsync(Cancel);
        Assert.Equal((200, true), (answer!.Status, answer.IsWhole));
        ledger.Answer(name);
        // The upstream repeats the path that it was asked for: /vN/NAME.
        var parts = answer.Text.Split('/');
        Assert.Equal(name, parts[2]);
        var header = answer.Head.Lines.Single(l => l.StartsWith("X-Version-", StringComparison.Ordinal));
        return (Number(parts[1][1..]), Number(header["X-Version-".Length..].Split(':')[0]));
    }

    private static async Task StreamAsync(TestHost host, CallLedger ledger, string name, CountdownEvent begun)
    {
        using var client = await FaultClient.ConnectAsync(host.ProxyUrl.Port, Cancel);
        ledger.Send(name);
        await client.SendAsync(FaultClient.Request("GET", $"/s/{name}", []), Cancel);
        var answer = await client.ReadAnswerAsync(Cancel, () => begun.Signal());
        ledger.Answer(name);
        var events = answer!.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((200, true, "data: end"), (answer.Status, answer.IsWhole, events[^1]));
        Assert.Equal(Enumerable.Range(0, events.Length - 1).Select(i => $"data: {name} {i}"), events[..^1]);
        Assert.Contains(answer.Head.Lines, l => l.StartsWith("X-Version-0:", StringComparison.Ordinal));
    }

    /// <summary>Streams go on until the last change has been made; other calls are answered with their own path.</summary>
    private static async Task AnswerAsync(FaultCall call, CallLedger ledger, CancellationToken changed)
    {
        await call.ReadBodyAsync();
        var name = CallLedger.NameIn(call.Head.Target);
        ledger.Arrive(name);
        if (!name.StartsWith("stream-", StringComparison.Ordinal))
        {
            await FaultScripts.Answer(200, "text/plain", call.Head.Target)(call);
            return;
        }

        await call.WriteAsync(FaultScripts.Head(200, "text/event-stream", "Transfer-Encoding: chunked"));
        for (var i = 0; i == 0 || !changed.IsCancellationRequested; i++)
        {
            await call.WriteAsync(FaultScripts.Chunk(Encoding.ASCII.GetBytes($"data: {name} {i}\n\n")));
            await Task.Delay(20, call.Stop);
        }

        await call.WriteAsync(FaultScripts.Chunk("data: end\n\n"u8.ToArray()));
        await call.WriteAsync("0\r\n\r\n");
    }

    /// <returns>Records that the log has dropped, and counted, because the disk was slower than the calls.</returns>
    private static async Task<long> KeepRecordsAsync(TestHost host, CallLedger ledger)
    {
        var state = host.Services.GetRequiredService<IRequestLogState>();
        Assert.True(await Poll.UntilAsync(() => state.State.Counts is { Queued: 0 } counts && counts.Produced == ledger.Sent), state.State.Counts.ToString());
        var counts = state.State.Counts;
        Assert.Equal(ledger.Sent, counts.Written + counts.Dropped);
        Assert.True(LoadSize.IsFull || counts.Dropped == 0, counts.ToString());
        var store = host.Services.GetRequiredService<IRequestLogStore>();
        long? before = null;
        while (true)
        {
            var rows = await store.ListAsync(RequestFilter.None, before, 1000, Cancel);
            if (rows.Count == 0)
            {
                return counts.Dropped;
            }

            foreach (var row in rows)
            {
                ledger.Keep(CallLedger.NameIn(row.Path));
            }

            before = rows[^1].Sequence;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
