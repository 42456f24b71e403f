using ConsoleWeb.Hosting;
using ConsoleWeb.Options;

namespace ConsoleWeb.Cli;

/// <summary>The data directory of this machine, for words that work on it without asking a server.</summary>
internal static class LocalStore
{
    public static IConfiguration Configuration(CliIo io) => new ConfigurationBuilder().AddInMemoryCollection(
        [KeyValuePair.Create("Gateway:Data", io.Variable("Gateway__Data") ?? io.Variable("GATEHOUSE_DATA"))]).Build();

    /// <summary>The services of the store in a data directory.</summary>
    public static ServiceProvider Open(IConfiguration configuration, DataDirectory directory) =>
        StoreServices.Open(configuration, directory);

    /// <summary>Runs an action with the store's services, migrated to this build.</summary>
    public static async Task UseAsync(CliIo io, Func<IServiceProvider, Task> action)
    {
        var configuration = Configuration(io);
        var directory = DataDirectory.From(configuration);
        await using var services = Open(configuration, directory);
        await GatehouseStart.MigrateAsync(services, directory);
        await action(services);
    }
}
