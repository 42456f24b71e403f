using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ConsoleWeb.Features.Entities;

/// <summary>What a person recognises a certificate by.</summary>
/// <param name="Name">Common name of the subject, else the whole subject.</param>
/// <param name="Names">Server names that it is made for.</param>
/// <param name="Fingerprint">SHA-256, hexadecimal with colons.</param>
internal sealed record CertificateFacts(string Name, string Subject, string Issuer, IReadOnlyList<string> Names, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string Fingerprint)
{
    /// <summary>Reads the first certificate of a PEM text; null when there is none, as behind a reference to a vault.</summary>
    public static CertificateFacts? Read(string? pem)
    {
        if (string.IsNullOrWhiteSpace(pem) || !pem.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            var name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
            var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames());
            return new CertificateFacts(
                name.Length > 0 ? name : certificate.Subject,
                certificate.Subject,
                certificate.Issuer,
                [.. names.Distinct()],
                certificate.NotBefore.ToUniversalTime(),
                certificate.NotAfter.ToUniversalTime(),
                string.Join(':', certificate.GetCertHash(HashAlgorithmName.SHA256).Select(b => b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture))));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
