using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Core.Tests.Pipeline;

/// <summary>Clients of a gateway with TLS.</summary>
internal static class GatewayTls
{
    /// <summary>Calls the gateway under any name and accepts its certificate only.</summary>
    public static HttpClient Client(GatewayHost gateway, X509Certificate2 certificate) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == certificate.Thumbprint },
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, gateway.Address.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });
}
