using System.Text;
using Gateway.Core.Configuration;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Plugins.Opentelemetry;

/// <summary>A gateway with the plugin, an upstream that answers on <c>/ai</c>, and a collector that takes OTLP.</summary>
internal sealed class TracedGateway : IAsyncDisposable
{
    private readonly PluginHost _host;
    private readonly FakeUpstream _collector;
    private bool _hasEnded;

    private TracedGateway(PluginHost host, FakeUpstream collector) => (_host, _collector) = (host, collector);

    public GatewayHost Gateway => _host.Gateway;

    /// <summary>Of the latest request; its spans have been handed over.</summary>
    public RequestRecord Record { get; private set; } = null!;

    public IReadOnlyList<ReceivedRequest> Forwarded => _host.Forwarded;

    /// <summary>What the collector received so far.</summary>
    public IReadOnlyList<ReceivedRequest> Received => _collector.Requests;

    /// <param name="config">Members of the plugin's config, in which <c>{0}</c> is the collector's address. Spans go there without them.</param>
    public static Task<TracedGateway> StartAsync(string config = "", FakeUpstream? upstream = null, Func<HttpContext, Task>? collect = null, params (string Name, string Config)[] others) =>
        StartAsync(address => GatewayHost.Config([("opentelemetry", Config(config, address)), .. others]), upstream, collect);

    /// <param name="config">Makes the configuration out of the collector's address.</param>
    public static async Task<TracedGateway> StartAsync(Func<string, GatewayConfig> config, FakeUpstream? upstream = null, Func<HttpContext, Task>? collect = null)
    {
        // An empty body is the empty message, with which OTLP says that all is well.
        var collector = await FakeUpstream.StartAsync(collect ?? (_ => Task.CompletedTask));
        var address = collector.Address.ToString().TrimEnd('/');
        upstream ??= await FakeUpstream.StartAsync();
        var model = upstream.Address.ToString();
        return new(
            await PluginHost.StartAsync(config(address), upstream, ("Gateway:Providers:openai:BaseUrl", model), ("Gateway:Providers:anthropic:BaseUrl", model)), collector);
    }

    /// <summary>The plugin's config, which sends at once and as told.</summary>
    public static string Config(string members, string collector)
    {
        var all = members.Contains("endpoint", StringComparison.Ordinal) ? members : Joined(""" "traces_endpoint":"{0}/v1/traces" """, members);
        return $"{{{all.Replace("{0}", collector, StringComparison.Ordinal)}}}";
    }

    public async Task<HttpResponseMessage> GetAsync(string path = "/ai", params (string Name, string Value)[] headers)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(message, headers);
    }

    public async Task<HttpResponseMessage> PostAsync(string json, string path = "/ai")
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        return await SendAsync(message, []);
    }

    /// <summary>Ends the gateway, so that everything has been sent, and gives what arrived.</summary>
    public async Task<IReadOnlyList<SentSpan>> EndAsync()
    {
        await EndGatewayAsync();
        return [.. Received.Where(r => r.Target == "/v1/traces").SelectMany(r => OtlpMessages.Spans(r.Body))];
    }

    /// <inheritdoc cref="EndAsync"/>
    public async Task<IReadOnlyList<SentPoint>> EndWithMetricsAsync(string target = "/v1/metrics")
    {
        await EndGatewayAsync();
        return [.. Received.Where(r => r.Target == target).SelectMany(r => OtlpMessages.Points(r.Body))];
    }

    public async ValueTask DisposeAsync()
    {
        await EndGatewayAsync();
        await _collector.DisposeAsync();
    }

    private static string Joined(string left, string right) => right.Length == 0 ? left : $"{left},{right}";

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        var answer = await Gateway.Client.SendAsync(message, TestContext.Current.CancellationToken);
        await answer.Content.LoadIntoBufferAsync(TestContext.Current.CancellationToken);
        Record = await Gateway.NextRecordAsync();
        return answer;
    }

    private async Task EndGatewayAsync()
    {
        if (!_hasEnded)
        {
            _hasEnded = true;
            await _host.DisposeAsync();
        }
    }
}
