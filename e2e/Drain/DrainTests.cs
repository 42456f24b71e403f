using System.Globalization;
using System.Security.Cryptography;
using Gateway.E2E.Harness;

namespace Gateway.E2E.Drain;

/// <summary>The real process gets the signal that every service manager sends, while calls run.</summary>
public sealed class DrainTests
{
    private const int Streams = 200;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Terminated_WithOpenStreams_EndsEveryOneAndThenItself()
    {
        await using var upstream = new TimedUpstream();
        await using var gatehouse = await GatehouseProcess.StartAsync();
        await gatehouse.ApplyAsync(
            $$"""
            _format_version: "3.0"
            services:
            - name: timed
              url: {{upstream.Address}}
              routes:
              - name: timed
                paths: ["/timed"]
            """,
            Cancellation);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Streams }) { Timeout = TimeSpan.FromMinutes(2) };
        var random = new Random(5);
        var running = Enumerable.Range(0, Streams).Select(_ => ReadAsync(http, $"{gatehouse.ProxyUrl}/timed/{random.Next(1000, 8000)}")).ToList();
        await upstream.ReachedAsync(Streams, Cancellation);

        var ended = gatehouse.TerminateAsync(Cancellation);
        var answers = await Task.WhenAll(running);
        await ended;

        Assert.All(answers, a => Assert.Equal(TimedUpstream.Hash(a.Milliseconds), a.Hash));
        Assert.DoesNotContain("are cut", gatehouse.ReadServerLog(), StringComparison.Ordinal);
    }

    private static async Task<(int Milliseconds, string Hash)> ReadAsync(HttpClient http, string url)
    {
        var body = await http.GetByteArrayAsync(new Uri(url), Cancellation);
        return (int.Parse(url[(url.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture), Convert.ToHexString(SHA256.HashData(body)));
    }
}
