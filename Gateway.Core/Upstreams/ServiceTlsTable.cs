using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Core.Configuration;
using Gateway.Core.Tls;
using Gateway.Shared.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Core.Upstreams;

/// <summary>The TLS settings of those services of a snapshot that have more of them than <c>tls_verify</c>.</summary>
internal sealed partial class ServiceTlsTable
{
    private readonly GatewayConfig _source;
    private readonly CertificateStore _certificates;
    private readonly Dictionary<Guid, (UpstreamTls Usual, UpstreamTls Careful)> _services = [];

    public ServiceTlsTable(GatewayConfig config, CertificateStore certificates, bool isVerifiedByDefault, ILogger logger)
    {
        (_source, _certificates) = (config, certificates);
        var upstreams = config.Upstreams.Where(u => u.ClientCertificate is not null).ToDictionary(u => u.Name, u => u.ClientCertificate, StringComparer.OrdinalIgnoreCase);
        var authorities = config.CaCertificates.ToDictionary(c => c.Id);
        foreach (var service in config.Services.Where(s => s.Protocol is "https" or "grpcs"))
        {
            var client = service.ClientCertificate ?? upstreams.GetValueOrDefault(service.Host);
            if (client is not null || service.TlsVerifyDepth is not null || service.CaCertificates is not null)
            {
                var shown = client is null ? null : certificates.Find(client.Id)?.Context;
                var known = service.CaCertificates is { } ids ? Load(service, ids, authorities, logger) : null;
                UpstreamTls Make(bool verifies) => new(service.TlsVerify ?? verifies, service.TlsVerifyDepth, shown, known);
                _services[service.Id] = (Make(isVerifiedByDefault), Make(true));
            }
        }
    }

    public static ServiceTlsTable Empty { get; } = new(GatewayConfig.Empty, CertificateStore.Empty, false, NullLogger.Instance);

    /// <summary>Null: the service has no setting that matters here but <c>tls_verify</c>.</summary>
    /// <param name="isCareful">Verifies where the service does not say, as calls do that carry the key of a provider.</param>
    public UpstreamTls? Find(ServiceConfig service, bool isCareful = false) =>
        _services.Count == 0 || !_services.TryGetValue(service.Id, out var found) ? null
        : isCareful ? found.Careful
        : found.Usual;

    /// <summary>Whether this is what the constructor would make of another configuration.</summary>
    public bool IsOf(GatewayConfig config, CertificateStore certificates) =>
        ReferenceEquals(certificates, _certificates)
        && ReferenceEquals(config.Services, _source.Services)
        && ReferenceEquals(config.Upstreams, _source.Upstreams)
        && ReferenceEquals(config.CaCertificates, _source.CaCertificates);

    private static X509Certificate2Collection Load(ServiceConfig service, IReadOnlyList<Guid> ids, Dictionary<Guid, CaCertificateConfig> known, ILogger logger)
    {
        var loaded = new X509Certificate2Collection();
        foreach (var id in ids)
        {
            try
            {
                if (known.TryGetValue(id, out var authority))
                {
                    loaded.Add(X509Certificate2.CreateFromPem(authority.Cert));
                    continue;
                }

                LogMissing(logger, service.Name ?? service.Host, id, "it does not exist");
            }
            catch (CryptographicException exception)
            {
                LogMissing(logger, service.Name ?? service.Host, id, exception.Message);
            }
        }

        return loaded;
    }

    [LoggerMessage(EventId = 4020, Level = LogLevel.Warning, Message = "Service {ServiceName} cannot rely on the CA certificate {CertificateId}: {Reason}")]
    private static partial void LogMissing(ILogger logger, string serviceName, Guid certificateId, string reason);
}
