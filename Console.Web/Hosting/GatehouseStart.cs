using ConsoleWeb.AdminApi;
using ConsoleWeb.Auth;
using ConsoleWeb.Data;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Prices;
using ConsoleWeb.Options;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Hosting;

/// <summary>What happens between building the application and opening the doors.</summary>
internal static class GatehouseStart
{
    /// <summary>Migrates the store, makes the first snapshot, and only then listens.</summary>
    public static async Task StartGatehouseAsync(this WebApplication app)
    {
        var directory = app.Services.GetRequiredService<DataDirectory>();
        var mine = InstanceLock.TryTake(directory) ?? throw DataDirectoryException.InUse(directory);
        app.Lifetime.ApplicationStopped.Register(mine.Dispose);
        try
        {
            await MigrateAsync(app.Services, directory);
            await app.Services.GetRequiredService<PriceService>().LoadAsync(CancellationToken.None);
            await app.Services.GetRequiredService<ConfigWriter>().StartAsync(CancellationToken.None);
            await app.StartAsync();
        }
        catch
        {
            mine.Dispose();
            throw;
        }

        await app.Services.GetRequiredService<SetupService>().AnnounceAsync(CancellationToken.None);
    }

    public static void UseAdminApi(this IApplicationBuilder admin) =>
        admin.Run(admin.ApplicationServices.GetRequiredService<AdminApiMiddleware>().HandleAsync);

    internal static async Task MigrateAsync(IServiceProvider services, DataDirectory directory)
    {
        DataDirectoryException.ThrowIfRestoring(directory);

        // Created here, so that the file is private from its first byte.
        DataDirectory.Protect(directory.ConfigDatabase);
        await using var context = await services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync();
        await services.GetRequiredService<PartialUpgrade>().RunAsync(context, CancellationToken.None);
        await context.Database.MigrateAsync();
    }
}
