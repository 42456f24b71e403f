using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Gateway.Core.Logging;
using Gateway.Core.Tests.Upstreams;
using Gateway.Testing;
using Gateway.Testing.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Tests.Wire;

/// <summary>
/// Random framing through the gateway to a strict reader. Whatever the client meant, the upstream must be able to read what it gets in
/// one way, and the client must get an answer for each of those requests and no other.
/// </summary>
public sealed class FramingFuzzTests
{
    private static readonly string[] Lines = ["GET /a HTTP/1.1", "POST /b HTTP/1.1", "POST /c?d HTTP/1.1", "PUT //e/../f HTTP/1.1", "GET /g HTTP/1.0", "POST http://localhost/h HTTP/1.1"];

    private static readonly string[] Headers =
    [
        "Host: localhost", "Content-Length: 5", "Content-Length: 0", "Content-Length: 15", "Transfer-Encoding: chunked", "Transfer-Encoding: identity", "Transfer-Encoding : chunked", "X: 1",
        "Connection: close", "Connection: keep-alive, X", "Connection: Content-Length", "Connection: Transfer-Encoding", "X-Content-Length: 3", "Expect: 100-continue", "Content-Length : 5", " folded", "Upgrade: h2c",
        "Trailer: X", "TE: trailers, chunked", "Content_Length: 7", "Accept: a\0b",
    ];

    private static readonly string[] Ends = ["\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\r\n"];

    private static readonly string[] Bodies =
    [
        "", "hello", "5\r\nhello\r\n0\r\n\r\n", "5;x=y\r\nhello\r\n0\r\nX: 1\r\n\r\n", "0\r\n\r\n", "5\nhello\n0\n\n", "FFFFFFFFF\r\nx\r\n", "5\r\nhello\r\n", "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n", "\r\n", "4\r\nhello\r\n0\r\n\r\n",
    ];

    /// <summary>Seconds to go on, for the nightly run; otherwise a fixed number of tries.</summary>
    private static readonly double Seconds = double.Parse(Environment.GetEnvironmentVariable("WIRE_FUZZ_SECONDS") ?? "0", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Bytes_AtRandom_NeverMeanTwoThings(int lane)
    {
        await using var upstream = new WireUpstream();
        await using var gateway = await Forwarding.StartAsync(upstream.Port, Forwarding.Route("/") with { StripPath = false });
        var feed = gateway.Services.GetRequiredService<IRequestFeed>();
        var clock = Stopwatch.StartNew();
        var forwarded = 0;
        for (var round = 0; round < 250 || clock.Elapsed.TotalSeconds < Seconds; round++)
        {
            var seed = (lane * 1_000_000) + round;
            var bytes = Make(new Random(seed));
            var (seen, answers) = await SendAsync(TimeSpan.FromMilliseconds(150));
            if (!answers.IsOver && (answers.Rest.Length > 0 || !seen.SequenceEqual(answers.FromUpstream)))
            {
                // The gateway waits for the rest of a body, or it is slow today: more time tells.
                Assert.True(await Poll.UntilAsync(() => feed.InFlightCount == 0), "a call does not end");
                (seen, answers) = await SendAsync(TimeSpan.FromSeconds(5));
            }

            Assert.True(answers.Rest.Length == 0, $"seed {seed}: '{answers.Rest}' is no answer");
            Assert.True(upstream.TakeFaults() is [], $"seed {seed}: the upstream could not read\n{bytes}");
            Assert.True(seen.SequenceEqual(answers.FromUpstream), $"seed {seed}: {string.Join(" | ", seen)} and {string.Join(" | ", answers.FromUpstream)}\n{bytes}");
            forwarded += seen.Length;

            async Task<(string[] Seen, WireAnswers Answers)> SendAsync(TimeSpan patience)
            {
                upstream.TakeRequests();
                var answered = await WireClient.SendAsync(gateway.Address.Port, bytes, patience, TestContext.Current.CancellationToken);
                return ([.. upstream.TakeRequests().Select(r => r.Meaning)], answered);
            }
        }

        Assert.True(forwarded > 20, $"only {forwarded} requests were forwarded");
    }

    [SuppressMessage("Security", "CA5394", Justification = "A seed makes a failure happen again.")]
    private static string Make(Random random)
    {
        var text = "";
        for (var requests = random.Next(1, 4); requests > 0; requests--)
        {
            text += Pick(Lines) + Pick(Ends) + (random.Next(8) > 0 ? "Host: localhost\r\n" : "");
            for (var headers = random.Next(0, 4); headers > 0; headers--)
            {
                text += Pick(Headers) + Pick(Ends);
            }

            text += "\r\n" + Pick(Bodies);
        }

        return text + "GET /probe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

        string Pick(string[] from) => from[random.Next(from.Length)];
    }
}
