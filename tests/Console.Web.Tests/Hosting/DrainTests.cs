using System.Globalization;
using System.Net;
using System.Text;
using ConsoleWeb.Hosting;
using Gateway.Testing;
using Gateway.Testing.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Hosting;

/// <summary>The process ends while calls run.</summary>
public sealed class DrainTests
{
    private const int Streams = 200;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_StreamsRun_EveryOneEndsWhole()
    {
        var random = new Random(7);
        var pauses = Enumerable.Range(0, Streams).Select(_ => random.Next(5, 60)).ToArray();
        await using var upstream = new FaultUpstream(async call =>
        {
            var pause = pauses[int.Parse(CallLedger.NameIn(call.Head.Target), CultureInfo.InvariantCulture)];
            await call.WriteAsync(FaultScripts.Head(200, "text/event-stream", "Transfer-Encoding: chunked"));
            for (var i = 0; i < 20; i++)
            {
                await call.WriteAsync(FaultScripts.Chunk(Encoding.ASCII.GetBytes($"data: {i}\n\n")));
                await Task.Delay(pause, call.Stop);
            }

            await call.WriteAsync("0\r\n\r\n");
        });
        var host = await StartAsync(upstream);
        await using var ending = host;
        using var begun = new CountdownEvent(Streams);
        var running = Enumerable.Range(0, Streams).Select(async i =>
        {
            using var client = await FaultClient.ConnectAsync(host.ProxyUrl.Port, Cancel);
            await client.SendAsync(FaultClient.Request("GET", $"/slow/{i}", []), Cancel);
            return await client.ReadAnswerAsync(Cancel, () => begun.Signal());
        }).ToList();
        Assert.True(await Poll.UntilAsync(() => begun.IsSet), $"{begun.CurrentCount} have not begun");

        await host.StopAsync();
        var answers = await Task.WhenAll(running);

        var expected = string.Concat(Enumerable.Range(0, 20).Select(i => $"data: {i}\n\n"));
        Assert.All(answers, a => Assert.Equal((200, true, expected), (a!.Status, a.IsWhole, a.Text)));
        Assert.Equal(0, host.Services.GetRequiredService<Drain>().CutCalls);
    }

    [Fact]
    public async Task Stop_IsAnnounced_ReadinessEndsWhileNewCallsAreStillServed()
    {
        await using var upstream = new FaultUpstream(FaultScripts.Answer(200, "text/plain", "ok"));
        await using var host = await StartAsync(upstream, "Gateway:Drain:AnnounceSeconds=30");
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/status/ready")).Status);

        var stopping = host.StopAsync();
        Assert.True(await Poll.UntilAsync(async () => (await host.GetAsync("/status/ready")).Status == HttpStatusCode.ServiceUnavailable));
        using var client = await FaultClient.ConnectAsync(host.ProxyUrl.Port, Cancel);
        await client.SendAsync(FaultClient.Request("GET", "/slow/late", []), Cancel);
        var answer = await client.ReadAnswerAsync(Cancel);
        var drain = host.Services.GetRequiredService<Drain>();
        drain.Signal();
        drain.Signal();
        await stopping;

        Assert.Equal((200, "ok"), (answer!.Status, answer.Text));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(60, true)]
    public async Task Stop_CallTakesTooLong_IsCutAsAnErrorAndRecorded(int seconds, bool isSecondSignal)
    {
        var directory = Path.Combine(Path.GetTempPath(), "gatehouse-tests", Guid.NewGuid().ToString("N"));
        await using var upstream = new FaultUpstream(async call =>
        {
            await call.WriteAsync(FaultScripts.Head(200, "text/plain", "Transfer-Encoding: chunked") + "2\r\nhi\r\n");
            await call.StallAsync();
        });
        var begun = new TaskCompletionSource();
        WireAnswer? answer;
        await using (var host = await StartInAsync(directory, upstream, $"Gateway:Drain:TimeoutSeconds={seconds}"))
        {
            using var client = await FaultClient.ConnectAsync(host.ProxyUrl.Port, Cancel);
            await client.SendAsync(FaultClient.Request("GET", "/slow/endless", []), Cancel);
            var reading = client.ReadAnswerAsync(Cancel, begun.SetResult);
            await begun.Task.WaitAsync(Poll.Patience, Cancel);

            var stopping = host.StopAsync();
            var drain = host.Services.GetRequiredService<Drain>();
            if (isSecondSignal)
            {
                drain.Signal();
                drain.Signal();
            }

            await stopping;
            answer = await reading;
            Assert.Equal(1, drain.CutCalls);
        }

        await using var next = await TestHost.StartInAsync(directory, keepsData: false);
        var logs = (await next.GetAsync("/logs?size=10")).Json["data"]!.AsArray();
        Assert.Equal((200, false, "hi"), (answer!.Status, answer.IsWhole, answer.Text));
        Assert.Equal("shutdown", Assert.Single(logs)!["gatehouse"]!["outcome"]!.GetValue<string>());
    }

    private static Task<TestHost> StartAsync(FaultUpstream upstream, params string[] settings) =>
        ConfigureAsync(TestHost.StartAsync(settings), upstream);

    private static Task<TestHost> StartInAsync(string directory, FaultUpstream upstream, params string[] settings) =>
        ConfigureAsync(TestHost.StartInAsync(directory, keepsData: true, settings), upstream);

    private static async Task<TestHost> ConfigureAsync(Task<TestHost> starting, FaultUpstream upstream)
    {
        var host = await starting;
        var service = await host.PostAsync("/services", $$"""{"name":"slow","url":"{{upstream.Address}}","retries":0}""");
        Assert.Equal(HttpStatusCode.Created, service.Status);
        Assert.Equal(HttpStatusCode.Created, (await host.PostAsync("/services/slow/routes", """{"name":"slow","paths":["/slow"]}""")).Status);
        return host;
    }
}
