using Gateway.E2E.Harness;

namespace Gateway.E2E.Browser;

/// <summary>One product whose console trusts a provider of the test. The console is at <c>localhost</c> and the provider at <c>127.0.0.1</c>: two sites for a browser.</summary>
public sealed class OidcConsole : IAsyncLifetime
{
    public const string Password = "a gate that is watched";

    private OpenIdProvider? _provider;
    private GatehouseProcess? _gatehouse;

    internal GatehouseProcess Gatehouse => _gatehouse ?? throw new InvalidOperationException("The fixture has not started.");

    internal OpenIdProvider Provider => _provider ?? throw new InvalidOperationException("The fixture has not started.");

    public async ValueTask InitializeAsync()
    {
        _provider = await OpenIdProvider.StartAsync();
        _gatehouse = await GatehouseProcess.StartAsync(Flags(_provider.Issuer));
        await _provider.ServeAsync($"{_gatehouse.ConsoleUrl}/login/oidc/callback", CancellationToken.None);
    }

    /// <summary>The flags that set up the provider and the administrator <c>ada</c>.</summary>
    internal static string[] Flags(string issuer) =>
    [
        "-e", "Gateway__Console__AdminUser=ada",
        "-e", $"Gateway__Console__AdminPassword={Password}",
        "-e", $"Gateway__Console__Oidc__Authority={issuer}",
        "-e", "Gateway__Console__Oidc__RequireHttpsMetadata=false",
        "-e", "Gateway__Console__Oidc__ClientId=gatehouse",
        "-e", "Gateway__Console__Oidc__ClientSecret={vault://env/gateway-secret-oidc}",
        "-e", $"GATEWAY_SECRET_OIDC={TestKeys.Provider}",
        "-e", "Gateway__Console__Oidc__DisplayName=Example ID",
        "-e", "Gateway__Console__Oidc__RoleMap__Admin=ops",
        "-e", "Gateway__Console__Oidc__RoleMap__Viewer=all",
    ];

    public async ValueTask DisposeAsync()
    {
        if (_gatehouse is not null)
        {
            await _gatehouse.DisposeAsync();
        }

        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }
    }
}
