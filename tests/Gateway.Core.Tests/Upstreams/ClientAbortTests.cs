using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Upstreams;

/// <summary>A client that leaves ends the call to the service, in every phase.</summary>
public sealed class ClientAbortTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_LeavesBeforeTheAnswer_EndsTheCall(bool isHalfClosed)
    {
        var ended = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(http => HoldAsync(http, ended));
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(upstream.Port) with { Retries = 5 });
        using var client = await SendAsync(gateway, "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.True(await Poll.UntilAsync(() => upstream.Requests.Count == 1));

        Leave(client, isHalfClosed);

        await AssertEndedAsync(gateway, ended);
        Assert.Single(upstream.Requests);
    }

    [Theory]
    [InlineData(true, "text/event-stream")]
    [InlineData(false, "text/event-stream")]
    [InlineData(false, "text/plain")]
    public async Task Client_LeavesDuringTheAnswer_EndsTheCall(bool isHalfClosed, string mediaType)
    {
        var ended = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = mediaType;
            await http.Response.WriteAsync("data: 1\n\n", http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await HoldAsync(http, ended);
        });
        await using var gateway = await Forwarding.StartAsync(upstream.Port);
        using var client = await SendAsync(gateway, "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await client.GetStream().ReadExactlyAsync(new byte[20], Ct);

        Leave(client, isHalfClosed);

        await AssertEndedAsync(gateway, ended);
    }

    /// <summary>A body that is too long to be kept is on its way while it still arrives.</summary>
    [Theory]
    [InlineData("Content-Length: 5000000")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task Client_LeavesDuringAStreamedUpload_EndsTheCall(string framing)
    {
        var ended = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(http => HoldAsync(http, ended), readsBody: false);
        await using var gateway = await Forwarding.StartAsync(upstream.Port);
        using var client = await SendAsync(gateway, $"POST /a HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n5\r\nhello\r\n");
        Assert.True(await Poll.UntilAsync(() => upstream.Requests.Count == 1));

        Leave(client, isHalfClosed: false);

        await AssertEndedAsync(gateway, ended);
    }

    [Fact]
    public async Task Client_LeavesDuringASmallUpload_ServiceIsNeverCalled()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(upstream.Port);
        using var client = await SendAsync(gateway, "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello");

        Leave(client, isHalfClosed: false);

        Assert.Equal(RequestOutcome.ClientClosed, (await gateway.NextRecordAsync()).Outcome);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task Client_Leaves_NoFurtherTryIsMade()
    {
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(RawUpstream.FindClosedPort()) with { Retries = 30000 });
        using var client = await SendAsync(gateway, "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");

        Leave(client, isHalfClosed: false);

        Assert.Equal((RequestOutcome.ClientClosed, 499), await OutcomeAsync(gateway));
    }

    private static async Task AssertEndedAsync(GatewayHost gateway, TaskCompletionSource ended)
    {
        await ended.Task.WaitAsync(Poll.Patience, Ct);
        Assert.Equal((RequestOutcome.ClientClosed, 499), await OutcomeAsync(gateway));
    }

    private static async Task<(RequestOutcome Outcome, int Status)> OutcomeAsync(GatewayHost gateway)
    {
        var record = await gateway.NextRecordAsync();
        return (record.Outcome, record.Status);
    }

    /// <summary>Answers only when the call is ended.</summary>
    private static async Task HoldAsync(HttpContext http, TaskCompletionSource ended)
    {
        await using var registration = http.RequestAborted.Register(ended.SetResult);
        await ended.Task.WaitAsync(2 * Poll.Patience, CancellationToken.None);
    }

    private static async Task<TcpClient> SendAsync(GatewayHost gateway, string request)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, gateway.Address.Port, Ct);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Ct);
        return client;
    }

    private static void Leave(TcpClient client, bool isHalfClosed)
    {
        if (isHalfClosed)
        {
            client.Client.Shutdown(SocketShutdown.Send);
        }
        else
        {
            client.Close();
        }
    }
}
