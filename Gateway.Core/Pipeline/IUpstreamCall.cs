namespace Gateway.Core.Pipeline;

/// <summary>
/// A way to answer the request from an upstream. A plugin sets one in its access phase (the AI proxies do); where none is set,
/// the pipeline forwards to the route's service.
/// </summary>
internal interface IUpstreamCall
{
    /// <summary>
    /// Calls the upstream and writes the whole answer to <c>context.Http.Response</c>. Before the first byte it calls
    /// <see cref="GatewayContext.RunResponseHeaders"/>. Fills timings, tries and usage of <see cref="GatewayContext.Record"/>.
    /// Failures become an answer in the client's format (nothing sent yet) or an aborted connection (something sent).
    /// </summary>
    Task SendAsync(GatewayContext context);
}
