using Gateway.Shared.Logging;

namespace Gateway.Core.Upstreams;

/// <summary>A request to an upstream that knows its try; the options of a message would need a dictionary for it.</summary>
internal sealed class UpstreamRequest(HttpMethod method, Uri address) : HttpRequestMessage(method, address)
{
    /// <summary>Gets the address that the connection was made to; null until the request is sent.</summary>
    public UpstreamTry? Try { get; set; }
}
