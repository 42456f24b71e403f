using System.Net;
using ConsoleWeb.Options;
using Gateway.Core.Configuration;
using Gateway.Core.Pipeline.Heads;
using Gateway.Core.Tls;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace ConsoleWeb.Hosting;

/// <summary>Opens the three listeners and keeps their requests apart.</summary>
internal static class ListenerExtensions
{
    /// <summary>Binds the listeners that the options name. Port 0 picks a free one.</summary>
    /// <param name="fallback">The certificate of the listeners with TLS; null: there are none.</param>
    public static void ListenAt(this KestrelServerOptions kestrel, ListenerUrls urls, LoadedCertificate? fallback)
    {
        Listen(kestrel, urls.Proxy, Listener.Proxy, fallback);
        Listen(kestrel, urls.Admin, Listener.Admin, fallback);
        Listen(kestrel, urls.Console, Listener.Console, fallback);
        if (urls.ProxyTls is { } tls)
        {
            Listen(kestrel, tls, Listener.Proxy, fallback);
        }

        if (urls.ProxyGrpc is { } grpc)
        {
            // Without TLS a connection cannot say what it speaks: HTTP/2 needs a port of its own.
            Listen(kestrel, grpc, Listener.Proxy, fallback, HttpProtocols.Http2);
        }
    }

    /// <summary>Builds a pipeline of its own for one listener; requests of it go nowhere else.</summary>
    public static void MapListener(this WebApplication app, Listener listener, Action<IApplicationBuilder> configure) =>
        app.MapWhen(http => http.Features.Get<ListenerFeature>()?.Listener == listener, branch =>
        {
            // Otherwise routing inside the branch would see the endpoints of the whole application, the console's among them.
            branch.Properties.Remove("__GlobalEndpointRouteBuilder");
            branch.Properties.Remove("__EndpointRouteBuilder");
            configure(branch);
        });

    /// <summary>Counts the requests of every connection.</summary>
    public static void CountRequests(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        var connection = http.Features.Get<ConnectionCounts.Connection>();
        connection?.Begin();
        try
        {
            await next(http);
        }
        finally
        {
            connection?.End();
        }
    });

    /// <summary>On the proxy listener each handshake asks the snapshot of the moment; the other two have one certificate.</summary>
    private static void UseTls(ListenOptions options, Listener listener, LoadedCertificate fallback)
    {
        var certificates = listener == Listener.Proxy
            ? new ListenerCertificates(options.ApplicationServices.GetRequiredService<SnapshotHolder>(), fallback)
            : null;
        var fixedOptions = ListenerCertificates.Options(fallback);
        options.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = context => new(certificates?.Choose(context.ClientHelloInfo.ServerName) ?? fixedOptions),
        });
    }

    private static void WordRefusals(ListenOptions options, Listener listener)
    {
        if (listener == Listener.Proxy)
        {
            options.WordProxyRefusals();
        }
        else
        {
            options.WordRefusals(listener == Listener.Admin ? RefusalTexts.OfAdmin : RefusalTexts.OfConsole);
        }
    }

    private static void Listen(KestrelServerOptions kestrel, Uri url, Listener listener, LoadedCertificate? fallback, HttpProtocols? protocols = null)
    {
        void Configure(ListenOptions options)
        {
            if (protocols is { } only)
            {
                // Setting even the default makes the server warn at each start.
                options.Protocols = only;
            }

            var feature = new ListenerFeature(listener);
            var counts = options.ApplicationServices.GetRequiredService<ConnectionCounts>();
            options.Use(next => async connection =>
            {
                using var counted = counts.Open(connection);
                connection.Features.Set(feature);
                connection.Features.Set(counted);
                await next(connection);
            });
            if (url.Scheme == Uri.UriSchemeHttps)
            {
                UseTls(options, listener, fallback!);
            }

            WordRefusals(options, listener);
        }

        if (url.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) && url.Port != 0)
        {
            kestrel.ListenLocalhost(url.Port, Configure);
        }
        else
        {
            var address = IPAddress.TryParse(url.Host.Trim('[', ']'), out var parsed) ? parsed : IPAddress.Loopback;
            kestrel.Listen(address, url.Port, Configure);
        }
    }
}
