using Gateway.Shared.Contracts;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Routing;

/// <summary>Finds the route of a request.</summary>
internal interface IGatewayRouter
{
    /// <returns>The match, or null when no route matches.</returns>
    RouteMatch? Match(in RouteRequest request);
}

/// <summary>What routing looks at.</summary>
/// <param name="Method">Request method, upper case as sent.</param>
/// <param name="Host">Host without port, as sent.</param>
/// <param name="Port">Port of the Host header, else the listening port.</param>
/// <param name="Path">Path in normal form.</param>
/// <param name="Sni">TLS server name; null on plain HTTP.</param>
internal readonly record struct RouteRequest(string Method, string Host, int Port, string Path, IHeaderDictionary Headers, bool IsHttps, string? Sni);

/// <summary>A route that matched.</summary>
/// <param name="Service">The route's service; null when it has none.</param>
/// <param name="MatchedPrefix">The part of the path that the route's path consumed; empty when it matched without a path.</param>
/// <param name="Captures">Captures of a regular expression path by name and number; null when there are none.</param>
internal sealed record RouteMatch(RouteConfig Route, ServiceConfig? Service, string MatchedPrefix, IReadOnlyDictionary<string, string>? Captures);
