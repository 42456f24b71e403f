using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Tests.Upstreams;

/// <summary>A gateway with one service and one route to it, for tests of plain forwarding.</summary>
internal static class Forwarding
{
    /// <summary>Without further tries, so that a test says when it wants them.</summary>
    public static ServiceConfig Service(int port) => new() { Id = Guid.NewGuid(), Name = "some-service", Host = "127.0.0.1", Port = port, Retries = 0 };

    /// <summary>The prefix <c>/a</c>, which is stripped.</summary>
    public static RouteConfig Route(string path = "/a") => new() { Id = Guid.NewGuid(), Name = "some-route", Paths = [path] };

    public static PluginConfig Plugin(string name, string config) => new() { Id = Guid.NewGuid(), Name = name, Config = JsonNode.Parse(config)!.AsObject() };

    public static GatewayConfig Config(ServiceConfig service, RouteConfig? route = null, params PluginConfig[] plugins) =>
        new(1, [service], [(route ?? Route()) with { Service = new EntityReference(service.Id) }], plugins, []);

    public static Task<GatewayHost> StartAsync(int port, RouteConfig? route = null, params (string Key, string Value)[] settings) =>
        StartAsync(Service(port), route, settings);

    public static Task<GatewayHost> StartAsync(ServiceConfig service, RouteConfig? route = null, params (string Key, string Value)[] settings) =>
        GatewayHost.StartAsync(Config(service, route), settings);
}
