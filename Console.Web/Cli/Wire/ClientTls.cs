using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ConsoleWeb.Cli.Wire;

/// <summary>The TLS side of the connection settings.</summary>
internal static class ClientTls
{
    /// <exception cref="CommandFailureException">A certificate or key that cannot be read, naming its flag.</exception>
    public static SslClientAuthenticationOptions Create(ConnectionSettings settings)
    {
        var tls = new SslClientAuthenticationOptions();
        if (settings.SkipTlsVerify)
        {
#pragma warning disable CA5359 // --tls-skip-verify asks for exactly this
            tls.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (settings.CaCertificate is { } authority)
        {
            tls.CertificateChainPolicy = Trust(authority);
        }

        if (!settings.SkipTlsVerify && settings.TlsServerName is { } name)
        {
            // The handler puts the address's own name in the place of any other TargetHost, so the check of the name is made here.
            tls.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == 0 && certificate is X509Certificate2 shown && shown.MatchesHostname(name);
        }

        if ((settings.ClientCertificate is null) != (settings.ClientKey is null))
        {
            throw new CommandFailureException("--tls-client-cert-file and --tls-client-key-file belong together; give both");
        }

        if (settings.ClientCertificate is { } certificate && settings.ClientKey is { } key)
        {
            tls.ClientCertificates = [ReadClientCertificate(certificate, key)];
        }

        return tls;
    }

    private static X509ChainPolicy Trust(string authority)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPem(authority);
        }
        catch (CryptographicException e)
        {
            throw new CommandFailureException($"--ca-cert-file or --ca-cert: {e.Message}", e);
        }

        return policy.CustomTrustStore.Count > 0
            ? policy
            : throw new CommandFailureException("--ca-cert-file or --ca-cert holds no certificate; it takes PEM text that begins with -----BEGIN CERTIFICATE-----");
    }

    private static X509Certificate2 ReadClientCertificate(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (CryptographicException e)
        {
            throw new CommandFailureException($"--tls-client-cert-file and --tls-client-key-file are not a certificate and its key in PEM: {e.Message}", e);
        }
    }
}
