using ConsoleWeb.Auth;
using ConsoleWeb.Options;
using Gateway.Core.Plugins;

namespace ConsoleWeb.Hosting;

/// <summary>The services of the store in a data directory, without anything that listens.</summary>
internal static class StoreServices
{
    public static ServiceProvider Open(IConfiguration configuration, DataDirectory directory)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(configuration);
        services.AddSingleton<PluginCatalog>();
        GatehouseServices.AddStore(services, directory);
        services.AddGatehouseAuth(directory);
        return services.BuildServiceProvider();
    }
}
