using ConsoleWeb.AdminApi;
using ConsoleWeb.Auth;
using ConsoleWeb.Backups;
using ConsoleWeb.Data;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Prices;
using ConsoleWeb.Features.Redaction;
using ConsoleWeb.Features.Storage;
using ConsoleWeb.Options;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Hosting;

/// <summary>What happens between building the application and opening the doors.</summary>
internal static class GatehouseStart
{
    /// <summary>
    /// Begins what the store's library needs once in a process, whatever the store: the model of its tables, which every context shares.
    /// It takes about as long as composing the application, which goes on beside it.
    /// </summary>
    public static void WarmUp() => _ = Task.Run(() =>
    {
        using var context = new ConsoleDbContext(new DbContextOptionsBuilder<ConsoleDbContext>().UseSqlite("Data Source=:memory:").Options);
        _ = context.Model;
    });

    /// <summary>Migrates the store, makes the first snapshot, and only then listens.</summary>
    public static async Task StartGatehouseAsync(this WebApplication app)
    {
        var directory = app.Services.GetRequiredService<DataDirectory>();
        var mine = InstanceLock.TryTake(directory) ?? throw DataDirectoryException.InUse(directory);
        app.Lifetime.ApplicationStopped.Register(mine.Dispose);
        try
        {
            if (BackupReader.Complete(directory, TimeProvider.System) is { } aside)
            {
                StartLog.Restored(app.Logger, directory.Root, aside);
            }

            // Neither needs the other, and each takes about half of a start.
            var loading = Task.Run(() => LoadAsync(app.Services, directory));
            try
            {
                app.MapListeners();
            }
            finally
            {
                await loading;
            }

            await app.StartAsync();
        }
        catch
        {
            mine.Dispose();
            throw;
        }

        await app.Services.GetRequiredService<SetupService>().AnnounceAsync(CancellationToken.None);
    }

    /// <summary>What is stored, in the order in which one thing needs another.</summary>
    private static async Task LoadAsync(IServiceProvider services, DataDirectory directory)
    {
        await MigrateAsync(services, directory);
        await services.GetRequiredService<PriceService>().LoadAsync(CancellationToken.None);
        await services.GetRequiredService<RedactionService>().LoadAsync(CancellationToken.None);
        await services.GetRequiredService<RetentionService>().LoadAsync(CancellationToken.None);
        await services.GetRequiredService<BackupSchedule>().LoadAsync(CancellationToken.None);
        await services.GetRequiredService<ConfigWriter>().StartAsync(CancellationToken.None);
        await services.GetRequiredService<SetupService>().PrepareAsync(CancellationToken.None);
        await services.GetRequiredService<FirstToken>().PrepareAsync(CancellationToken.None);
    }

    private static void MapListeners(this WebApplication app)
    {
        app.CountRequests();
        app.MapListener(Listener.Proxy, proxy => proxy.RunGateway());
        app.MapListener(Listener.Admin, admin => admin.UseAdminApi());
        app.UseConsole();
        foreach (var source in ((IEndpointRouteBuilder)app).DataSources)
        {
            // The pages are looked up when they are first asked for, which would be after the store has been waited for.
            _ = source.Endpoints;
        }
    }

    public static void UseAdminApi(this IApplicationBuilder admin) =>
        admin.Run(admin.ApplicationServices.GetRequiredService<AdminApiMiddleware>().HandleAsync);

    internal static async Task MigrateAsync(IServiceProvider services, DataDirectory directory)
    {
        DataDirectoryException.ThrowIfRestoring(directory);

        // Created here, so that the file is private from its first byte.
        DataDirectory.Protect(directory.ConfigDatabase);
        if (!File.Exists(directory.ConfigDatabase))
        {
            await File.Create(directory.ConfigDatabase).DisposeAsync();
        }

        await using var context = await services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync();
        var applied = await AppliedAsync(context, directory);
        var known = context.Database.GetMigrations().ToHashSet();
        DataDirectoryException.ThrowIfNewer(applied.Where(m => !known.Contains(m)), directory);
        if (applied.Count == known.Count)
        {
            // Every start but the first of a version: working out that there is nothing to do takes longer than all that is done at a start.
            return;
        }

        await services.GetRequiredService<PartialUpgrade>().RunAsync(context, applied, CancellationToken.None);
        await context.Database.MigrateAsync();
    }

    private static async Task<List<string>> AppliedAsync(ConsoleDbContext context, DataDirectory directory) =>
        new FileInfo(directory.ConfigDatabase).Length == 0 ? [] : [.. await context.Database.GetAppliedMigrationsAsync()];
}

internal static partial class StartLog
{
    [LoggerMessage(EventId = 6101, Level = LogLevel.Information, Message = "A backup took the place of the data in {Directory}; what was there is in {Aside}")]
    public static partial void Restored(ILogger logger, string directory, string aside);
}
