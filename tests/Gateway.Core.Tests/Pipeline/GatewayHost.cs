using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Core.Logging;
using Gateway.Core.Pipeline.Heads;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Tests.Pipeline;

/// <summary>The whole data plane on a free loopback port: real server, real pipeline, a configuration given in code.</summary>
internal sealed class GatewayHost : IAsyncDisposable, IRequestSink
{
    private readonly ConcurrentQueue<RequestRecord> _records = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly WebApplication _app;

    private GatewayHost(WebApplication app) => _app = app;

    /// <summary>A client whose base address is the gateway. Redirects, cookies and compression are left alone.</summary>
    public HttpClient Client { get; private set; } = new();

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public IServiceProvider Services => _app.Services;

    /// <param name="settings">Settings by key, such as <c>Gateway:Providers:openai:BaseUrl</c>.</param>
    public static Task<GatewayHost> StartAsync(GatewayConfig config, params (string Key, string Value)[] settings) => StartAsync(config, null, settings);

    /// <param name="certificate">For a listener with TLS; null for one without.</param>
    public static Task<GatewayHost> StartAsync(GatewayConfig config, X509Certificate2? certificate, params (string Key, string Value)[] settings) =>
        StartAsync(config, certificate, null, settings);

    /// <param name="configure">Replaces services of the data plane, such as the catalogue of plugins.</param>
    public static async Task<GatewayHost> StartAsync(
        GatewayConfig config, X509Certificate2? certificate, Action<IServiceCollection>? configure, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0, listener =>
            {
                if (certificate is not null)
                {
                    listener.UseHttps(certificate);
                }

                listener.WordProxyRefusals();
            });
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Services.AddGateway(builder.Configuration);
        configure?.Invoke(builder.Services);
        GatewayHost? host = null;
        builder.Services.AddSingleton<IRequestSink>(new Forward(record => host!.Finished(record)));
        var app = builder.Build();
        host = new GatewayHost(app);
        host.Apply(config);
        app.RunGateway();
        await app.StartAsync();
        host.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        host.Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { BaseAddress = host.Address };
        return host;
    }

    /// <summary>One service, one route on <c>/ai</c>, one plugin for all requests.</summary>
    public static GatewayConfig Config(string plugin, string config, string path = "/ai", string? servicePath = null) =>
        Config([(plugin, config)], path, servicePath);

    public static GatewayConfig Config(IEnumerable<(string Name, string Config)> plugins, string path = "/ai", string? servicePath = null)
    {
        var service = new ServiceConfig { Id = Guid.NewGuid(), Name = "some-service", Host = "localhost", Path = servicePath };
        var route = new RouteConfig { Id = Guid.NewGuid(), Name = "some-route", Paths = [path], Service = new EntityReference(service.Id) };
        return new GatewayConfig(1, [service], [route], [.. plugins.Select(p => new PluginConfig
        {
            Id = Guid.NewGuid(),
            Name = p.Name,
            Config = JsonNode.Parse(p.Config)!.AsObject(),
        })], []);
    }

    /// <summary>What serves now.</summary>
    public GatewaySnapshot Snapshot => _app.Services.GetRequiredService<SnapshotHolder>().Current!;

    public void Apply(GatewayConfig config)
    {
        var holder = _app.Services.GetRequiredService<SnapshotHolder>();
        holder.Swap(_app.Services.GetRequiredService<SnapshotBuilder>().Build(config, holder.Current));
    }

    /// <summary>Finished records that nobody has asked for yet.</summary>
    public int WaitingRecords => _records.Count;

    /// <summary>Waits until no call runs any more, so that what a test before has begun does not become the next one's.</summary>
    public async Task SettleAsync()
    {
        var feed = Services.GetRequiredService<IRequestFeed>();
        Assert.True(await Poll.UntilAsync(() => feed.InFlightCount == 0), "a call does not end");
        ForgetRecords();
    }

    public void ForgetRecords()
    {
        while (_arrived.Wait(0))
        {
            _records.TryDequeue(out _);
        }
    }

    /// <summary>The next finished record.</summary>
    public async Task<RequestRecord> NextRecordAsync()
    {
        Assert.True(await _arrived.WaitAsync(Poll.Patience, TestContext.Current.CancellationToken), "no record");
        Assert.True(_records.TryDequeue(out var record));
        return record;
    }

    public void Finished(RequestRecord record)
    {
        _records.Enqueue(record);
        _arrived.Release();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _arrived.Dispose();
    }

    private sealed class Forward(Action<RequestRecord> action) : IRequestSink
    {
        public void Finished(RequestRecord record) => action(record);
    }
}
