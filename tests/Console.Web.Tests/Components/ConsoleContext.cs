using Bunit;
using ConsoleWeb.Components.Pages.Prices;
using ConsoleWeb.Components.Pages.Reference;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features;
using ConsoleWeb.Features.Connect;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.History;
using ConsoleWeb.Features.Routing;
using ConsoleWeb.Live;
using ConsoleWeb.Tests.Hosting;
using Gateway.Core.Plugins;
using Gateway.Core.Secrets;
using Gateway.Shared.Schema;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MudBlazor.Services;
using TestContext = Xunit.TestContext;

namespace ConsoleWeb.Tests.Components;

/// <summary>Components over the services of a whole running product; only the browser is missing.</summary>
public abstract class ConsoleContext : BunitContext, IAsyncLifetime
{
    private TestHost? _host;

    /// <summary>A machine that runs everything at once needs longer than the second that is usual.</summary>
    static ConsoleContext() => DefaultWaitTimeout = TimeSpan.FromSeconds(15);

    internal static Actor Person { get; } = new("ada", "console", MaySeeSecrets: false, MayWrite: true);

    internal static Actor Owner { get; } = new("owner", "console", MaySeeSecrets: true, MayWrite: true);

    internal IEntityService Entities => Host.Services.GetRequiredService<IEntityService>();

    internal TestHost Host => _host ?? throw new InvalidOperationException("The host has not started.");

    /// <summary>Role of the person who looks.</summary>
    protected virtual string Role => "Admin";

    public async ValueTask InitializeAsync()
    {
        _host = await StartHostAsync();
        JSInterop.Mode = JSRuntimeMode.Loose;
        JSInterop.Setup<string>("gatehouse.timeZone").SetResult("UTC");
        Services.AddMudServices();
        Services.AddLogging();
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(new ConnectionState());
        Services.AddSingleton(new LiveBudget(TimeProvider.System, cores: 2));
        Services.AddSingleton(new ReceiptDesk());
        Borrow<IEntityService>();
        Borrow<PluginCatalog>();
        Borrow<ISecretResolver>();
        Borrow<IOptions<VaultOptions>>();
        Borrow<ConsoleAddresses>();
        Borrow<ReferenceModel>();
        Borrow<ConnectService>();
        Borrow<DeletionService>();
        Borrow<HistoryService>();
        Borrow<RouteTester>();
        Borrow<IRequestLogStore>();
        AddAuthorization().SetAuthorized("ada").SetRoles(Role);
    }

    /// <summary>Starts the product, and what it talks to.</summary>
    private protected virtual Task<TestHost> StartHostAsync() => TestHost.StartAsync();

    /// <summary>Ends what was started beside it.</summary>
    private protected virtual ValueTask ReleaseAsync() => default;

    internal async Task<string> StoreAsync(EntityKind kind, string json)
    {
        var created = await Entities.CreateAsync(kind, System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject(), Owner, TestContext.Current.CancellationToken);
        Assert.False(created.IsError, created.Error?.Message);
        return created.Value!["id"]!.ToString();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        await ReleaseAsync();
    }

    private protected void Borrow<T>()
        where T : class => Services.AddSingleton(_ => Host.Services.GetRequiredService<T>());
}
