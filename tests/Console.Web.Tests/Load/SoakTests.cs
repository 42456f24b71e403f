using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;
using Gateway.Testing.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Load;

/// <summary>
/// Everything at once for a long time: calls, streams, upstreams and clients that go wrong, changes of the configuration. Seconds with
/// every run of the suite, to see that it works; <c>./dev.sh soak MINUTES</c> for figures.
/// </summary>
[Collection(nameof(AllocationTests))]
public sealed class SoakTests
{
    private const int Workers = 8;

    private static readonly TimeSpan Duration = LoadSize.Minutes("SOAK_MINUTES") is { Ticks: > 0 } minutes ? minutes : TimeSpan.FromSeconds(4);

    private long _calls;
    private long _resets;
    private long _unexplained;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_ForLong_BooksBalanceAndNothingGrows()
    {
        await using var upstream = new FaultUpstream(AnswerAsync);
        await using var host = await TestHost.StartAsync("Gateway:Admin:WritesPerSecond=0");
        Assert.Equal(HttpStatusCode.Created, (await host.PostAsync("/services", $$"""{"name":"s","url":"{{upstream.Address}}","retries":0,"read_timeout":500}""")).Status);
        Assert.Equal(HttpStatusCode.Created, (await host.PostAsync("/services/s/routes", """{"name":"r","paths":["/s"]}""")).Status);
        var log = host.Services.GetRequiredService<IRequestLogState>();
        using var done = new CancellationTokenSource(Duration);
        var workers = Enumerable.Range(0, Workers).Select(i => WorkAsync(host, i, done.Token)).ToList();
        var samples = new List<(double Hours, double Megabytes)>();
        var clock = Stopwatch.StartNew();
        var every = TimeSpan.FromSeconds(Math.Clamp(Duration.TotalSeconds / 60, 0.5, 30));
        for (var i = 0; !done.IsCancellationRequested; i++)
        {
            await Task.Delay(every, done.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            Assert.Equal(HttpStatusCode.OK, (await host.PatchAsync("/services/s", $$"""{"connect_timeout":{{5000 + i % 5}}}""")).Status);
            var counts = log.State.Counts;
            Assert.Equal(counts.Produced, counts.Written + counts.Dropped + counts.Queued);
            samples.Add((clock.Elapsed.TotalHours, GC.GetTotalMemory(forceFullCollection: true) / 1048576.0));
        }

        await Task.WhenAll(workers);
        Assert.True(await Poll.UntilAsync(() => log.State.Counts is { Queued: 0 } c && c.Produced >= _calls - _resets, TimeSpan.FromSeconds(20)), $"{log.State.Counts}, {_calls} calls");
        // What is left behind is kept for further calls, one connection for each worker at most and client.
        Assert.True(await Poll.UntilAsync(() => upstream.OpenConnections <= Workers * 5));

        var warm = samples.Skip(samples.Count / 4).ToList();
        Report($"soak: {Duration.TotalMinutes:0.#} minutes, {_calls} calls, {log.State.Counts.Dropped} records dropped, {_unexplained} unexplained failures; heap {warm[^1].Megabytes:0.0} MiB, slope {Slope(warm):0.0} MiB/h; resident {Environment.WorkingSet / 1048576} MiB");
        Assert.Equal(0, _unexplained);
        Assert.Equal(0, log.State.Counts.Dropped);
    }

    private static void Report(FormattableString text)
    {
        var line = text.ToString(CultureInfo.InvariantCulture);
        TestContext.Current.SendDiagnosticMessage(line);
        if (Environment.GetEnvironmentVariable("SOAK_REPORT") is { Length: > 0 } path)
        {
            File.AppendAllText(path, line + "\n");
        }
    }

    /// <summary>Least squares.</summary>
    private static double Slope(List<(double Hours, double Megabytes)> samples)
    {
        var (x, y) = (samples.Average(s => s.Hours), samples.Average(s => s.Megabytes));
        var spread = samples.Sum(s => (s.Hours - x) * (s.Hours - x));
        return spread == 0 ? 0 : samples.Sum(s => (s.Hours - x) * (s.Megabytes - y)) / spread;
    }

    private async Task WorkAsync(TestHost host, int seed, CancellationToken done)
    {
        var random = new Random(seed);
        while (!done.IsCancellationRequested)
        {
            var kind = random.Next(10);
            using var client = await FaultClient.ConnectAsync(host.ProxyUrl.Port, Cancel);
            Interlocked.Increment(ref _calls);
            await client.SendAsync(FaultClient.Request("GET", $"/s/{kind}", []), Cancel);
            if (kind == 9)
            {
                // A client that has changed its mind; what the server had not read by then is gone with the connection.
                Interlocked.Increment(ref _resets);
                await Task.Delay(random.Next(10), Cancel);
                client.Reset();
                continue;
            }

            var answer = await client.ReadAnswerAsync(Cancel);
            var isExpected = kind switch
            {
                6 => answer is { Status: 502 },
                7 => answer is { Status: 504 },
                8 => answer is { Status: 200, IsWhole: false } or { Status: 502 } or null,
                _ => answer is { Status: 200, IsWhole: true },
            };
            Interlocked.Add(ref _unexplained, isExpected ? 0 : 1);
        }
    }

    private static Task AnswerAsync(FaultCall call) => CallLedger.NameIn(call.Head.Target) switch
    {
        "4" or "5" or "9" => StreamAsync(call),
        "6" => FaultScripts.Reset()(call),
        "7" => FaultScripts.Stall()(call),
        "8" => FaultScripts.Bytes(FaultScripts.Head(200, "text/plain", "Content-Length: 100") + "half")(call),
        _ => FaultScripts.Answer(200, "text/plain", "ok")(call),
    };

    private static async Task StreamAsync(FaultCall call)
    {
        await call.WriteAsync(FaultScripts.Head(200, "text/event-stream", "Transfer-Encoding: chunked"));
        for (var i = 0; i < 10; i++)
        {
            await call.WriteAsync(FaultScripts.Chunk(Encoding.ASCII.GetBytes($"data: {i}\n\n")));
            await Task.Delay(2, call.Stop);
        }

        await call.WriteAsync("0\r\n\r\n");
    }
}
