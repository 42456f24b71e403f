using System.Globalization;
using ConsoleWeb.Auth.Oidc;
using ConsoleWeb.Backups;
using ConsoleWeb.Features.Health;
using ConsoleWeb.Options;
using Gateway.Core;
using Gateway.Core.Tls;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Serilog;
using Serilog.Events;

namespace ConsoleWeb.Hosting;

/// <summary>Composes the product: three listeners in one process.</summary>
internal static class GatehouseHost
{
    /// <summary>Exit code for settings that cannot be used.</summary>
    private const int BadConfiguration = 78;

    /// <summary>Exit code of an end that had to cut calls.</summary>
    private const int CutWork = 75;

    /// <summary>Exit code for a failure inside.</summary>
    private const int InternalFailure = 70;

    public static async Task<int> RunAsync(string[] args)
    {
        GatehouseStart.WarmUp();
        try
        {
            while (true)
            {
                await using var app = Build(args);
                if (app is null)
                {
                    return BadConfiguration;
                }

                var drain = app.Services.GetRequiredService<Drain>();
                using var signals = drain.WatchSignals();
                await app.StartGatehouseAsync();
                await app.WaitForShutdownAsync();
                if (!app.Services.GetRequiredService<RestartSwitch>().IsAsked)
                {
                    return drain.CutCalls > 0 ? CutWork : 0;
                }
            }
        }
        catch (IOException exception) when (exception.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await System.Console.Error.WriteLineAsync($"gatehouse: {exception.Message} Choose another port with Gateway__Proxy__Url, Gateway__Admin__Url or Gateway__Console__Url.");
            return BadConfiguration;
        }
        catch (DataDirectoryException exception)
        {
            await System.Console.Error.WriteLineAsync($"gatehouse: {exception.Message}");
            return BadConfiguration;
        }
        catch (Exception exception) when (StoreHealth.ReasonOf(exception) is { } reason)
        {
            await System.Console.Error.WriteLineAsync($"gatehouse: {reason}: the configuration (gatehouse.db in the data directory). Nothing was changed; 'gatehouse restore BACKUP' brings back what was saved.");
            return BadConfiguration;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Log.Fatal(exception, "Gatehouse stopped");
            await System.Console.Error.WriteLineAsync($"gatehouse: {exception.Message}");
            return InternalFailure;
        }
        finally
        {
            await Log.CloseAndFlushAsync();
        }
    }

    /// <param name="time">The clock; null: the system's.</param>
    /// <returns>The application, not yet started; null when settings are faulty (all faults were printed).</returns>
    public static WebApplication? Build(string[] args, TimeProvider? time = null)
    {
        // A published program must find its static files from any working directory, and a test that hosts it by its name.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // Nothing follows a settings file that changes; watching for it would watch every folder of static files.
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
            ApplicationName = typeof(GatehouseHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseStaticWebAssets();
        var faults = new List<string>();
        var urls = ListenerUrls.Read(builder.Configuration, faults);
        GatehouseOptions.Validate(builder.Configuration, faults);
        var oidc = OidcOptions.Read(builder.Configuration, faults);
        if (faults.Count > 0)
        {
            System.Console.Error.WriteLine("gatehouse: these settings cannot be used:");
            faults.ForEach(f => System.Console.Error.WriteLine("  " + f));
            return null;
        }

        var directory = DataDirectory.From(builder.Configuration);
        LoadedCertificate? certificate = null;
        if (urls.UsesTls && !ListenerCertificate.TryLoad(builder.Configuration, directory, out certificate, out var fault))
        {
            System.Console.Error.WriteLine("gatehouse: " + fault);
            return null;
        }

        builder.Services.AddSerilog((services, logger) => logger
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            // The forwarder's failures are told in one line each by who called it; YARP would add a stack trace to every one.
            .MinimumLevel.Override("Yarp", LogEventLevel.Error)
            .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning)
            // Asked once for each request whether it may write: then the server makes a trace and a scope of log lines for it, which nobody reads.
            .MinimumLevel.Override("Microsoft.AspNetCore.Hosting.Diagnostics", LevelAlias.Off)
            // The keys of the secrets are files that only their owner can read; the README says so, and no start need warn of it again.
            .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogEventLevel.Error)
            .ReadSettings(builder.Configuration)
            .Enrich.With(new UrlSecrets(services))
            .WriteTo.Console(formatProvider: CultureInfo.InvariantCulture));

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(15));
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
            kestrel.ListenAt(urls, certificate);
        });

        builder.Services.AddSingleton(urls);
        builder.Services.AddSingleton(directory);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddGateway(builder.Configuration);
        builder.Services.AddGatehouse(directory);
        builder.Services.AddOidcSignIn(oidc);

        return builder.Build();
    }

    /// <summary>Looking for sinks in all assemblies takes a twentieth of a start, so it is done where settings ask for it.</summary>
    private static LoggerConfiguration ReadSettings(this LoggerConfiguration logger, IConfiguration configuration) =>
        configuration.GetSection("Serilog").Exists() ? logger.ReadFrom.Configuration(configuration) : logger;
}
