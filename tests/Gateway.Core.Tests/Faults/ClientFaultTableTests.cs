using System.Diagnostics;
using System.Text;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Gateway.Testing.Faults;

namespace Gateway.Core.Tests.Faults;

/// <summary>
/// Clients that leave, in every phase and on every way: the call at the upstream ends at once, one record says who ended it, and no
/// connection stays behind.
/// </summary>
public sealed class ClientFaultTableTests(FaultLab lab) : IClassFixture<FaultLab>
{
    private static readonly string[] Manners = ["reset", "half-close", "close"];

    private static readonly string[] Phases = ["waits", "reads", "reads a flood"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Departures =>
        [.. from way in Way.All from phase in Phases from manner in Manners where way.PassesParts || phase == "waits" select new TheoryDataRow<string, string, string>(way.ToString(), phase, manner)];

    public static TheoryData<string> Ways => [.. Way.All.Select(w => w.ToString())];

    [Theory]
    [MemberData(nameof(Departures))]
    public async Task Client_Leaves_UpstreamCallEnds(string name, string phase, string manner)
    {
        var way = Way.Find(name);
        await lab.BeginAsync();
        var began = lab.Upstream.CallCount;
        // Connections that calls of other tests have left for the next one.
        var (idle, accepted) = (lab.Upstream.OpenConnections, lab.Upstream.AcceptedConnections);
        lab.Upstream.Play(phase switch
        {
            "waits" => FaultScripts.Stall(),
            "reads" => FaultScripts.CutAfter(Head(way), FaultScripts.Chunk(way.Answer.Bytes[..way.Answer.Edge]), c => c.StallAsync()),
            _ => FloodAsync(way),
        });
        using var client = await FaultClient.ConnectAsync(lab.Gateway.Address.Port, Cancel);
        await client.SendAsync(FaultClient.Post($"/{way.Name}/{FaultLab.Normal}", way.Request), Cancel);
        Assert.True(await Poll.UntilAsync(() => lab.Upstream.CallCount == began + 1), "not called");
        Task<WireAnswer?>? reading = null;
        if (phase != "waits")
        {
            var first = new TaskCompletionSource();
            reading = client.ReadAnswerAsync(Cancel, () => first.TrySetResult());
            await first.Task.WaitAsync(Poll.Patience, Cancel);
            lab.Upstream.Proceed();
        }

        var clock = Stopwatch.StartNew();
        Leave(client, manner);

        // The call's own connection is gone, whether it was new or one of those: the upstream's end of a call that nobody waits for any more is closed,
        // not kept for another.
        Assert.True(await Poll.UntilAsync(() => lab.Upstream.OpenConnections <= idle + lab.Upstream.AcceptedConnections - accepted - 1), "the upstream is still being called");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(3), $"{clock.Elapsed}");
        var record = await lab.Gateway.NextRecordAsync();
        Assert.Equal(RequestOutcome.ClientClosed, record.Outcome);
        Assert.Equal(499, record.Status);
        Assert.Equal((1, 0), (lab.Upstream.CallCount - began, lab.Gateway.WaitingRecords));
        if (!way.IsPlain)
        {
            Assert.Equal(phase == "waits" ? "client_closed/wait" : "client_closed/stream", record.OutcomeDetail);
        }

        if (reading is not null)
        {
            await reading;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Client_LeavesDuringItsUpload_UpstreamIsNotCalled(string name)
    {
        var way = Way.Find(name);
        await lab.BeginAsync();
        var began = lab.Upstream.CallCount;
        using var client = await FaultClient.ConnectAsync(lab.Gateway.Address.Port, Cancel);
        var request = FaultClient.Post($"/{way.Name}/{FaultLab.Normal}", way.Request);

        await client.SendAsync(request.AsMemory(0, request.Length - 10), Cancel);
        await Task.Yield();
        client.HalfClose();

        var record = await lab.Gateway.NextRecordAsync();
        Assert.Equal((RequestOutcome.ClientClosed, 0), (record.Outcome, record.Tries.Count));
        Assert.Equal(began, lab.Upstream.CallCount);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Client_LeavesAfterTheEnd_CallIsWhole(string name)
    {
        var way = Way.Find(name);

        var (answer, record) = await lab.CallAsync(way, script: FaultScripts.Bytes(
            [.. Encoding.ASCII.GetBytes(FaultScripts.Head(200, way.Answer.ContentType, $"Content-Length: {way.Answer.Bytes.Length}")), .. way.Answer.Bytes]));

        Assert.True(answer!.IsWhole);
        Assert.Equal((RequestOutcome.Ok, 200), (record.Outcome, record.Status));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Requests_Pipelined_AreAnsweredInOrder(string name)
    {
        const int count = 20;
        var way = Way.Find(name);
        await lab.BeginAsync();
        var began = lab.Upstream.CallCount;
        lab.Upstream.Play(FaultScripts.Answer(200, way.Answer.ContentType, way.Answer.Bytes));
        using var client = await FaultClient.ConnectAsync(lab.Gateway.Address.Port, Cancel);

        await client.SendAsync(
            Enumerable.Range(0, count).SelectMany(i => FaultClient.Post($"/{way.Name}/{FaultLab.Normal}?n={i}", way.Request)).ToArray(), Cancel);

        for (var i = 0; i < count; i++)
        {
            var answer = await client.ReadAnswerAsync(Cancel);
            var record = await lab.Gateway.NextRecordAsync();
            Assert.Equal((200, true, record.RequestId), (answer!.Status, answer.IsWhole, answer.RequestId));
            Assert.EndsWith($"?n={i}", record.Uri, StringComparison.Ordinal);
        }

        Assert.Equal(count, lab.Upstream.CallCount - began);
    }

    /// <summary>Faults of bodies that the gateway reads. A body that only passes is the upstream's affair.</summary>
    [Theory]
    [InlineData("Content-Length: 3000000\r\n\r\n", "", 413, "too_large")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", "1E8480\r\n", 413, "too_large")]
    [InlineData("Content-Length: 9\r\nContent-Encoding: magic\r\n\r\n", "{\"a\":\"b\"}", 415, "bad_request")]
    [InlineData("Content-Length: 9\r\nContent-Encoding: gzip\r\n\r\n", "{\"a\":\"b\"}", 400, "bad_request")]
    [InlineData("Content-Length: 8\r\n\r\n", "not json", 400, "bad_request")]
    [InlineData("Content-Length: 0\r\n\r\n", "", 400, "bad_request")]
    [InlineData("Content-Length: 12\r\n\r\n", "\xFF\xFE{\0\"\0a\0\"\0:\0", 400, "bad_request")]
    [InlineData("Content-Length: 27\r\n\r\n", "{\"model\":\"a\",\"model\":\"b\"}  ", 400, "bad_request")]
    public async Task Body_CannotBeRead_IsRefusedInTheClientsFormat(string head, string body, int status, string detail)
    {
        await lab.BeginAsync();
        foreach (var way in Way.All.Where(w => w is { IsPlain: false, IsStream: false }))
        {
            var began = lab.Upstream.CallCount;
            using var client = await FaultClient.ConnectAsync(lab.Gateway.Address.Port, Cancel);
            await client.SendAsync($"POST /{way.Name}/{FaultLab.Normal} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{head}{body}", Cancel);
            if (body == "1E8480\r\n")
            {
                await client.SendAsync(new byte[1_500_000], Cancel);
            }

            var answer = await client.ReadAnswerAsync(Cancel);
            var record = await lab.Gateway.NextRecordAsync();
            Assert.Equal((status, RequestOutcome.Rejected, detail), (answer!.Status, record.Outcome, record.OutcomeDetail));
            Assert.Equal(began, lab.Upstream.CallCount);
            UpstreamFaultTableTests.AssertErrorBody(way, answer);
            if (status == 413)
            {
                Assert.Equal("close", answer.Head.Find("Connection"));
            }
        }
    }

    private static void Leave(FaultClient client, string manner)
    {
        switch (manner)
        {
            case "reset":
                client.Reset();
                break;
            case "half-close":
                client.HalfClose();
                break;
            default:
                client.Dispose();
                break;
        }
    }

    private static string Head(Way way) => FaultScripts.Head(200, way.Answer.ContentType, "Transfer-Encoding: chunked");

    private static FaultScript FloodAsync(Way way) => async call =>
    {
        await call.ReadBodyAsync();
        await call.WriteAsync(Head(way));
        await call.WriteAsync(FaultScripts.Chunk(way.Answer.Bytes[..way.Answer.Edge]));
        var more = FaultScripts.Chunk(way.IsStream ? Encoding.ASCII.GetBytes($": {new string('x', 500)}\n\n") : "                    "u8.ToArray());
        while (true)
        {
            await call.WriteAsync(more);
            await Task.Delay(1, call.Stop);
        }
    };
}
