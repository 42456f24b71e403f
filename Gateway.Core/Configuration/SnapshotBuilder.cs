using Gateway.Core.Logging;
using Gateway.Core.Plugins;
using Gateway.Core.Routing;
using Gateway.Core.Secrets;
using Gateway.Core.Tls;
using Gateway.Core.Upstreams;
using Gateway.Core.Upstreams.Pools;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Configuration;

/// <summary>Turns a declared configuration into a snapshot. Everything expensive happens here, never in a request.</summary>
internal sealed partial class SnapshotBuilder(PluginRuntime plugins, SecretVaults vaults, SecretReports reports, IOptions<ForwardingOptions> forwarding, TimeProvider time, ILogger<SnapshotBuilder> logger)
{
    /// <param name="previous">The active snapshot; instances whose config did not change keep their running state.</param>
    public GatewaySnapshot Build(GatewayConfig config, GatewaySnapshot? previous)
    {
        var secrets = new SnapshotSecrets(vaults, reports, config.Vaults, previous?.Secrets);
        var certificates = CertificateStore.Make(config, secrets, previous?.Certificates ?? CertificateStore.Empty, logger);
        var keepsPlugins = previous is not null
            && ReferenceEquals(previous.Config.Plugins, config.Plugins) && previous.PluginInstances.All(p => !p.HasReferences);
        var instances = keepsPlugins ? previous!.PluginInstances : MakeInstances(config, previous, secrets);

        return new GatewaySnapshot
        {
            Config = config,
            Consumers = previous?.Consumers.IsOf(config) == true ? previous.Consumers : new ConsumerDirectory(config),
            Upstreams = previous?.Upstreams.IsOf(config) == true ? previous.Upstreams : new UpstreamPools(config, previous?.Upstreams, time),
            Router = previous is not null && ReferenceEquals(previous.Config.Routes, config.Routes) && ReferenceEquals(previous.Config.Services, config.Services)
                ? previous.Router
                : new GatewayRouter(config.Routes, config.Services, previous?.Router as GatewayRouter),
            Secrets = secrets,
            Certificates = certificates,
            ServiceTls = previous?.ServiceTls.IsOf(config, certificates) == true ? previous.ServiceTls : new ServiceTlsTable(config, certificates, forwarding.Value.TlsVerify, logger),
            Plugins = keepsPlugins ? previous!.Plugins : new PluginPlan(instances, previous?.Plugins),
            PluginInstances = instances,
            SensitiveNames = keepsPlugins ? previous!.SensitiveNames : SensitiveNames.From(instances),
        };
    }

    private List<PluginInstance> MakeInstances(GatewayConfig config, GatewaySnapshot? previous, SnapshotSecrets secrets)
    {
        var instances = new List<PluginInstance>(config.Plugins.Count);
        foreach (var declared in config.Plugins)
        {
            var before = previous?.Plugins.Find(declared.Id);
            if (before is not null && ReferenceEquals(before.Declared, declared) && !before.HasReferences)
            {
                instances.Add(before);
                continue;
            }

            if (plugins.Find(declared, secrets) is not { } running)
            {
                // Stored by a newer build or imported for a plugin that runs later: the rest of the configuration still serves.
                LogUnknownPlugin(logger, declared.Name, declared.Id);
                continue;
            }

            var isSame = before is not null && before.ConfigHash == running.ConfigHash && before.Name == declared.Name;
            if (!isSame && InertFields.ListSet(running.Document, running.Entry.Schema) is { Count: > 0 } inert)
            {
                LogInertFields(logger, declared.Name, declared.Id, string.Join(", ", inert));
            }

            instances.Add(new PluginInstance
            {
                Id = declared.Id,
                Name = declared.Name,
                Priority = running.Entry.Priority,
                Declared = declared,
                Plugin = running.Plugin,
                Config = running.Config,
                ConfigHash = running.ConfigHash,
                HasReferences = running.HasReferences,
                CredentialNames = SensitiveNames.List(running.Document),
                State = isSame ? before!.State : new PluginState(),
            });
        }

        return instances;
    }

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning, Message = "Plugin {PluginName} ({PluginId}) is not part of this build and does not run")]
    private static partial void LogUnknownPlugin(ILogger logger, string pluginName, Guid pluginId);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Warning, Message = "Plugin {PluginName} ({PluginId}) has settings without effect in this build: {Fields}")]
    private static partial void LogInertFields(ILogger logger, string pluginName, Guid pluginId, string fields);
}
