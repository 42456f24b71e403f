using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gateway.Core.Configuration;

namespace Gateway.Core.Tls;

/// <summary>Answers handshakes of the proxy listener with the certificates of the snapshot that serves at that moment.</summary>
/// <param name="fallback">For names that no other certificate is for.</param>
internal sealed class ListenerCertificates(SnapshotHolder snapshots, LoadedCertificate fallback)
{
    /// <param name="serverName">As the client sent it; null or empty when it sent none.</param>
    public SslServerAuthenticationOptions Choose(string? serverName) => Options(snapshots.Current?.Certificates.Find(serverName) ?? fallback);

    /// <summary>HTTP/2 and HTTP/1.1 over TLS 1.2 or newer; clients show no certificate.</summary>
    public static SslServerAuthenticationOptions Options(LoadedCertificate certificate) => new()
    {
        ServerCertificateContext = certificate.Context,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };
}
