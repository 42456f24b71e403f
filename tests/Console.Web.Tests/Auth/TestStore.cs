using ConsoleWeb.Audit;
using ConsoleWeb.Auth;
using ConsoleWeb.Data;
using ConsoleWeb.Hosting;
using ConsoleWeb.Options;
using Gateway.Core.Plugins;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ConsoleWeb.Tests.Auth;

/// <summary>A migrated store without listeners, on a clock that the test moves.</summary>
internal sealed class TestStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly DataDirectory _directory;

    private TestStore(ServiceProvider services, DataDirectory directory) => (_services, _directory) = (services, directory);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public IServiceProvider Services => _services;

    public IDbContextFactory<ConsoleDbContext> Contexts => _services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>();

    public TokenService Tokens => _services.GetRequiredService<TokenService>();

    public AccountService Accounts => _services.GetRequiredService<AccountService>();

    public UserService Users => _services.GetRequiredService<UserService>();

    public AuditLog Audit => _services.GetRequiredService<AuditLog>();

    public string DatabaseFile => _directory.ConfigDatabase;

    public DataDirectory Directory => _directory;

    public static async Task<TestStore> OpenAsync()
    {
        var directory = new DataDirectory(Path.Combine(Path.GetTempPath(), "gatehouse-tests", Guid.NewGuid().ToString("N")));
        var services = new ServiceCollection().AddLogging();
        TestStore? store = null;
        services.AddSingleton<TimeProvider>(_ => store!.Time);
        services.AddSingleton<PluginCatalog>();
        GatehouseServices.AddStore(services, directory);
        services.AddGatehouseAuth(directory);
        store = new TestStore(services.BuildServiceProvider(), directory);
        await GatehouseStart.MigrateAsync(store._services, directory);
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        System.IO.Directory.Delete(_directory.Root, recursive: true);
    }
}
