using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Upstreams;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Gateway.Testing.Faults;
using Gateway.Testing.Faults.Http2;

namespace Gateway.Core.Tests.Faults;

/// <summary>Upstreams of HTTP/2 (services of grpc) that end streams and connections, or stop taking bytes.</summary>
public sealed class Http2UpstreamFaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What was refused before it was looked at may be sent again with any method; what was not may have been carried out.</summary>
    [Theory]
    [InlineData("GET", 0)]
    [InlineData("POST", 0)]
    [InlineData("POST", 1000)]
    [InlineData("POST", 100_000)]
    public async Task Stream_Refused_IsSentOnceMore(string method, int size)
    {
        await using var upstream = new Http2FaultUpstream(async call =>
        {
            if (call.Stream == 1)
            {
                await call.ResetAsync(Http2Error.RefusedStream);
                return;
            }

            await call.Received.Task;
            await call.AnswerAsync("second");
        });
        await using var gateway = await StartAsync(upstream);

        var (answer, record) = await CallAsync(gateway, method, size);

        Assert.Equal((200, true, "second"), (answer!.Status, answer.IsWhole, answer.Text));
        Assert.Equal(size, Whole(upstream).Single(c => c.Stream > 1).BodyLength);
        Assert.Equal(RequestOutcome.Ok, record.Outcome);
    }

    [Fact]
    public async Task Stream_AlwaysRefused_IsGivenUpAfterTheRetries()
    {
        await using var upstream = new Http2FaultUpstream(call => call.ResetAsync(Http2Error.RefusedStream));
        await using var gateway = await StartAsync(upstream, retries: 2);

        var (answer, record) = await CallAsync(gateway, "POST", 10);

        Assert.Equal(502, answer!.Status);
        Assert.InRange(Whole(upstream).Count(), 0, 3);
        Assert.Equal((3, "stream_refused"), (record.Tries.Count, record.OutcomeDetail));
    }

    [Theory]
    [InlineData(Http2Error.Cancel)]
    [InlineData(Http2Error.Internal)]
    [InlineData(Http2Error.EnhanceYourCalm)]
    public async Task Stream_ResetBeforeItsAnswer_IsRepeatedWhenIdempotent(Http2Error error)
    {
        foreach (var (method, calls) in new[] { ("GET", 2), ("POST", 1) })
        {
            await using var upstream = new Http2FaultUpstream(async call =>
            {
                await call.Received.Task;
                await call.ResetAsync(error);
            });
            await using var gateway = await StartAsync(upstream, retries: 1);

            var (answer, record) = await CallAsync(gateway, method, 0);

            Assert.Equal((502, "upstream_reset"), (answer!.Status, record.OutcomeDetail));
            Assert.Equal((calls, calls), (upstream.Calls.Count, record.Tries.Count));
        }
    }

    [Theory]
    [InlineData(Http2Error.Cancel)]
    [InlineData(Http2Error.RefusedStream)]
    [InlineData(Http2Error.None)]
    public async Task Stream_ResetInItsAnswer_IsCut(Http2Error error)
    {
        await using var upstream = new Http2FaultUpstream(async call =>
        {
            await call.HeadersAsync(headers: ("content-type", "text/plain"));
            await call.DataAsync("half"u8.ToArray());
            await call.ResetAsync(error);
        });
        await using var gateway = await StartAsync(upstream);

        var (answer, record) = await CallAsync(gateway, "GET", 0);

        AssertIsCut(answer, record);
        Assert.Single(upstream.Calls);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Connection_GoesAwayBeforeTheStream_AnotherOneIsTaken(string method)
    {
        await using var upstream = new Http2FaultUpstream(async call =>
        {
            if (call.Connection == 1)
            {
                await call.GoAwayAsync(last: 0);
                return;
            }

            await call.Received.Task;
            await call.AnswerAsync("other");
        });
        await using var gateway = await StartAsync(upstream);

        var (answer, record) = await CallAsync(gateway, method, 10);

        Assert.Equal((200, "other", RequestOutcome.Ok), (answer!.Status, answer.Text, record.Outcome));
        Assert.Equal(2, upstream.AcceptedConnections);
    }

    /// <summary>An orderly end: what runs ends, what comes goes elsewhere.</summary>
    [Fact]
    public async Task Connection_GoesAwayAfterTheStream_ItsAnswerIsWhole()
    {
        await using var upstream = new Http2FaultUpstream(async call =>
        {
            await call.GoAwayAsync(last: call.Stream);
            await call.AnswerAsync($"connection {call.Connection}");
        });
        await using var gateway = await StartAsync(upstream);

        foreach (var connection in new[] { 1, 2 })
        {
            var (answer, _) = await CallAsync(gateway, "POST", 10);

            Assert.Equal((200, $"connection {connection}"), (answer!.Status, answer.Text));
        }
    }

    [Fact]
    public async Task Connection_GoesAwayWithAnError_RunningAnswerIsCut()
    {
        await using var upstream = new Http2FaultUpstream(async call =>
        {
            await call.HeadersAsync(headers: ("content-type", "text/plain"));
            await call.DataAsync("half"u8.ToArray());
            await call.GoAwayAsync(last: 0, Http2Error.EnhanceYourCalm);
            call.Close();
        });
        await using var gateway = await StartAsync(upstream);

        var (answer, record) = await CallAsync(gateway, "GET", 0);

        AssertIsCut(answer, record);
    }

    [Fact]
    public async Task Connection_SendsNonsense_Is502()
    {
        await using var upstream = new Http2FaultUpstream(call => call.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok, and more than the length of a frame's head"u8.ToArray()));
        await using var gateway = await StartAsync(upstream);

        var (answer, record) = await CallAsync(gateway, "POST", 10);

        Assert.Equal((502, RequestOutcome.UpstreamError), (answer!.Status, record.Outcome));
        Assert.Single(record.Tries);
    }

    /// <summary>The upstream allows no byte of the body.</summary>
    [Fact]
    public async Task Window_StaysShut_EndsWithTheTimeout()
    {
        await using var upstream = new Http2FaultUpstream(call => call.Stream == 1 ? call.AnswerAsync("so much for the settings") : Task.CompletedTask, window: 0);
        await using var gateway = await StartAsync(upstream, timeout: 1000);
        await CallAsync(gateway, "GET", 0);

        var (answer, record) = await CallAsync(gateway, "POST", 10);

        Assert.Equal((504, RequestOutcome.UpstreamTimeout), (answer!.Status, record.Outcome));
        Assert.Equal((2, 0), (upstream.Calls.Count, upstream.Calls[1].BodyLength));
        await upstream.Calls[1].Left.Task.WaitAsync(Poll.Patience, Cancel);
    }

    [Fact]
    public async Task Answer_Stalls_EndsWithTheTimeout()
    {
        await using var upstream = new Http2FaultUpstream(async call =>
        {
            await call.HeadersAsync(headers: ("content-type", "text/plain"));
            await call.DataAsync("half"u8.ToArray());
        });
        await using var gateway = await StartAsync(upstream, timeout: 1000);

        var (answer, record) = await CallAsync(gateway, "GET", 0);

        Assert.Equal((200, false, "half"), (answer!.Status, answer.IsWhole, answer.Text));
        Assert.Equal((RequestOutcome.UpstreamTimeout, "idle_timeout"), (record.Outcome, record.OutcomeDetail));
        await upstream.Calls[0].Left.Task.WaitAsync(Poll.Patience, Cancel);
    }

    /// <summary>Settings and pings without end are answered or the connection is ended; either way calls go on.</summary>
    [Theory]
    [InlineData(Http2Type.Ping)]
    [InlineData(Http2Type.Settings)]
    public async Task Connection_IsFlooded_CallsAreServed(Http2Type type)
    {
        var flood = string.Concat(Enumerable.Repeat("x", 5000)).SelectMany(_ => Http2Frame.Write(type, 0, 0, type == Http2Type.Ping ? new byte[8] : [])).ToArray();
        await using var upstream = new Http2FaultUpstream(async call =>
        {
            if (call.Connection == 1)
            {
                await call.SendAsync(flood);
            }

            await call.AnswerAsync("ok");
        });
        await using var gateway = await StartAsync(upstream, retries: 1);

        for (var i = 0; i < 3; i++)
        {
            var (answer, _) = await CallAsync(gateway, "GET", 0);

            Assert.Equal((200, "ok"), (answer!.Status, answer.Text));
        }
    }

    [Fact]
    public async Task Client_Leaves_StreamIsCancelled()
    {
        await using var upstream = new Http2FaultUpstream(_ => Task.CompletedTask);
        await using var gateway = await StartAsync(upstream);
        using (var client = await FaultClient.ConnectAsync(gateway.Address.Port, Cancel))
        {
            await client.SendAsync(FaultClient.Request("GET", "/a", []), Cancel);
            Assert.True(await Poll.UntilAsync(() => upstream.Calls.Count == 1));
        }

        Assert.Equal(Http2Error.Cancel, await upstream.Calls[0].Left.Task.WaitAsync(Poll.Patience, Cancel));
        Assert.Equal(RequestOutcome.ClientClosed, (await gateway.NextRecordAsync()).Outcome);
    }

    /// <summary>Calls whose request came whole. The HTTP client begins a stream anew before it learns that the gateway is to decide.</summary>
    private static IEnumerable<Http2Call> Whole(Http2FaultUpstream upstream) => upstream.Calls.Where(c => c.Received.Task.IsCompleted);

    private static void AssertIsCut(WireAnswer? answer, RequestRecord record)
    {
        Assert.True(answer is null or { Status: 200, IsWhole: false } or { Status: 502 }, $"{answer?.Status} {answer?.Text}");
        Assert.Equal((RequestOutcome.UpstreamCut, "truncated"), (record.Outcome, record.OutcomeDetail));
    }

    private static Task<GatewayHost> StartAsync(Http2FaultUpstream upstream, int retries = 1, int timeout = 60_000) =>
        Forwarding.StartAsync(Forwarding.Service(upstream.Port) with { Protocol = "grpc", Retries = retries, ReadTimeout = timeout, WriteTimeout = timeout });

    private static async Task<(WireAnswer? Answer, RequestRecord Record)> CallAsync(GatewayHost gateway, string method, int size)
    {
        using var client = await FaultClient.ConnectAsync(gateway.Address.Port, Cancel);
        await client.SendAsync(FaultClient.Request(method, "/a", new byte[size]), Cancel);
        return (await client.ReadAnswerAsync(Cancel), await gateway.NextRecordAsync());
    }
}
