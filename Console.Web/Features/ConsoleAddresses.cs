using ConsoleWeb.Hosting;
using ConsoleWeb.Options;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ConsoleWeb.Features;

/// <summary>The addresses that people and programs use to reach the three listeners, with the ports that were really bound.</summary>
internal sealed class ConsoleAddresses(ListenerUrls urls, IServer server)
{
    public string Proxy => Public(urls.Proxy, (int)Listener.Proxy);

    /// <summary>The proxy listener's second address, with TLS; null when it has none.</summary>
    public string? ProxyTls => urls.ProxyTls is { } tls ? Public(tls, (int)Listener.Console + 1) : null;

    /// <summary>The proxy listener's address for HTTP/2 without TLS; null when it has none.</summary>
    public string? ProxyGrpc => urls.ProxyGrpc is { } grpc ? Public(grpc, (int)Listener.Console + (urls.ProxyTls is null ? 1 : 2)) : null;

    public string Admin => Public(urls.Admin, (int)Listener.Admin);

    public string Console => Public(urls.Console, (int)Listener.Console);

    private string Public(Uri url, int position)
    {
        var port = url.Port;
        if (port == 0)
        {
            // The server lists its addresses in the order in which they were bound.
            var bound = server.Features.Get<IServerAddressesFeature>()?.Addresses.ElementAtOrDefault(position);
            port = bound is null ? 0 : new Uri(bound).Port;
        }

        return $"{url.Scheme}://{(url.Host is "0.0.0.0" or "[::]" or "127.0.0.1" ? "localhost" : url.Host)}:{port}";
    }
}
