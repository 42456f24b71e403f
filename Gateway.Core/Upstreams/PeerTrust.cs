using System.Net;
using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Upstreams;

/// <summary>
/// Takes over what a trusted proxy in front of the gateway says about the client: its address and the scheme it used. What other
/// peers say is ignored.
/// </summary>
internal sealed class PeerTrust
{
    private readonly AddressList _trusted;

    public PeerTrust(IOptions<ForwardingOptions> options) => _trusted = new AddressList(options.Value.TrustedIps);

    /// <summary>Call once, before anything looks at the scheme or the client's address.</summary>
    public void Apply(HttpContext http)
    {
        if (_trusted.IsEmpty || http.Connection.RemoteIpAddress is not { } peer || !_trusted.Contains(peer))
        {
            return;
        }

        http.Features.Set(new TrustedPeer(peer));
        var headers = http.Request.Headers;
        if (headers["X-Forwarded-Proto"].ToString() is "http" or "https")
        {
            http.Request.Scheme = headers["X-Forwarded-Proto"].ToString();
        }

        if (IPAddress.TryParse(headers["X-Real-IP"].ToString(), out var client))
        {
            http.Connection.RemoteIpAddress = client;
        }
    }
}

/// <summary>Present on requests that came from a trusted proxy.</summary>
/// <param name="Address">The proxy's own address; the connection's remote address is the client's.</param>
internal sealed record TrustedPeer(IPAddress Address);
