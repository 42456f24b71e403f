using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace Gateway.Shared.Tests.Schema.Rules;

/// <summary>Certificates and their keys, made for each run.</summary>
public sealed class CertificateRulesTests
{
    private static readonly Pair Elliptic = Pair.Elliptic(isAuthority: false);
    private static readonly Pair OtherElliptic = Pair.Elliptic(isAuthority: true);
    private static readonly Pair Rsa = Pair.Rsa();

    [Fact]
    public void Certificate_WithItsKey_IsAccepted()
    {
        var document = Documents.Accepted(Certificate(Elliptic.Certificate, Elliptic.Key));

        Assert.Equal(Elliptic.Certificate, (string?)document["cert"]);
        Assert.False(Certificate(Elliptic.Certificate, Elliptic.Key, Rsa.Certificate, Rsa.Key).IsError);
    }

    [Fact]
    public void Certificate_WithAnotherKey_IsRefused()
    {
        Assert.Equal([("", "certificate does not match key")], Documents.Refused(Certificate(Elliptic.Certificate, OtherElliptic.Key)).Flatten());
        Assert.Equal(
            [("", "alternative certificate does not match key")],
            Documents.Refused(Certificate(Elliptic.Certificate, Elliptic.Key, Rsa.Certificate, OtherElliptic.Key)).Flatten());
    }

    [Fact]
    public void Certificate_AlternativeOfTheSameType_IsRefused() => Assert.Contains(
        "need to have different type",
        Documents.Refused(Certificate(Elliptic.Certificate, Elliptic.Key, OtherElliptic.Certificate, OtherElliptic.Key)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Certificate_AlternativeWithoutKey_IsRefused() => Assert.Equal(
        [("", "all or none of these fields must be set: 'cert_alt', 'key_alt'")],
        Documents.Refused(Certificate(Elliptic.Certificate, Elliptic.Key, Rsa.Certificate)).Flatten());

    [Fact]
    public void Certificate_TextsThatAreNone_AreNamed()
    {
        var flat = Documents.Refused(Certificate("no certificate", "no key")).Flatten();

        Assert.Equal(
            [
                ("cert", "invalid certificate: the text holds no certificate in PEM form"),
                ("key", "invalid key: the text holds no private key in PEM form"),
            ],
            flat);
        Assert.NotNull(new PrivateKeyRule().Check(Elliptic.Certificate));
        Assert.NotNull(new CertificateRule().Check(Elliptic.Key));
        Assert.NotNull(new CertificateRule().Check(Elliptic.Certificate.Replace("MII", "!!!", StringComparison.Ordinal)));
    }

    /// <summary>What a reference stands for is seen when the configuration is loaded.</summary>
    [Fact]
    public void Certificate_Reference_IsNotJudged() =>
        Assert.False(Certificate(Elliptic.Certificate, "{vault://env/key}").IsError);

    [Fact]
    public void Certificate_ItsServerNames_AreNoField() => Assert.False(EntityKinds.Certificates.Normalise(
        new JsonObject { ["cert"] = Elliptic.Certificate, ["key"] = Elliptic.Key, ["snis"] = new JsonArray("example.com") }).IsError);

    [Fact]
    public void Authority_GetsItsDigest_WhateverTheClientSays()
    {
        var document = Documents.Accepted(EntityKinds.CaCertificates.Normalise(
            new JsonObject { ["cert"] = OtherElliptic.Certificate, ["cert_digest"] = "mine" }));

        using var certificate = X509Certificate2.CreateFromPem(OtherElliptic.Certificate);
        Assert.Equal(certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(), (string?)document["cert_digest"]);
    }

    [Fact]
    public void Authority_ThatIsNone_IsRefused()
    {
        var expired = Pair.Elliptic(isAuthority: true, DateTimeOffset.UtcNow.AddDays(-1));
        var rule = new CaCertificateRule();

        Assert.Equal("certificate does not appear to be a CA because it is missing the \"CA\" basic constraint", rule.Check(Elliptic.Certificate));
        Assert.Equal("certificate expired, \"Not After\" time is in the past", rule.Check(expired.Certificate));
        Assert.Equal("please submit only one certificate at a time", rule.Check(OtherElliptic.Certificate + "\n" + OtherElliptic.Certificate));
        Assert.Equal("invalid certificate: the text holds no certificate in PEM form", rule.Check("x"));
    }

    private static Result<JsonObject> Certificate(string certificate, string key, string? alternative = null, string? alternativeKey = null) =>
        EntityKinds.Certificates.Normalise(new JsonObject { ["cert"] = certificate, ["key"] = key, ["cert_alt"] = alternative, ["key_alt"] = alternativeKey });

    private sealed record Pair(string Certificate, string Key)
    {
        public static Pair Elliptic(bool isAuthority, DateTimeOffset? end = null)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return Make(new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256), isAuthority, key.ExportPkcs8PrivateKeyPem(), end);
        }

        public static Pair Rsa()
        {
            using var key = RSA.Create(2048);
            return Make(new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), false, key.ExportPkcs8PrivateKeyPem(), null);
        }

        private static Pair Make(CertificateRequest request, bool isAuthority, string key, DateTimeOffset? end)
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), end ?? DateTimeOffset.UtcNow.AddYears(1));
            return new Pair(certificate.ExportCertificatePem(), key);
        }
    }
}
