using System.IO.Pipelines;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Pipeline.Heads;

/// <summary>Gives a listener's refusals of unreadable requests a body.</summary>
internal static class RefusalListenExtensions
{
    /// <summary>Call after TLS is set up: what this sees must be plain text.</summary>
    /// <param name="word">The body and its media type for a status.</param>
    public static void WordRefusals(this ListenOptions options, Func<int, (string MediaType, string Body)> word)
    {
        // Nobody else asks for it, and without it no refusal is noticed.
        options.ApplicationServices.GetRequiredService<RefusedHeads>();
        options.Use(next => async connection =>
        {
            var transport = connection.Transport;
            var output = new RefusalOutput(transport.Output, word);
            connection.Transport = new Duplex(transport.Input, output);
            connection.Features.Set(output);
            try
            {
                await next(connection);
            }
            finally
            {
                connection.Transport = transport;
            }
        });
    }

    /// <summary>As the proxy's other errors, in the format that its settings name.</summary>
    public static void WordProxyRefusals(this ListenOptions options)
    {
        var format = options.ApplicationServices.GetRequiredService<NodeSettings>().DefaultError;
        options.WordRefusals(status => RefusalTexts.OfProxy(status, format));
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
