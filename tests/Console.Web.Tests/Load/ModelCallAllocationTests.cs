using System.Net;
using System.Text;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Load;

/// <summary>
/// Bytes that one model call allocates with everything on: key-auth, ai-proxy, file-log and the request log. Bytes do not depend on how
/// busy the machine is, as times do. Each bound is what was measured and a fifth more; who lowers the figure lowers the bound.
/// </summary>
[Collection(nameof(AllocationTests))]
public sealed class ModelCallAllocationTests
{
    private const int WarmUp = 500;

    private const int Calls = 1000;

    private const string Usage = """{"prompt_tokens":212,"completion_tokens":96,"total_tokens":308,"prompt_tokens_details":{"cached_tokens":128},"completion_tokens_details":{"reasoning_tokens":24}}""";

    private static readonly string Text = new('x', 600);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("openai", false, 22_300)]
    [InlineData("openai", true, 28_600)]
    [InlineData("anthropic", false, 28_800)]
    [InlineData("anthropic", true, 30_500)]
    public async Task Call_WithEverythingOn_AllocatesWithinItsBound(string clientFormat, bool isStream, int bound)
    {
        using var upstream = new BareWire(isStream ? Stream() : Answer());
        await using var host = await StartAsync(clientFormat, upstream.Port);
        var log = host.Services.GetRequiredService<IRequestLogState>();
        var request = Request(clientFormat, isStream);
        Run(WarmUp);
        await StoredAsync(WarmUp);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        Run(Calls);
        await StoredAsync(WarmUp + Calls);

        var each = (GC.GetTotalAllocatedBytes(precise: true) - before) / Calls;
        TestContext.Current.SendDiagnosticMessage($"{clientFormat}, {(isStream ? "stream" : "one answer")}: {each} bytes for each call");
        Assert.InRange(each, 1, bound);

        void Run(int times) => BareWire.Call(host.ProxyUrl.Port, request, times, answer => answer.StartsWith("HTTP/1.1 200"u8) && answer.IndexOf(isStream ? "event-stream"u8 : "application/json"u8) > 0);

        async Task StoredAsync(int count) => Assert.True(await Poll.UntilAsync(() => log.State.Counts.Written == count), $"{log.State.Counts}");
    }

    private static async Task<TestHost> StartAsync(string clientFormat, int upstreamPort)
    {
        var host = await TestHost.StartAsync();
        await CreateAsync("/services", """{"name":"s","url":"http://localhost"}""");
        await CreateAsync("/services/s/routes", """{"name":"r","paths":["/s"]}""");
        await CreateAsync("/consumers", """{"username":"ann"}""");
        await CreateAsync("/consumers/ann/key-auth", """{"key":"the-key-of-ann"}""");
        await CreateAsync("/plugins", """{"name":"key-auth"}""");
        await CreateAsync("/plugins", $$$"""{"name":"file-log","config":{"path":"{{{host.Directory}}}/file.log"}}""");
        await CreateAsync("/plugins", $$"""
            {"name": "ai-proxy", "config": {
                "llm_format": "{{clientFormat}}", "route_type": "llm/v1/chat", "logging": {"log_statistics": true},
                "auth": {"header_name": "Authorization", "header_value": "Bearer the-key-of-the-provider"},
                "model": {"provider": "openai", "options": {"upstream_url": "http://127.0.0.1:{{upstreamPort}}/v1/chat/completions" } }
            } }
            """);
        return host;

        async Task CreateAsync(string path, string json) => Assert.Equal(HttpStatusCode.Created, (await host.PostAsync(path, json)).Status);
    }

    /// <summary>About a kilobyte.</summary>
    private static byte[] Request(string clientFormat, bool isStream)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"model":"gpt-4o-mini","max_tokens":256,"stream":{{(isStream ? "true" : "false")}},"messages":[{"role":"user","content":"{{new string('q', 900)}}"}]}""");
        var target = clientFormat == "openai" ? "/s/v1/chat/completions" : "/s/v1/messages";
        return [.. Encoding.ASCII.GetBytes($"POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\napikey: the-key-of-ann\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
    }

    private static byte[] Answer()
    {
        var body = $$$"""{"id":"chatcmpl-1","object":"chat.completion","created":1760000000,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":"{{{Text}}}"},"finish_reason":"stop"}],"usage":{{{Usage}}}}""";
        return Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    /// <summary>63 events in one piece.</summary>
    private static byte[] Stream()
    {
        static string Event(string choices, string usage = "null") =>
            $$"""data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini-2024-07-18","choices":[{{choices}}],"usage":{{usage}}}""" + "\n\n";

        var events = string.Concat(Enumerable.Range(0, 60).Select(i => Event($$$"""{"index":0,"delta":{"content":"word-{{{i}}} "},"finish_reason":null}""")))
            + Event("""{"index":0,"delta":{},"finish_reason":"stop"}""") + Event("", Usage) + "data: [DONE]\n\n";
        return Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n{events.Length:x}\r\n{events}\r\n0\r\n\r\n");
    }
}
