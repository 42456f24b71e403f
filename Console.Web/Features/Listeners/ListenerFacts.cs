using System.Globalization;
using System.Net;
using ConsoleWeb.Options;
using Microsoft.Extensions.Options;

namespace ConsoleWeb.Features.Listeners;

/// <summary>One address that the product listens at.</summary>
/// <param name="Serves">What it is for.</param>
/// <param name="Address">As it was set; null: it is off.</param>
/// <param name="Variable">What sets it.</param>
/// <param name="IsSet">Whether that is set; else it is the default.</param>
internal sealed record ListenerFact(string Serves, string? Address, string Variable, bool IsSet)
{
    public bool IsTls => Address?.StartsWith("https:", StringComparison.Ordinal) == true;

    /// <summary>Whether only this machine reaches it.</summary>
    public bool IsLoopback => Address is { } address && new Uri(address) is var url && (url.IsLoopback || (IPAddress.TryParse(url.Host, out var ip) && IPAddress.IsLoopback(ip)));
}

/// <summary>A limit and what sets it.</summary>
internal sealed record LimitFact(string Title, string Value, string Variable);

/// <summary>Where the product listens and what it lets through, as it was settled at start.</summary>
internal sealed class ListenerFacts(ListenerUrls urls, IOptions<AdminLimits> limits, IConfiguration configuration)
{
    public IReadOnlyList<ListenerFact> List() =>
    [
        Fact("Gateway: clients and agents", urls.Proxy, "Gateway:Proxy:Url"),
        Fact("Gateway, with TLS", urls.ProxyTls, "Gateway:Proxy:TlsUrl"),
        Fact("Gateway, gRPC without TLS", urls.ProxyGrpc, "Gateway:Proxy:GrpcUrl"),
        Fact("Admin API", urls.Admin, "Gateway:Admin:Url"),
        Fact("This console", urls.Console, "Gateway:Console:Url"),
    ];

    public IReadOnlyList<LimitFact> Limits() =>
    [
        new("Entities", OrNone(limits.Value.MaxEntities), "Gateway__Admin__MaxEntities"),
        new("Writes of one token in a second", OrNone(limits.Value.WritesPerSecond), "Gateway__Admin__WritesPerSecond"),
        new("Lists of one token in a minute", OrNone(limits.Value.ListsPerMinute), "Gateway__Admin__ListsPerMinute"),
    ];

    private static string OrNone(int number) => number == 0 ? "no limit" : number.ToString("N0", CultureInfo.InvariantCulture);

    private ListenerFact Fact(string serves, Uri? url, string key) =>
        new(serves, url?.GetLeftPart(UriPartial.Authority), key.Replace(":", "__", StringComparison.Ordinal), !string.IsNullOrEmpty(configuration[key]));
}
