using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ConsoleWeb.Options;
using Gateway.Core.Tls;

namespace ConsoleWeb.Hosting;

/// <summary>
/// The certificate of the listeners with TLS, on the proxy listener for names without one of their own: from the files that
/// <c>Gateway:Tls:Certificate</c> and <c>Gateway:Tls:Key</c> name, else a self-signed one in the data directory.
/// </summary>
internal static class ListenerCertificate
{
    private const string CertificateKey = "Gateway:Tls:Certificate";
    private const string KeyKey = "Gateway:Tls:Key";

    public static bool TryLoad(
        IConfiguration configuration,
        DataDirectory directory,
        [NotNullWhen(true)] out LoadedCertificate? certificate,
        [NotNullWhen(false)] out string? fault)
    {
        (certificate, fault) = (null, null);
        try
        {
            certificate = configuration[CertificateKey] is { Length: > 0 } file
                ? DefaultCertificate.Read(file, configuration[KeyKey] is { Length: > 0 } key ? key : file)
                : DefaultCertificate.ReadOrCreate(directory.Certificate, TimeProvider.System);
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            fault = $"Gateway__Tls__Certificate and Gateway__Tls__Key: {exception.Message}";
            return false;
        }
    }
}
