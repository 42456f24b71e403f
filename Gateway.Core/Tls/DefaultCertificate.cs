using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Core.Tls;

/// <summary>The certificate for server names that no other one is for: from files, or one that the gateway signs itself.</summary>
internal static class DefaultCertificate
{
    /// <summary>Reads a certificate with its chain and its key.</summary>
    /// <exception cref="CryptographicException">They do not belong together, or are none.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static LoadedCertificate Read(string certificateFile, string keyFile) =>
        LoadedCertificate.Load(File.ReadAllText(certificateFile), File.ReadAllText(keyFile));

    /// <summary>Takes the self-signed certificate of an earlier start, or makes one: for this machine, for ten years.</summary>
    /// <param name="file">Holds certificate and key; readable for its owner alone.</param>
    public static LoadedCertificate ReadOrCreate(string file, TimeProvider time)
    {
        if (File.Exists(file))
        {
            var text = File.ReadAllText(file);
            try
            {
                var known = LoadedCertificate.Load(text, text);
                if (known.Context.TargetCertificate.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime)
                {
                    return known;
                }
            }
            catch (CryptographicException)
            {
                // It was cut off while it was written, at a start that did not end well.
            }

            File.Delete(file);
        }

        var made = Create(time.GetUtcNow());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(file, options))
        {
            writer.Write(made);
        }

        return LoadedCertificate.Load(made, made);
    }

    private static string Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Gatehouse", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("*.localhost");
        if (Uri.CheckHostName(Environment.MachineName) == UriHostNameType.Dns)
        {
            names.AddDnsName(Environment.MachineName);
        }

        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }
}
