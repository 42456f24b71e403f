using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Shared.Schema;

/// <summary>One or more certificates, PEM.</summary>
public sealed class CertificateRule : IValueRule
{
    public string? Check(string text)
    {
        var certificates = Pem.Certificates(text);
        var isFine = certificates is { Count: > 0 };
        Pem.Dispose(certificates);
        return isFine ? null : "invalid certificate: the text holds no certificate in PEM form";
    }
}

/// <summary>A private key, PEM, not encrypted.</summary>
public sealed class PrivateKeyRule : IValueRule
{
    public string? Check(string text) => text.Contains("PRIVATE KEY-----", StringComparison.Ordinal) && PemEncoding.TryFind(text, out _)
        ? null
        : "invalid key: the text holds no private key in PEM form";
}

/// <summary>A public key, PEM.</summary>
public sealed class PublicKeyRule : IValueRule
{
    public string? Check(string text) => text.Contains("PUBLIC KEY-----", StringComparison.Ordinal) && PemEncoding.TryFind(text, out _)
        ? null
        : "invalid key: the text holds no public key in PEM form";
}

/// <summary>Exactly one certificate of an authority, PEM, not expired.</summary>
public sealed class CaCertificateRule : IValueRule
{
    public string? Check(string text)
    {
        var certificates = Pem.Certificates(text);
        try
        {
            if (certificates is not { Count: > 0 })
            {
                return "invalid certificate: the text holds no certificate in PEM form";
            }

            if (certificates.Count > 1)
            {
                return "please submit only one certificate at a time";
            }

            if (certificates[0].NotAfter.ToUniversalTime() < TimeProvider.System.GetUtcNow().UtcDateTime)
            {
                return "certificate expired, \"Not After\" time is in the past";
            }

            return certificates[0].Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority)
                ? null
                : "certificate does not appear to be a CA because it is missing the \"CA\" basic constraint";
        }
        finally
        {
            Pem.Dispose(certificates);
        }
    }
}

/// <summary>Cross-field rules of certificates.</summary>
internal static class CertificateChecks
{
    public static void CheckPair(CheckContext context)
    {
        var kind = Check(context, "cert", "key", "certificate does not match key");
        var alternative = Check(context, "cert_alt", "key_alt", "alternative certificate does not match key");
        if (kind is not null && kind == alternative)
        {
            context.FailRecord("certificate and alternative certificate need to have different type (e.g. RSA and ECDSA), "
                + "the provided certificates were both of the same type");
        }
    }

    /// <returns>The certificate's key algorithm; null when absent, a reference, or already refused.</returns>
    private static string? Check(CheckContext context, string certField, string keyField, string text)
    {
        var cert = context.Text(certField);
        var key = context.Text(keyField);
        if (cert is null || key is null || VaultReference.IsReference(cert) || VaultReference.IsReference(key))
        {
            return null;
        }

        try
        {
            using var pair = X509Certificate2.CreateFromPem(cert, key);
            return pair.GetKeyAlgorithm();
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            context.FailRecord(text);
            return null;
        }
    }
}

/// <summary>Reading of PEM texts.</summary>
internal static class Pem
{
    /// <returns>The certificates, to be disposed by the caller; null when the text cannot be read.</returns>
    public static X509Certificate2Collection? Certificates(string text)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
            return certificates;
        }
        catch (CryptographicException)
        {
            Dispose(certificates);
            return null;
        }
    }

    public static void Dispose(X509Certificate2Collection? certificates)
    {
        foreach (var certificate in certificates ?? [])
        {
            certificate.Dispose();
        }
    }

    /// <summary>SHA-256 of the first certificate's bytes, lower-case hexadecimal.</summary>
    public static string? Digest(string text)
    {
        var certificates = Certificates(text);
        try
        {
            return certificates is { Count: > 0 } ? Convert.ToHexStringLower(SHA256.HashData(certificates[0].RawData)) : null;
        }
        finally
        {
            Dispose(certificates);
        }
    }
}
