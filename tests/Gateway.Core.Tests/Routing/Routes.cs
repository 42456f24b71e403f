using Gateway.Core.Routing;
using Gateway.Shared.Contracts;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Routing;

/// <summary>Routes and requests for tests of the router, without a server.</summary>
internal static class Routes
{
    public static GatewayRouter Router(params IEnumerable<RouteConfig> routes) => new([.. routes], []);

    public static RouteConfig Route(string name) => new() { Id = Guid.NewGuid(), Name = name };

    public static RouteRequest Request(
        string path = "/",
        string method = "GET",
        string host = "localhost",
        int port = 8000,
        bool isHttps = false,
        string? sni = null,
        params (string Name, string Value)[] headers)
    {
        var dictionary = new HeaderDictionary();
        foreach (var (name, value) in headers)
        {
            dictionary.Append(name, value);
        }

        return new RouteRequest(method, host, port, path, dictionary, isHttps, sni);
    }

    public static string? Winner(IEnumerable<RouteConfig> routes, in RouteRequest request) => Router(routes).Match(request)?.Route.Name;
}
