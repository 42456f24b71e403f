using System.Net;
using System.Text;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Plugins.AiProxy;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Llm.Forwarding;

/// <summary>What upstreams do wrong, and what the client and the record get for it.</summary>
public sealed class UpstreamFaultMatrixTests
{
    private const string Event = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n";

    private const string Last = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

    private const string StreamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "upstream_closed")]
    [InlineData("garbage\r\n\r\n", "protocol_error")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n{}", "protocol_error")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "protocol_error")]
    public async Task NoAnswer_PassThroughAndTranslated_Get502(string answer, string detail)
    {
        foreach (var format in new[] { "openai", "anthropic" })
        {
            await using var upstream = new RawUpstream(answer);
            await using var gateway = await StartAsync(upstream, format);

            using var response = await PostAsync(gateway, isStream: false);
            var record = await gateway.NextRecordAsync();

            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
            Assert.Equal((RequestOutcome.UpstreamError, detail), (record.Outcome, record.OutcomeDetail));
            Assert.Equal(1, upstream.Connections);
        }
    }

    [Theory]
    [InlineData(StreamHead + "Content-Length: 5000\r\n\r\n" + Event)]
    [InlineData(StreamHead + "Transfer-Encoding: chunked\r\n\r\n5\r\ndata:\r\n")]
    [InlineData(StreamHead + "Transfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData(StreamHead + "Connection: close\r\n\r\n" + Event)]
    public async Task Stream_IsCut_ClientNeverSeesAWholeAnswer(string answer)
    {
        await using var upstream = new RawUpstream(answer);
        await using var gateway = await StartAsync(upstream, "openai");

        var text = "";
        try
        {
            using var response = await PostAsync(gateway, isStream: true);
            text = await response.Content.ReadAsStringAsync(Cancel);
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        }
        catch (HttpRequestException)
        {
            // Reset: what the client must notice.
        }

        var record = await gateway.NextRecordAsync();
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.Equal((RequestOutcome.UpstreamCut, "truncated"), (record.Outcome, record.OutcomeDetail));
    }

    [Theory]
    [InlineData(StreamHead + "Content-Length: 5000\r\n\r\n" + Event)]
    [InlineData(StreamHead + "Connection: close\r\n\r\n" + Event)]
    public async Task TranslatedStream_IsCut_EndsWithAnErrorEvent(string answer)
    {
        await using var upstream = new RawUpstream(answer);
        await using var gateway = await StartAsync(upstream, "anthropic");

        using var response = await PostAsync(gateway, isStream: true);
        var text = await response.Content.ReadAsStringAsync(Cancel);

        Assert.Contains("event: error\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", text, StringComparison.Ordinal);
        Assert.Equal(RequestOutcome.UpstreamCut, (await gateway.NextRecordAsync()).Outcome);
    }

    [Fact]
    public async Task TranslatedStream_EndsBeforeItsFirstEvent_Gets502()
    {
        await using var upstream = new RawUpstream(StreamHead + "Connection: close\r\n\r\n");
        await using var gateway = await StartAsync(upstream, "anthropic");

        using var response = await PostAsync(gateway, isStream: true);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("truncated", (await gateway.NextRecordAsync()).OutcomeDetail);
    }

    [Theory]
    [InlineData("anthropic", "openai", "event: ping", "event: message_stop")]
    [InlineData("openai", "anthropic", ": keep-alive", "data: [DONE]")]
    public async Task TranslatedStream_UpstreamIsSilent_ClientHearsThatItLives(string format, string provider, string ping, string last)
    {
        var mayAnswer = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.Body.FlushAsync(Cancel);
            await mayAnswer.Task.WaitAsync(TimeSpan.FromSeconds(10), http.RequestAborted);
            await http.Response.WriteAsync(provider == "openai" ? Event + Last : "data: {\"type\":\"message_start\",\"message\":{}}\n\ndata: {\"type\":\"message_stop\"}\n\n", Cancel);
        });
        await using var gateway = await AiProxyPipelineTests.StartAsync(
            upstream, AiProxyPipelineTests.Config(provider, "m", format, """{"anthropic_version":"2023-06-01"}"""), ("Gateway:Llm:PingInterval", "00:00:00.020"));

        using var response = await AiProxyPipelineTests.PostAsync(gateway, "/ai/v1/messages", """{"max_tokens":5,"stream":true,"messages":[{"role":"user","content":"Hi"}]}""");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        var heard = 0;
        var first = await reader.ReadLineAsync(Cancel);
        while (heard < 3)
        {
            var line = await reader.ReadLineAsync(Cancel) ?? throw new InvalidOperationException($"ended after '{first}'");
            heard += line == ping ? 1 : 0;
        }

        mayAnswer.SetResult();
        var rest = await reader.ReadToEndAsync(Cancel);

        // The stream begins before its first ping and goes on as if nothing had been.
        Assert.Contains(provider == "openai" ? "message_start" : "\"role\":\"assistant\"", first, StringComparison.Ordinal);
        Assert.Contains(last, rest, StringComparison.Ordinal);
        Assert.DoesNotContain("message_start", rest, StringComparison.Ordinal);
        Assert.Equal(RequestOutcome.Ok, (await gateway.NextRecordAsync()).Outcome);
    }

    [Theory]
    [InlineData("{\"choices\":")]
    [InlineData("<html>oops</html>")]
    public async Task BadJson_PassesUnchangedNativelyAndIs502Translated(string body)
    {
        var answer = $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        await using var upstream = new RawUpstream(answer);
        await using var native = await StartAsync(upstream, "openai");
        await using var translated = await StartAsync(upstream, "anthropic");

        using var passed = await PostAsync(native, isStream: false);
        using var refused = await PostAsync(translated, isStream: false);

        Assert.Equal(body, await passed.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.BadGateway, refused.StatusCode);
        Assert.Contains("transformation failed from type openai://llm/v1/chat", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal("translate_error", (await translated.NextRecordAsync()).OutcomeDetail);
    }

    [Fact]
    public async Task Stream_CutAtEveryByteByTheNetwork_ArrivesUnchanged()
    {
        var text = ": hi\r\n" + Event + Event.Replace("\n", "\r\n", StringComparison.Ordinal) + Last;
        await using var upstream = new RawUpstream(async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(StreamHead + "Connection: close\r\n\r\n"), cancellationToken);
            stream.Socket.NoDelay = true;
            foreach (var b in Encoding.UTF8.GetBytes(text))
            {
                await stream.WriteAsync(new[] { b }, cancellationToken);
                await Task.Yield();
            }

            // A close with unread bytes would be a reset.
            var rest = new byte[4096];
            while (stream.DataAvailable)
            {
                _ = await stream.ReadAtLeastAsync(rest, 1, throwOnEndOfStream: false, cancellationToken);
            }
        });
        await using var gateway = await StartAsync(upstream, "openai", includesUsage: true);

        using var response = await PostAsync(gateway, isStream: true, asksForUsage: true);

        Assert.Equal(text, await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(RequestOutcome.Ok, (await gateway.NextRecordAsync()).Outcome);
    }

    [Fact]
    public async Task Stream_WithoutEnd_IsAbortedAtTheSizeLimit()
    {
        await using var upstream = new RawUpstream(async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(StreamHead + "Connection: close\r\n\r\n"), cancellationToken);
            var piece = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Event, 100)));
            while (true)
            {
                await stream.WriteAsync(piece, cancellationToken);
            }
        });
        await using var gateway = await GatewayHost.StartAsync(
            GatewayHost.Config("ai-proxy", AiProxyPipelineTests.Config("openai", "gpt-4o")),
            ("Gateway:Providers:openai:BaseUrl", $"http://127.0.0.1:{upstream.Port}"),
            ("Gateway:Llm:MaxResponseBytes", "200000"));

        await AiProxyPipelineTests.AssertBrokenOffAsync(gateway, """{"messages":[{"role":"user","content":"Hi"}],"stream":true}""");

        Assert.Equal("response_too_large", (await gateway.NextRecordAsync()).OutcomeDetail);
    }

    [Fact]
    public async Task Redirect_IsForwardedAndNeverFollowed()
    {
        await using var elsewhere = await FakeUpstream.StartAsync();
        await using var upstream = await FakeUpstream.StartAsync(307, "", ("Location", $"{elsewhere.Address}x"));
        await using var gateway = await AiProxyPipelineTests.StartAsync(upstream, AiProxyPipelineTests.Config("openai", "gpt-4o"));

        using var response = await PostAsync(gateway, isStream: false);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Empty(elsewhere.Requests);
    }

    private static Task<GatewayHost> StartAsync(RawUpstream upstream, string format, bool includesUsage = false) => GatewayHost.StartAsync(
        GatewayHost.Config("ai-proxy", AiProxyPipelineTests.Config("openai", includesUsage ? null : "gpt-4o", format)),
        ("Gateway:Providers:openai:BaseUrl", $"http://127.0.0.1:{upstream.Port}"));

    private static Task<HttpResponseMessage> PostAsync(GatewayHost gateway, bool isStream, bool asksForUsage = false) => AiProxyPipelineTests.PostAsync(
        gateway,
        "/ai",
        $$"""{"model":"gpt-4o","max_tokens":9,"stream":{{(isStream ? "true" : "false")}},{{(asksForUsage ? "\"stream_options\":{\"include_usage\":true}," : "")}}"messages":[{"role":"user","content":"Hi"}]}""");
}
