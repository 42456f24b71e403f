using Gateway.Core.Tests.Upstreams;
using Gateway.Testing;

namespace Gateway.Core.Tests.Protocols;

public sealed class LargeDownloadTests
{
    private const int Step = 1024 * 1024;
    private const int Steps = 192;

    /// <summary>What the buffers of four sockets and two servers may hold; all that is above lies in the gateway's memory.</summary>
    private const long MaxAhead = 64L * Step;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A large answer is never far ahead of its reader: it streams, and none of it piles up.</summary>
    [Fact]
    public async Task Download_Large_StaysCloseToItsReader()
    {
        var written = 0L;
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            var chunk = new byte[Step];
            for (var i = 0; i < Steps; i++)
            {
                await http.Response.Body.WriteAsync(chunk, http.RequestAborted);
                Interlocked.Add(ref written, Step);
            }
        });
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        using var response = await gateway.Client.GetAsync("/a", HttpCompletionOption.ResponseHeadersRead, Ct);
        await using var body = await response.Content.ReadAsStreamAsync(Ct);
        var buffer = new byte[Step];
        for (var i = 1L; i <= Steps; i++)
        {
            await body.ReadExactlyAsync(buffer, Ct);
            Assert.InRange(Interlocked.Read(ref written) - (i * Step), -Step, MaxAhead);
        }

        Assert.Equal(0, await body.ReadAsync(buffer, Ct));
    }
}
