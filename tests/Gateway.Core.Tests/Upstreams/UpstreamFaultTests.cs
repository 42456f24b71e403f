using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Upstreams;

/// <summary>What a service does wrong, and what the client and the record get for it.</summary>
public sealed class UpstreamFaultTests
{
    private const string Get = "GET /a HTTP/1.1";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "upstream_closed")]
    [InlineData("garbage\r\n\r\n", "protocol_error")]
    [InlineData("HTTP/1.1 abc OK\r\n\r\n", "protocol_error")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Half", "upstream_closed")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nhi", "protocol_error")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi", "protocol_error")]
    public async Task NoAnswer_Is502(string answer, string detail)
    {
        await using var upstream = new RawUpstream(answer);
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        var response = await RawClient.SendAsync(gateway, Get);

        await AssertFaultAsync(gateway, response, 502, "An invalid response was received from the upstream server", detail);
    }

    [Fact]
    public async Task NoAnswer_HeadTooLong_Is502()
    {
        await using var upstream = new RawUpstream($"HTTP/1.1 200 OK\r\nX-Long: {new string('x', 70 * 1024)}\r\n\r\n");
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        var response = await RawClient.SendAsync(gateway, Get);

        await AssertFaultAsync(gateway, response, 502, "An invalid response was received from the upstream server", "protocol_error");
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("a\rb")]
    [InlineData("a\rX-Forged: 1")]
    public async Task Header_WithControlCharacter_DoesNotReachTheClient(string value)
    {
        await using var upstream = new RawUpstream($"HTTP/1.1 200 OK\r\nX-A: {value}\r\nContent-Length: 0\r\n\r\n");
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        var response = await RawClient.SendAsync(gateway, Get);

        Assert.StartsWith("HTTP/1.1 ", response.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(string.Concat(response.Lines), c => c is '\0' or '\r' or '\n');
        Assert.DoesNotContain(response.Lines, l => l.StartsWith("X-Forged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NoAnswer_Reset_Is502()
    {
        await using var upstream = new RawUpstream((stream, _) => ResetAsync(stream));
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        var response = await RawClient.SendAsync(gateway, Get);

        await AssertFaultAsync(gateway, response, 502, "An invalid response was received from the upstream server", "upstream_reset");
    }

    [Fact]
    public async Task Connect_Refused_Is502()
    {
        await using var gateway = await Forwarding.StartAsync(RawUpstream.FindClosedPort());

        var response = await RawClient.SendAsync(gateway, Get);

        await AssertFaultAsync(gateway, response, 502, "An invalid response was received from the upstream server", "connect_refused");
    }

    /// <summary>A label that is too long for any name server is unknown without asking one.</summary>
    [Fact]
    public async Task Connect_NameUnknown_Is503()
    {
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(80) with { Host = $"{new string('x', 64)}.example" });

        var response = await RawClient.SendAsync(gateway, Get);

        await AssertFaultAsync(gateway, response, 503, "name resolution failed", "dns_error");
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("0xA9FEA9FE")]
    public async Task Connect_MetadataAddress_IsNotCalled(string host)
    {
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(80) with { Host = host });

        var response = await RawClient.SendAsync(gateway, Get);

        await AssertFaultAsync(gateway, response, 502, "An invalid response was received from the upstream server", "address_forbidden");
    }

    /// <summary>A listener whose queue is full lets further clients wait.</summary>
    [Fact]
    public async Task Connect_NobodyAccepts_Is504()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using var waiting = new CancellationTokenSource();
        var queued = Enumerable.Range(0, 4).Select(_ => new TcpClient()).ToList();
        var connecting = queued.Select(c => c.ConnectAsync(IPAddress.Loopback, port, waiting.Token).AsTask()).ToList();
        await connecting[0];
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(port) with { ConnectTimeout = 300, Retries = 1 });

        var response = await RawClient.SendAsync(gateway, "POST /a HTTP/1.1\r\nContent-Length: 2", "hi");

        // Nothing was sent, so that even a POST may be tried again.
        await AssertFaultAsync(gateway, response, 504, "The upstream server is timing out", "connect_timeout", tries: 2);
        await waiting.CancelAsync();
        queued.ForEach(c => c.Dispose());
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "hello")]
    public async Task Read_NoHead_Is504(string method, string body)
    {
        await using var upstream = new RawUpstream((_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(upstream.Port) with { ReadTimeout = 300 });

        var response = await RawClient.SendAsync(gateway, $"{method} /a HTTP/1.1\r\nContent-Length: {body.Length}", body);

        await AssertFaultAsync(gateway, response, 504, "The upstream server is timing out", "header_timeout");
        Assert.Equal(1, upstream.Connections);
    }

    public static TheoryData<string, string> Heads => new()
    {
        { "Content-Length: 5000", "hello" },
        { "Transfer-Encoding: chunked", "5\r\nhello\r\n" },
        { "Transfer-Encoding: chunked", "500\r\nhello" },
        { "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked", "5\r\nhello\r\n" },
    };

    /// <summary>A client that has begun to read must notice, whatever the framing.</summary>
    [Theory]
    [MemberData(nameof(Heads))]
    public async Task Body_Closed_AnswerIsAborted(string head, string part)
    {
        var (text, record) = await CutAsync(head, part, _ => Task.CompletedTask);

        Assert.Equal("hello", text);
        Assert.Equal((RequestOutcome.UpstreamCut, "truncated", 200), (record.Outcome, record.OutcomeDetail, record.Status));
    }

    [Theory]
    [MemberData(nameof(Heads))]
    [InlineData("Connection: close", "hello")]
    public async Task Body_Reset_AnswerIsAborted(string head, string part)
    {
        var (text, record) = await CutAsync(head, part, ResetAsync);

        Assert.Equal("hello", text);
        Assert.Equal((RequestOutcome.UpstreamCut, "truncated", 200), (record.Outcome, record.OutcomeDetail, record.Status));
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public async Task Body_Silent_AnswerIsAborted(string head, string part)
    {
        var (text, record) = await CutAsync(head, part, _ => Task.Delay(Timeout.Infinite, Ct), readTimeout: 300);

        Assert.Equal("hello", text);
        Assert.Equal((RequestOutcome.UpstreamTimeout, "idle_timeout"), (record.Outcome, record.OutcomeDetail));
    }

    [Theory]
    [InlineData("zz\r\nhello\r\n")]
    [InlineData("5\r\nhello!\r\n")]
    [InlineData("-1\r\n")]
    public async Task Body_BrokenChunks_NeverLookWhole(string next)
    {
        var (text, record) = await CutAsync("Transfer-Encoding: chunked", "5\r\nhello\r\n", async stream => await stream.WriteAsync(Encoding.ASCII.GetBytes(next), Ct));

        Assert.StartsWith("hello", text, StringComparison.Ordinal);
        Assert.Equal(RequestOutcome.UpstreamCut, record.Outcome);
    }

    /// <summary>Cut at once, the answer may not have begun: then it is an error, and otherwise no end is written.</summary>
    [Theory]
    [MemberData(nameof(Heads))]
    public async Task Body_ClosedAtOnce_IsNeverWhole(string head, string part)
    {
        await using var upstream = new RawUpstream($"HTTP/1.1 200 OK\r\n{head}\r\n\r\n{part}");
        await using var gateway = await Forwarding.StartAsync(upstream.Port);

        var response = await RawClient.SendAsync(gateway, Get);

        if (response.Text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
        {
            Assert.DoesNotContain("\r\n0\r\n", response.Text, StringComparison.Ordinal);
        }
        else if (response.Text.Length > 0)
        {
            Assert.Equal("HTTP/1.1 502 Bad Gateway", response.StatusLine);
            Assert.DoesNotContain("hello", response.Text, StringComparison.Ordinal);
        }

        Assert.Equal(RequestOutcome.UpstreamCut, (await gateway.NextRecordAsync()).Outcome);
    }

    /// <summary>A server that refuses an upload reads on for a while, so that its answer is not lost by a reset.</summary>
    [Fact]
    public async Task EarlyAnswer_BeforeTheUploadIsRead_ReachesTheClient()
    {
        await using var upstream = await FakeUpstream.StartAsync(http =>
        {
            http.Response.StatusCode = 413;
            return http.Response.WriteAsync("too big", http.RequestAborted);
        }, readsBody: false);
        await using var gateway = await Forwarding.StartAsync(upstream.Port);
        using var content = new ByteArrayContent(new byte[3_000_000]);

        using var response = await gateway.Client.PostAsync("/a", content, Ct);

        Assert.Equal((413, "too big"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Ct)));
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task Tls_HandshakeStalls_Is504()
    {
        await using var upstream = new RawUpstream("");
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(upstream.Port) with { Protocol = "https", ConnectTimeout = 300 });

        var response = await RawClient.SendAsync(gateway, Get);

        await AssertFaultAsync(gateway, response, 504, "The upstream server is timing out", "connect_timeout");
    }

    [Fact]
    public async Task Tls_SpokenToAPlainServer_Is502()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(upstream.Port) with { Protocol = "https" });

        var response = await RawClient.SendAsync(gateway, Get);

        await AssertFaultAsync(gateway, response, 502, "An invalid response was received from the upstream server", "tls_error:handshake");
    }

    /// <summary>An upstream that goes wrong once the client has read the first part.</summary>
    private static async Task<(string Text, RequestRecord Record)> CutAsync(string head, string part, Func<NetworkStream, Task> fault, int readTimeout = 60000)
    {
        var mayGoWrong = new TaskCompletionSource();
        await using var upstream = new RawUpstream(async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{head}\r\n\r\n{part}"), cancellationToken);
            await mayGoWrong.Task.WaitAsync(cancellationToken);
            await fault(stream);
        });
        await using var gateway = await Forwarding.StartAsync(Forwarding.Service(upstream.Port) with { ReadTimeout = readTimeout, Retries = 5 });
        using var response = await gateway.Client.GetAsync("/a", HttpCompletionOption.ResponseHeadersRead, Ct);
        await using var stream = await response.Content.ReadAsStreamAsync(Ct);
        var buffer = new byte[100];
        var length = await stream.ReadAtLeastAsync(buffer, 5, cancellationToken: Ct);
        mayGoWrong.SetResult();

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(length), Ct)) > 0)
            {
                length += read;
            }
        });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, upstream.Connections);
        return (Encoding.ASCII.GetString(buffer, 0, length), await gateway.NextRecordAsync());
    }

    private static async Task AssertFaultAsync(GatewayHost gateway, RawAnswer answer, int status, string text, string detail, int tries = 1)
    {
        Assert.StartsWith($"HTTP/1.1 {status} ", answer.Text, StringComparison.Ordinal);
        Assert.Contains(text, answer.Body, StringComparison.Ordinal);
        // Nobody outside learns who is behind the gateway.
        Assert.DoesNotContain("127.0.0.1", answer.Text, StringComparison.Ordinal);
        var record = await gateway.NextRecordAsync();
        Assert.Equal((status == 504 ? RequestOutcome.UpstreamTimeout : RequestOutcome.UpstreamError, detail), (record.Outcome, record.OutcomeDetail));
        Assert.Equal((status, tries), (record.Status, record.Tries.Count));
    }

    private static Task ResetAsync(NetworkStream stream)
    {
        stream.Socket.LingerState = new LingerOption(true, 0);
        stream.Socket.Close();
        return Task.CompletedTask;
    }
}
