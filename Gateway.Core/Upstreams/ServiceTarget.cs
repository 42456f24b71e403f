using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gateway.Shared.Contracts;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Core.Upstreams;

/// <summary>What forwarding needs of a service, worked out once per service and snapshot.</summary>
internal sealed class ServiceTarget
{
    public ServiceTarget(ServiceConfig service)
    {
        var isTls = service.Protocol is "https" or "grpcs";
        var isIPv6 = IPAddress.TryParse(service.Host.Trim('[', ']'), out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
        var host = isIPv6 ? $"[{service.Host.Trim('[', ']')}]" : service.Host;
        var port = service.Port.ToString(CultureInfo.InvariantCulture);
        IsTls = isTls;
        Peer = new Peer(
            $"{(isTls ? "https" : "http")}://{host}:{port}",
            service.Port == (isTls ? 443 : 80) ? host : $"{host}:{port}",
            service.Host,
            service.Port);

        var version = service.Protocol is "grpc" or "grpcs" ? HttpVersion.Version20 : HttpVersion.Version11;
        var read = TimeSpan.FromMilliseconds(service.ReadTimeout);
        var both = TimeSpan.FromMilliseconds(Math.Max(service.ReadTimeout, service.WriteTimeout));
        Reading = Config(version, read);
        Streaming = Config(version, both);
    }

    public bool IsTls { get; }

    /// <summary>The service's own host, when it names no upstream.</summary>
    public Peer Peer { get; }

    /// <summary>For requests whose body is at hand: the gaps that count are those between reads.</summary>
    public ForwarderRequestConfig Reading { get; }

    /// <summary>For bodies that stream through and for upgraded connections: the longer of both timeouts bounds every gap.</summary>
    public ForwarderRequestConfig Streaming { get; }

    private static ForwarderRequestConfig Config(Version version, TimeSpan timeout) => new()
    {
        Version = version,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = timeout,
    };
}
