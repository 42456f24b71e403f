using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Testing;

/// <summary>A certificate with its key, as texts and as an object that a TLS stack takes.</summary>
public sealed record TestPair(string Certificate, string Key)
{
    public X509Certificate2 Load() => X509Certificate2.CreateFromPem(Certificate, Key);

    public string Thumbprint
    {
        get
        {
            using var loaded = X509Certificate2.CreateFromPem(Certificate);
            return loaded.Thumbprint;
        }
    }
}

/// <summary>An authority made for one test: issues certificates for servers, clients and other authorities.</summary>
public sealed class TestAuthority : IDisposable
{
    // The same for all: nobody may issue a certificate that outlives the issuer's own.
    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset End = DateTimeOffset.UtcNow.AddDays(1);

    private readonly ECDsa _key;
    private readonly X509Certificate2 _certificate;

    public TestAuthority(string name = "Test authority")
        : this(name, null)
    {
    }

    private TestAuthority(string name, X509Certificate2? issuer)
    {
        _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (issuer is null)
        {
            _certificate = request.CreateSelfSigned(Start, End);
            return;
        }

        using var signed = request.Create(issuer, Start, End, Guid.NewGuid().ToByteArray());
        _certificate = signed.CopyWithPrivateKey(_key);
    }

    /// <summary>PEM of the authority itself.</summary>
    public string Certificate => _certificate.ExportCertificatePem();

    public TestAuthority IssueAuthority(string name) => new(name, _certificate);

    /// <summary>A certificate for a host name or an address, with an elliptic key.</summary>
    public TestPair Issue(string name, bool isExpired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Issue(new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256), name, key, isExpired);
    }

    /// <summary>The same with an RSA key.</summary>
    public TestPair IssueRsa(string name)
    {
        using var key = RSA.Create(2048);
        return Issue(new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), name, key, isExpired: false);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    private TestPair Issue(CertificateRequest request, string name, AsymmetricAlgorithm key, bool isExpired)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (System.Net.IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var generator = X509SignatureGenerator.CreateForECDsa(_key);
        using var signed = request.Create(_certificate.SubjectName, generator, Start, isExpired ? DateTimeOffset.UtcNow.AddHours(-1) : End, Guid.NewGuid().ToByteArray());
        return new TestPair(signed.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
