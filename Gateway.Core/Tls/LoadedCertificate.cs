using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Core.Secrets;
using Gateway.Shared.Contracts;
using Gateway.Shared.Schema;

namespace Gateway.Core.Tls;

/// <summary>A declared certificate, ready for handshakes: key loaded, chain built.</summary>
internal sealed class LoadedCertificate
{
    private static readonly FieldSchema CertField = RecordSchema.For<CertificateConfig>().Find("cert")!;
    private static readonly FieldSchema KeyField = RecordSchema.For<CertificateConfig>().Find("key")!;

    private LoadedCertificate(CertificateConfig? declared, SslStreamCertificateContext context)
    {
        (Declared, Context) = (declared, context);
    }

    /// <summary>Null: none of the configuration.</summary>
    public CertificateConfig? Declared { get; }

    public SslStreamCertificateContext Context { get; }

    /// <summary>Whether a part of it is kept elsewhere and may change while the declaration does not.</summary>
    public bool HasReferences { get; private init; }

    /// <exception cref="CryptographicException">The texts are no certificate with its key.</exception>
    public static LoadedCertificate Load(CertificateConfig declared, SnapshotSecrets secrets)
    {
        var hasReferences = false;
        string Text(FieldSchema field, string value)
        {
            if (!VaultReference.IsReference(value))
            {
                return value;
            }

            hasReferences = true;
            return secrets.Resolve(value, field, $"{field.Name} of certificate {declared.Id}") ?? "";
        }

        var (cert, key) = (Text(CertField, declared.Cert), Text(KeyField, declared.Key));
        return new LoadedCertificate(declared, Read(cert, key)) { HasReferences = hasReferences };
    }

    /// <param name="cert">The certificate and its intermediates, PEM.</param>
    /// <exception cref="CryptographicException">The texts are no certificate with its key.</exception>
    public static LoadedCertificate Load(string cert, string key) => new(null, Read(cert, key));

    private static SslStreamCertificateContext Read(string cert, string key)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(cert);
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(cert, key), chain, offline: true);
        }
        catch (ArgumentException exception)
        {
            throw new CryptographicException("The certificate does not match the key.", exception);
        }
    }
}
