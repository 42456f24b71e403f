using ConsoleWeb.Auth;
using ConsoleWeb.Hosting;
using ConsoleWeb.Options;

namespace ConsoleWeb.Cli;

/// <summary>The data directory of this machine, for words that work on it without asking a server.</summary>
internal static class LocalStore
{
    public static IConfiguration Configuration(CliIo io) => new ConfigurationBuilder().AddInMemoryCollection(
        [KeyValuePair.Create("Gateway:Data", io.Variable("Gateway__Data") ?? io.Variable("GATEHOUSE_DATA"))]).Build();

    /// <summary>Runs an action with the store's services, migrated to this build.</summary>
    public static async Task UseAsync(CliIo io, Func<IServiceProvider, Task> action)
    {
        var configuration = Configuration(io);
        var directory = DataDirectory.From(configuration);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(configuration);
        GatehouseServices.AddStore(services, directory);
        services.AddGatehouseAuth(directory);
        await using var provider = services.BuildServiceProvider();
        await GatehouseStart.MigrateAsync(provider, directory);
        await action(provider);
    }
}
