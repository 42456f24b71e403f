using System.Text;
using Gateway.Core.Configuration;
using Gateway.Core.Llm.Forwarding;
using Gateway.Core.Llm.Pricing;
using Gateway.Core.Llm.Providers;
using Gateway.Core.Logging;
using Gateway.Core.Logging.Redaction;
using Gateway.Core.Logging.Replays;
using Gateway.Core.Pipeline;
using Gateway.Core.Pipeline.Heads;
using Gateway.Core.Plugins;
using Gateway.Core.Plugins.AiProxy;
using Gateway.Core.Plugins.FileLog;
using Gateway.Core.Plugins.LogDelivery;
using Gateway.Core.Plugins.Opentelemetry.Export;
using Gateway.Core.Plugins.Prometheus;
using Gateway.Core.Plugins.ProxyCache;
using Gateway.Core.Plugins.Redis;
using Gateway.Core.Secrets;
using Gateway.Core.Telemetry;
using Gateway.Core.Upstreams;
using Gateway.Core.Upstreams.Pools;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gateway.Core;

/// <summary>The one way into the data plane: services here, requests by <see cref="RunGateway"/>.</summary>
internal static class GatewayServiceCollectionExtensions
{
    /// <summary>Registers the data plane. The caller provides <see cref="IGatewayConfigSource"/> and builds the first snapshot.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<ProxyOptions>(configuration.GetSection(ProxyOptions.Section));
        services.Configure<VaultOptions>(configuration.GetSection(VaultOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.Configure<ForwardingOptions>(configuration.GetSection(ForwardingOptions.Section));
        services.TryAddSingleton(new GatewayNode(Guid.NewGuid().ToString()));
        // A bare line feed ends no line here: what ends lines for one parser and not for the next one lets requests be smuggled.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            // Upstreams may send any byte in a header; the upstream client reads them in the same encoding.
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.RequestHeaderEncodingSelector = RequestHeaderRules.Select;
        });
        services.AddSingleton<RefusedHeads>();
        services.AddSingleton<PluginCatalog>();
        services.AddSingleton<PluginRuntime>();
        services.AddSingleton<SnapshotHolder>();
        services.AddSingleton<SnapshotBuilder>();
        services.AddSingleton<IVaultType, EnvironmentVault>();
        services.AddSingleton<IVaultType, FileVault>();
        services.AddSingleton<SecretVaults>();
        services.AddSingleton<SecretReports>();
        services.AddSingleton<ISecretResolver>(provider => provider.GetRequiredService<SecretVaults>());
        services.AddSingleton<PluginChain>();
        services.AddSingleton<PeerTrust>();
        services.AddSingleton<ListenerGuard>();
        services.AddSingleton<ConcurrencyGate>();
        services.Configure<RequestLogOptions>(configuration.GetSection(RequestLogOptions.Section));
        services.AddOptions<RedactionOptions>().Bind(configuration.GetSection(RedactionOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RedactionOptions>, RedactionOptionsValidator>();
        services.AddSingleton(provider => new PayloadRedactor(provider.GetRequiredService<IOptions<RedactionOptions>>(), ProcessorTime.Instance));
        services.AddSingleton(provider => NodeSettings.Read(
            provider.GetRequiredService<IOptions<ProxyOptions>>().Value,
            (name, text) => throw new OptionsValidationException(name, typeof(ProxyOptions), [$"Gateway__Proxy__{name}: {text}"])));
        services.AddSingleton<ShutdownState>();
        services.AddSingleton<ReplayTickets>();
        services.AddSingleton<RequestTracker>();
        services.AddSingleton<GatewayPipeline>();
        services.AddHttpForwarder();
        services.AddSingleton<UpstreamClients>();
        services.AddSingleton<RetryBudget>();
        services.AddSingleton<IMetricsSource>(provider => provider.GetRequiredService<RetryBudget>());
        services.AddSingleton<HttpServiceForwarder>();
        services.AddHostedService<HealthProber>();
        services.AddOptions<ProviderOptions>().Bind(configuration.GetSection(ProviderOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProviderOptions>, ProviderOptionsValidator>();
        services.AddOptions<LlmPolicyOptions>().Bind(configuration.GetSection(LlmPolicyOptions.Section)).ValidateOnStart();
        services.AddSingleton<PriceBook>();
        services.AddSingleton<LlmAttemptBuilder>();
        services.AddSingleton<StoppedSessions>();
        services.AddSingleton<LlmForwarder>();
        services.AddSingleton<LlmAccess>();
        services.AddOptions<FileLogOptions>().Configure(options => FileLogOptions.Read(options, configuration)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<FileLogOptions>, FileLogOptionsValidator>();
        services.AddSingleton<FileLogPaths>();
        services.AddSingleton<IPluginCheck>(provider => provider.GetRequiredService<FileLogPaths>());
        services.AddSingleton<FileLogWriters>();
        services.AddSingleton<DeliveryQueues>();
        services.AddOptions<ProxyCacheOptions>().Bind(configuration.GetSection(ProxyCacheOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProxyCacheOptions>, ProxyCacheOptionsValidator>();
        services.AddSingleton<AnswerCache>();
        services.AddSingleton<RecordLines>();
        services.AddOptions<RedisOptions>().Bind(configuration.GetSection(RedisOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RedisOptions>, RedisOptionsValidator>();
        services.AddSingleton<RedisConnections>();
        services.AddSingleton<IMetricsSource, NodeMetrics>();
        services.AddSingleton<OtlpExporters>();
        services.AddSingleton<PrometheusMetrics>();
        services.AddSingleton<IMetricsSource>(provider => provider.GetRequiredService<PrometheusMetrics>());
        services.AddSingleton<RequestFeed>();
        services.AddSingleton<IRequestFeed>(provider => provider.GetRequiredService<RequestFeed>());
        services.AddSingleton<IRequestObserver>(provider => provider.GetRequiredService<RequestFeed>());
        services.AddSingleton<IRequestSink>(provider => provider.GetRequiredService<RequestFeed>());
        return services;
    }

    /// <summary>Ends a pipeline with the gateway: every request that comes here is proxied.</summary>
    public static void RunGateway(this IApplicationBuilder app)
    {
        var pipeline = app.ApplicationServices.GetRequiredService<GatewayPipeline>();
        app.Run(pipeline.HandleAsync);
    }
}
