using System.Net;
using ConsoleWeb.Options;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ConsoleWeb.Hosting;

/// <summary>Opens the three listeners and keeps their requests apart.</summary>
internal static class ListenerExtensions
{
    /// <summary>Binds the listeners that the options name. Port 0 picks a free one.</summary>
    public static void ListenAt(this KestrelServerOptions kestrel, ListenerUrls urls)
    {
        Listen(kestrel, urls.Proxy, Listener.Proxy);
        Listen(kestrel, urls.Admin, Listener.Admin);
        Listen(kestrel, urls.Console, Listener.Console);
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

    private static void Listen(KestrelServerOptions kestrel, Uri url, Listener listener)
    {
        void Configure(ListenOptions options)
        {
            var feature = new ListenerFeature(listener);
            options.Use(next => connection =>
            {
                connection.Features.Set(feature);
                return next(connection);
            });
            if (url.Scheme == Uri.UriSchemeHttps)
            {
                options.UseHttps();
            }
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
