using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Gateway.Core;
using Gateway.Core.Configuration;
using Gateway.Core.Logging;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.MicroBench;

/// <summary>The access and log phases of one request, without a server: what choosing and running plugins costs beside their own work.</summary>
public class PluginChainBenchmarks
{
    private const string Key = "bench-client";

    private PluginChain _chain = null!;
    private GatewaySnapshot _snapshot = null!;

    /// <summary>Instances of one plugin, each for a consumer of its own: the choice among them must not grow with their number.</summary>
    [Params(1, 1000)]
    public int Instances { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddGateway(new ConfigurationBuilder().Build());
        var provider = services.BuildServiceProvider();
        var service = new ServiceConfig { Id = Guid.NewGuid(), Name = "bench", Host = "localhost" };
        var route = new RouteConfig { Id = Guid.NewGuid(), Name = "bench", Paths = ["/bench"], Service = new EntityReference(service.Id) };
        var consumers = Enumerable.Range(0, Instances).Select(i => new ConsumerConfig { Id = Guid.NewGuid(), Username = $"bench-{i}" }).ToList();
        PluginConfig[] plugins =
        [
            Plugin("key-auth", "{}"),
            Plugin("correlation-id", """{"header_name":"X-Correlation-ID"}"""),
            .. consumers.Select(c => Plugin("request-transformer", """{"add":{"headers":["x-a:1"]}}""") with { Consumer = new EntityReference(c.Id) }),
        ];
        _snapshot = provider.GetRequiredService<SnapshotBuilder>().Build(
            new GatewayConfig(1, [service], [route], plugins, consumers)
            {
                KeyAuthCredentials = [new KeyAuthCredentialConfig { Id = Guid.NewGuid(), Consumer = new EntityReference(consumers[^1].Id), Key = Key }],
            },
            null);
        _chain = provider.GetRequiredService<PluginChain>();
        if (RunAsync().AsTask().Result.Consumer is null)
        {
            throw new InvalidOperationException("The chain did not authenticate.");
        }
    }

    [Benchmark]
    public async ValueTask<object> AccessAndLog() => await RunAsync();

    /// <summary>What the context itself costs.</summary>
    [Benchmark(Baseline = true)]
    public object Context() => Make();

    private async ValueTask<GatewayContext> RunAsync()
    {
        var context = Make();
        await _chain.AccessAsync(context);
        _chain.Log(context);
        return context;
    }

    private GatewayContext Make()
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "POST";
        http.Request.Headers["apikey"] = Key;
        return new GatewayContext(http, _snapshot, new RequestRecord { RequestId = RequestIds.New(1_800_000_000_000), StartedAtMs = 1_800_000_000_000, StartTimestamp = 1 }, TimeProvider.System)
        {
            Route = _snapshot.Config.Routes[0],
            Service = _snapshot.Config.Services[0],
        };
    }

    private static PluginConfig Plugin(string name, string config) => new() { Id = Guid.NewGuid(), Name = name, Config = JsonNode.Parse(config)!.AsObject() };
}
