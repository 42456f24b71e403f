using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Core.Llm;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Gateway.Testing.Faults;

namespace Gateway.Core.Tests.Faults;

/// <summary>
/// A gateway with a route for every way and every place: <c>/WAY/PLACE</c>. Places are upstreams, most of them such that no call can
/// arrive. Tests of one class share it and run one after the other.
/// </summary>
public sealed class FaultLab : IAsyncLifetime
{
    /// <summary>The gateway's key for the providers. Nobody but the upstream may ever see it.</summary>
    internal const string Key = "held-by-the-gateway-1234";

    /// <summary>The upstream that does as its script says.</summary>
    internal const string Normal = "normal";

    /// <summary>The same with little patience: 400 ms until an answer begins, and between two reads.</summary>
    internal const string Quick = "quick";

    /// <summary>The same with more of it, for answers that must have begun: a second.</summary>
    internal const string Patient = "patient";

    internal const string Refused = "refused";

    internal const string BlackHole = "black-hole";

    internal const string UnknownName = "unknown-name";

    internal const string Untrusted = "untrusted";

    internal const string PlainInsteadOfTls = "plain-instead-of-tls";

    internal const string TlsStall = "tls-stall";

    /// <summary>A name with two addresses, of which nobody listens on one.</summary>
    internal const string TwoAddresses = "two-addresses";

    private readonly List<IDisposable> _sockets = [];
    private readonly TestAuthority _stranger = new();
    private FaultUpstream? _untrusted;
    private FakeUpstream? _plain;

    internal FaultUpstream Upstream { get; } = new();

    internal GatewayHost Gateway { get; private set; } = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _untrusted = new FaultUpstream(certificate: _stranger.Issue("localhost").Load());
        _plain = await FakeUpstream.StartAsync();
        var refused = RawUpstream.FindClosedPort();
        var services = new List<ServiceConfig>();
        var routes = new List<RouteConfig>();
        var plugins = new List<PluginConfig>();
        Place(Normal, "http", "127.0.0.1", Upstream.Port);
        Place(Quick, "http", "127.0.0.1", Upstream.Port, s => s with { ReadTimeout = 400 });
        Place(Patient, "http", "127.0.0.1", Upstream.Port, s => s with { ReadTimeout = 1000 });
        Place(Refused, "http", "127.0.0.1", refused);
        Place(BlackHole, "http", "127.0.0.1", await OpenBlackHoleAsync(), s => s with { ConnectTimeout = 300 });
        Place(UnknownName, "http", new string('x', 64) + ".example", 80);
        Place(Untrusted, "https", "localhost", _untrusted.Port, s => s with { TlsVerify = true });
        Place(PlainInsteadOfTls, "https", "127.0.0.1", _plain.Port, s => s with { TlsVerify = false });
        Place(TlsStall, "https", "127.0.0.1", Upstream.Port, s => s with { ConnectTimeout = 300, TlsVerify = false });
        Place(TwoAddresses, "http", "localhost", Upstream.Port);
        Gateway = await GatewayHost.StartAsync(
            new GatewayConfig(1, services, routes, plugins, []),
            ("Gateway:Llm:MaxResponseBytes", "20000000"),
            ("Gateway:Llm:MaxDuration", "00:01:00"));

        void Place(string name, string scheme, string host, int port, Func<ServiceConfig, ServiceConfig>? change = null)
        {
            var service = new ServiceConfig { Id = Guid.NewGuid(), Name = name, Protocol = scheme, Host = host, Port = port, Retries = 0 };
            service = change?.Invoke(service) ?? service;
            services.Add(service);
            foreach (var way in Way.All.Where(w => !w.IsStream))
            {
                var route = new RouteConfig { Id = Guid.NewGuid(), Name = $"{way.Name}-{name}", Paths = [$"/{way.Name}/{name}"], Service = new EntityReference(service.Id) };
                routes.Add(route);
                if (!way.IsPlain)
                {
                    plugins.Add(new PluginConfig
                    {
                        Id = Guid.NewGuid(),
                        Name = "ai-proxy",
                        Route = new EntityReference(route.Id),
                        Config = JsonNode.Parse(Config(way, $"{scheme}://{host}:{port}/v1"))!.AsObject(),
                    });
                }
            }
        }
    }

    /// <summary>Ends what a case before has left behind, should it have failed: it is not the next one's.</summary>
    internal async Task BeginAsync()
    {
        Upstream.Proceed();
        await Gateway.SettleAsync();
    }

    /// <summary>Calls a place and keeps what came back, with the record of the call.</summary>
    /// <param name="script">What the upstream does; null leaves it as it is.</param>
    /// <param name="lines">Further header lines of the request.</param>
    internal async Task<(WireAnswer? Answer, RequestRecord Record)> CallAsync(Way way, string place = Normal, FaultScript? script = null, params string[] lines)
    {
        if (script is not null)
        {
            Upstream.Play(script);
        }

        await Gateway.SettleAsync();
        using var client = await FaultClient.ConnectAsync(Gateway.Address.Port, Cancel);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Poll.Patience);
        await client.SendAsync(FaultClient.Post($"/{way.Name}/{place}", way.Request, lines), patience.Token);
        if (!way.PassesParts)
        {
            Upstream.Proceed();
        }

        var answer = await client.ReadAnswerAsync(patience.Token, Upstream.Proceed);
        Upstream.Proceed();
        return (answer, await Gateway.NextRecordAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
        await _untrusted!.DisposeAsync();
        await _plain!.DisposeAsync();
        _sockets.ForEach(s => s.Dispose());
        _stranger.Dispose();
    }

    private static string Config(Way way, string url)
    {
        var isAnthropic = way.Upstream == LlmFormat.AnthropicMessages;
        return $$"""
            {"route_type":"{{(way.Client == LlmFormat.OpenAIResponses ? "llm/v1/responses" : "llm/v1/chat")}}",
             "llm_format":"{{(way.Client == LlmFormat.AnthropicMessages ? "anthropic" : "openai")}}",
             "auth":{"header_name":"Authorization","header_value":"Bearer {{Key}}"},
             "logging":{"log_statistics":true,"log_payloads":true},
             "model":{"provider":"{{(isAnthropic ? "anthropic" : "openai")}}","name":"gpt-4o",
                      "options":{"upstream_url":"{{url}}"{{(isAnthropic ? ",\"anthropic_version\":\"2023-06-01\"" : "")}} } } }
            """;
    }

    /// <summary>A listener whose queue is full lets further clients wait.</summary>
    private async Task<int> OpenBlackHoleAsync()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(listener);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var queued = Enumerable.Range(0, 4).Select(_ => new TcpClient()).ToList();
        _sockets.AddRange(queued);
        var connecting = queued.Select(c => c.ConnectAsync(IPAddress.Loopback, port)).ToList();
        await connecting[0];
        foreach (var task in connecting)
        {
            // They end when the sockets are closed.
            _ = task.ContinueWith(t => t.Exception, Cancel, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        return port;
    }
}
