using ConsoleWeb.AdminApi;
using ConsoleWeb.AdminApi.Logs;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.AdminApi.Prices;
using ConsoleWeb.AdminApi.Redaction;
using ConsoleWeb.Audit;
using ConsoleWeb.Auth;
using ConsoleWeb.Backups;
using ConsoleWeb.Components.Pages.Reference;
using ConsoleWeb.Components.Search;
using ConsoleWeb.Data;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Pricing;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features;
using ConsoleWeb.Features.Connect;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Health;
using ConsoleWeb.Features.History;
using ConsoleWeb.Features.Listeners;
using ConsoleWeb.Features.LogFiles;
using ConsoleWeb.Features.Prices;
using ConsoleWeb.Features.Redaction;
using ConsoleWeb.Features.Reference;
using ConsoleWeb.Features.Replay;
using ConsoleWeb.Features.Requests;
using ConsoleWeb.Features.Routing;
using ConsoleWeb.Features.Storage;
using ConsoleWeb.Features.Transfer;
using ConsoleWeb.Live;
using ConsoleWeb.Options;
using Gateway.Core;
using Gateway.Core.Logging;
using Gateway.Core.Plugins.FileLog;
using Gateway.Core.Secrets;
using Gateway.Core.Telemetry;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MudBlazor.Services;

namespace ConsoleWeb.Hosting;

/// <summary>Registers the control plane: store, Admin API, console.</summary>
internal static class GatehouseServices
{
    public static IServiceCollection AddGatehouse(this IServiceCollection services, DataDirectory directory)
    {
        AddStore(services, directory);
        services.PostConfigure<FileLogOptions>(options =>
        {
            options.AllowedDirectories ??= ["/tmp", directory.Root];
            options.OwnFiles = directory.OwnFiles;
        });
        services.PostConfigure<VaultOptions>(options =>
        {
            if (options.Directories.Count == 0)
            {
                options.Directories.Add(directory.Secrets);
            }

            options.OwnFiles = [.. directory.OwnFiles.Where(f => f != directory.Secrets)];
        });
        services.AddOptions<DrainOptions>().BindConfiguration(DrainOptions.Section);
        services.AddOptions<HostOptions>().Configure<IOptions<DrainOptions>>((host, drain) =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(drain.Value.AnnounceSeconds + drain.Value.TimeoutSeconds + drain.Value.FlushSeconds));
        services.AddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.AddHostedService<SecretRefresh>();
        services.AddHostedService<ConfigStoreCheck>();
        AddRequestLog(services);
        services.AddHostedService<AuditWriter>();
        services.AddGatehouseAuth(directory);
        AddAdminApi(services);
        AddConsole(services);
        return services;
    }

    internal static void AddStore(IServiceCollection services, DataDirectory directory)
    {
        // Never made here: a file that disappears under a running process must not come back empty.
        var connection = new SqliteConnectionStringBuilder
        {
            DataSource = directory.ConfigDatabase,
            Mode = SqliteOpenMode.ReadWrite,
            ForeignKeys = true,
            DefaultTimeout = 10,
        }.ToString();
        services.AddSingleton(provider => new ConfigStoreState(directory, provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton<SqlitePragmas>();
        services.AddSingleton<StoreWatch>();
        services.AddDbContextFactory<ConsoleDbContext>((provider, options) => options
            .UseSqlite(connection)
            .AddInterceptors(provider.GetRequiredService<SqlitePragmas>(), provider.GetRequiredService<StoreWatch>()));
        services.AddSingleton<SecretProtector>();
        services.AddSingleton<SettingStore>();
        services.AddOptions<HistoryOptions>().BindConfiguration(HistoryOptions.Section);
        services.AddOptions<AdminLimits>().BindConfiguration(AdminLimits.Section);
        services.AddOptions<AuditOptions>().BindConfiguration(AuditOptions.Section);
        services.AddSingleton(new AuditFiles(directory));
        services.AddSingleton<AuditLog>();
        services.AddSingleton<AuditVerifier>();
        services.AddSingleton<AuditRetention>();
        services.AddSingleton<VersionText>();
        services.AddSingleton<VersionStore>();
        services.AddSingleton<EntityStore>();
        services.AddSingleton<PartialUpgrade>();
        services.AddSingleton<GatewayActivator>();
        services.AddSingleton<ConfigWriter>();
        services.AddSingleton<EntityRules>();
        services.AddSingleton<IEntityService, EntityService>();
        services.AddSingleton<HistoryService>();
        services.AddSingleton<DeletionService>();
        services.AddSingleton<RouteTester>();
        services.AddSingleton<KongSchemas>();
        services.AddSingleton(_ => ServerVariables.OfProcess());
        services.AddSingleton<ImportService>();
        services.AddSingleton<ExportService>();
        services.AddSingleton<IMetricsSource, StoreMetrics>();
    }

    private static void AddRequestLog(IServiceCollection services)
    {
        services.AddSingleton<LogDatabase>();
        services.AddSingleton(_ => new RequestLogQueue());
        services.AddSingleton<LogTail>();
        services.AddSingleton<LogJobs>();
        services.AddSingleton<LogRetentionControl>();
        services.AddSingleton<LogRowCounter>();
        services.AddSingleton<IRepricer, Repricer>();
        services.AddSingleton<ICostReceipts>(p => new CostReceipts(p.GetRequiredService<LogDatabase>(), p.GetRequiredService<IRequestLogStore>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<CacheSavings>();
        services.AddSingleton<RepriceRuns>();
        services.AddSingleton<IRequestSink, RequestLogSink>();
        services.AddSingleton<IRequestLogStore, SqliteRequestLogStore>();
        services.AddSingleton<ISessionStore, SqliteSessionStore>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RequestLogWriter>(provider));
        services.AddHostedService(provider => provider.GetRequiredService<RequestLogWriter>());
        services.AddSingleton<IRequestLogState>(provider => provider.GetRequiredService<RequestLogWriter>());
        services.AddSingleton<StoreHealth>();
        services.AddSingleton<IMetricsSource, RequestLogMetrics>();
        services.AddSingleton<ReplayTargets>();
        services.AddSingleton<ReplayBuilder>();
        services.AddSingleton<ReplayClient>();
        services.AddSingleton<ReplayService>();
    }

    private static void AddAdminApi(IServiceCollection services)
    {
        services.AddSingleton<NodeIdentity>();
        services.AddSingleton(provider => new GatewayNode(provider.GetRequiredService<NodeIdentity>().NodeId));
        services.AddSingleton<ConnectionCounts>();
        services.AddSingleton<AdminStatistics>();
        services.AddSingleton<IMetricsSource>(provider => provider.GetRequiredService<AdminStatistics>());
        services.AddSingleton<EntityEndpoints>();
        services.AddSingleton<ConsumerGroupEndpoints>();
        services.AddSingleton<UpstreamEndpoints>();
        services.AddSingleton<ProxyCacheEndpoints>();
        services.AddSingleton<PriceService>();
        services.AddSingleton<PriceEndpoints>();
        services.AddSingleton<RedactionService>();
        services.AddSingleton<RedactionEndpoints>();
        services.AddSingleton<PartialEndpoints>();
        services.AddSingleton<InformationEndpoints>();
        services.AddSingleton<StatusEndpoints>();
        services.AddSingleton<OpenApiSchemas>();
        services.AddSingleton<OpenApiWriter>();
        services.AddSingleton<OpenApiEndpoint>();
        services.AddSingleton<IApiReference, ApiReference>();
        services.AddSingleton<MetricsEndpoint>();
        services.AddSingleton<ControlPlane>();
        services.AddSingleton<KonnectEndpoints>();
        services.AddSingleton<TokenEndpoints>();
        services.AddSingleton<RequestStopper>();
        services.AddSingleton<LogEndpoints>();
        services.AddSingleton<ReplayEndpoints>();
        services.AddSingleton<StatsEndpoints>();
        services.AddSingleton<ReceiptEndpoint>();
        services.AddSingleton<SessionEndpoints>();
        services.AddSingleton<HistoryEndpoints>();
        services.AddSingleton<AuditEndpoints>();
        services.AddSingleton<LogStream>();
        services.AddSingleton<AdminAuthentication>();
        services.AddSingleton<AdminRates>();
        services.AddSingleton<AdminApiMiddleware>();
        services.AddSingleton(provider =>
        {
            var table = new AdminRouteTable();
            provider.GetRequiredService<EntityEndpoints>().Map(table);
            provider.GetRequiredService<ConsumerGroupEndpoints>().Map(table);
            provider.GetRequiredService<UpstreamEndpoints>().Map(table);
            provider.GetRequiredService<ProxyCacheEndpoints>().Map(table);
            provider.GetRequiredService<PriceEndpoints>().Map(table);
            provider.GetRequiredService<RedactionEndpoints>().Map(table);
            provider.GetRequiredService<PartialEndpoints>().Map(table);
            provider.GetRequiredService<InformationEndpoints>().Map(table);
            provider.GetRequiredService<StatusEndpoints>().Map(table);
            provider.GetRequiredService<OpenApiEndpoint>().Map(table);
            provider.GetRequiredService<MetricsEndpoint>().Map(table);
            provider.GetRequiredService<KonnectEndpoints>().Map(table);
            provider.GetRequiredService<TokenEndpoints>().Map(table);
            provider.GetRequiredService<LogEndpoints>().Map(table);
            provider.GetRequiredService<ReplayEndpoints>().Map(table);
            provider.GetRequiredService<StatsEndpoints>().Map(table);
            provider.GetRequiredService<ReceiptEndpoint>().Map(table);
            provider.GetRequiredService<SessionEndpoints>().Map(table);
            provider.GetRequiredService<HistoryEndpoints>().Map(table);
            provider.GetRequiredService<AuditEndpoints>().Map(table);
            return table;
        });
    }

    private static void AddConsole(IServiceCollection services)
    {
        services.AddSingleton<ConsoleAddresses>();
        services.AddSingleton<DiskMeter>();
        services.AddSingleton<LogStorage>();
        services.AddSingleton<RetentionService>();
        services.AddSingleton<LogFileService>();
        services.AddSingleton<HealthService>();
        services.AddSingleton<ListenerFacts>();
        services.AddSingleton<BackupWriter>();
        services.AddSingleton(provider => new StoreOpener(directory => StoreServices.Open(provider.GetRequiredService<IConfiguration>(), directory)));
        services.AddSingleton<BackupShelf>();
        services.AddSingleton<BackupSchedule>();
        services.AddHostedService<BackupClock>();
        services.AddSingleton<RestartSwitch>();
        services.AddSingleton<ConnectService>();
        services.AddSingleton<ProviderKeyCheck>();
        services.AddSingleton<TestRequest>();
        services.AddSingleton<EntityIndex>();
        services.AddSingleton<RecordJump>();
        services.AddSingleton(provider => ReferenceModel.Read(provider.GetRequiredService<IApiReference>().Document));
        services.AddScoped<CspNonce>();
        services.AddSingleton(provider => new LiveBudget(provider.GetRequiredService<TimeProvider>(), Environment.ProcessorCount));
        services.AddScoped<ConnectionState>();
        services.AddScoped<Components.Pages.Prices.ReceiptDesk>();
        services.AddScoped<CircuitHandler>(provider => provider.GetRequiredService<ConnectionState>());
        services.AddMudServices(options =>
        {
            options.SnackbarConfiguration.PositionClass = MudBlazor.Defaults.Classes.Position.BottomCenter;
            options.SnackbarConfiguration.ShowTransitionDuration = 150;
            options.SnackbarConfiguration.HideTransitionDuration = 200;
        });
        services.AddCascadingAuthenticationState();
        services.AddScoped<Microsoft.AspNetCore.Components.Authorization.AuthenticationStateProvider, RevalidatingSession>();
        services.AddSingleton<IHttpContextAccessor, ListenerHttpContextAccessor>();
        services.AddRazorComponents()
            .AddInteractiveServerComponents()
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = 2 * 1024 * 1024);
    }
}
