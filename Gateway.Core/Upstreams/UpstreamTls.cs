using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Core.Upstreams;

/// <summary>What the gateway shows and demands when it connects to an upstream with TLS. Equal ones share their connections.</summary>
internal sealed class UpstreamTls : IEquatable<UpstreamTls>
{
    /// <param name="verifies">Whether the upstream's certificate must be valid for the name and issued by a known authority.</param>
    /// <param name="depth">Certificates that may stand between the upstream's own and the authority's; null: any number.</param>
    /// <param name="client">Shown to the upstream; null: none.</param>
    /// <param name="authorities">The known ones; null: those of the machine.</param>
    public UpstreamTls(bool verifies, int? depth = null, SslStreamCertificateContext? client = null, X509Certificate2Collection? authorities = null)
    {
        (Verifies, Depth, Client, Authorities) = (verifies, depth, client, authorities);
        Key = $"{verifies} {depth} {(client is null ? "" : Hash(client.TargetCertificate))} {(authorities is null ? "machine" : string.Join(',', authorities.Select(Hash)))}";
    }

    public bool Verifies { get; }

    public int? Depth { get; }

    public SslStreamCertificateContext? Client { get; }

    public X509Certificate2Collection? Authorities { get; }

    private string Key { get; }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5359", Justification = "Chosen by an operator per service (tls_verify).")]
    public SslClientAuthenticationOptions ToOptions()
    {
        var options = new SslClientAuthenticationOptions { ClientCertificateContext = Client };
        if (!Verifies)
        {
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
            return options;
        }

        if (Authorities is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(Authorities);
        }

        options.RemoteCertificateValidationCallback = (_, _, chain, errors) => Fault(chain, errors) is { } fault ? throw new UpstreamTlsException(fault) : true;
        return options;
    }

    public bool Equals(UpstreamTls? other) => other is not null && other.Key == Key;

    public override bool Equals(object? obj) => Equals(obj as UpstreamTls);

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    /// <returns>The word of the record for what is wrong with the upstream's certificate; null when it is accepted.</returns>
    private string? Fault(X509Chain? chain, SslPolicyErrors errors) =>
        errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) || chain is null ? "no_certificate"
        : chain.ChainStatus.Any(s => s.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)) ? "expired"
        : errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) ? "untrusted"
        : errors != SslPolicyErrors.None ? "wrong_name"
        : chain.ChainElements.Count - 2 > Depth ? "chain_too_long"
        : null;

    private static string Hash(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
