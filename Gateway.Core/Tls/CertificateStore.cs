using System.Security.Cryptography;
using Gateway.Core.Configuration;
using Gateway.Core.Secrets;
using Gateway.Shared.Contracts;
using Gateway.Shared.Schema;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Core.Tls;

/// <summary>The certificates of a snapshot, by id and by the server names that select them.</summary>
internal sealed partial class CertificateStore
{
    private readonly GatewayConfig _source;
    private readonly Dictionary<Guid, LoadedCertificate> _byId = [];
    private readonly HashSet<CertificateConfig> _unusable = [];
    private readonly Dictionary<string, LoadedCertificate> _byName = new(StringComparer.OrdinalIgnoreCase);

    private CertificateStore(GatewayConfig config, SnapshotSecrets? secrets, CertificateStore? previous, ILogger logger)
    {
        _source = config;
        foreach (var declared in config.Certificates)
        {
            var before = previous?._byId.GetValueOrDefault(declared.Id) is { } known && ReferenceEquals(known.Declared, declared) ? known : null;
            if (before is { HasReferences: false })
            {
                _byId[declared.Id] = before;
            }
            else
            {
                Load(declared, secrets!, before, previous?._unusable.Contains(declared) == true ? NullLogger.Instance : logger);
            }
        }

        foreach (var sni in config.Snis)
        {
            if (_byId.TryGetValue(sni.Certificate.Id, out var certificate))
            {
                _byName[sni.Name.TrimEnd('.')] = certificate;
            }
        }
    }

    public static CertificateStore Empty { get; } = new(GatewayConfig.Empty, null, null, NullLogger.Instance);

    /// <param name="previous">Certificates that did not change are taken over as they are; the whole store when nothing did.</param>
    public static CertificateStore Make(GatewayConfig config, SnapshotSecrets secrets, CertificateStore previous, ILogger logger) =>
        previous.IsOf(config) ? previous : new CertificateStore(config, secrets, previous, logger);

    /// <summary>Null when there is none, or none that can be used.</summary>
    public LoadedCertificate? Find(Guid id) => _byId.GetValueOrDefault(id);

    /// <summary>The certificate for a server name: the name itself, <c>*.example.com</c>, <c>www.example.*</c>, <c>*</c>; null when none fits.</summary>
    public LoadedCertificate? Find(string? serverName)
    {
        if (_byName.Count == 0)
        {
            return null;
        }

        var name = serverName?.TrimEnd('.') ?? "";
        var first = name.IndexOf('.', StringComparison.Ordinal);
        return _byName.GetValueOrDefault(name)
            ?? (first < 0 ? null : _byName.GetValueOrDefault("*" + name[first..]) ?? _byName.GetValueOrDefault(name[..(name.LastIndexOf('.') + 1)] + "*"))
            ?? _byName.GetValueOrDefault("*");
    }

    private bool IsOf(GatewayConfig config) =>
        ReferenceEquals(config.Certificates, _source.Certificates)
        && ReferenceEquals(config.Snis, _source.Snis)
        && !config.Certificates.Any(HasReferences);

    private static bool HasReferences(CertificateConfig certificate) =>
        VaultReference.IsReference(certificate.Cert) || VaultReference.IsReference(certificate.Key);

    /// <param name="before">What the same declaration was before; null: nothing.</param>
    /// <param name="logger">Is told when the certificate cannot be used.</param>
    private void Load(CertificateConfig declared, SnapshotSecrets secrets, LoadedCertificate? before, ILogger logger)
    {
        try
        {
            _byId[declared.Id] = LoadedCertificate.Load(declared, secrets);
        }
        catch (CryptographicException exception)
        {
            // The rest of the configuration still serves; the names of this certificate get the default one. Of a certificate and a key in
            // two files one may have been replaced already and the other not yet: what served before goes on until they fit.
            _unusable.Add(declared);
            if (before is not null)
            {
                _byId[declared.Id] = before;
            }

            LogUnusable(logger, declared.Id, exception.Message);
        }
    }

    [LoggerMessage(EventId = 2020, Level = LogLevel.Warning, Message = "Certificate {CertificateId} cannot be used: {Reason}")]
    private static partial void LogUnusable(ILogger logger, Guid certificateId, string reason);
}
