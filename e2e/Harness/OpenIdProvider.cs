using System.Net.Http.Json;

namespace Gateway.E2E.Harness;

/// <summary>A real OpenID provider whose people the test describes. Its own page takes any login.</summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    private readonly NodeServer _server;
    private readonly HttpClient _http;

    private OpenIdProvider(NodeServer server)
    {
        _server = server;
        _http = new HttpClient { BaseAddress = server.Address };
    }

    public string Issuer => _server.Address.GetLeftPart(UriPartial.Authority);

    /// <summary>Starts it out of order, since the console has to know its address first.</summary>
    public static async Task<OpenIdProvider> StartAsync() => new(await NodeServer.StartAsync([new("OIDC_SECRET", TestKeys.Provider)], "oidc-provider.mjs"));

    /// <summary>Puts it in order for one client.</summary>
    /// <param name="callback">The only address to which it sends people back.</param>
    public Task ServeAsync(string callback, CancellationToken cancellationToken) => PutAsync("/__callback", callback, cancellationToken);

    /// <summary>What the provider says of somebody from now on.</summary>
    public Task DescribeAsync(string login, object claims, CancellationToken cancellationToken) => PutAsync($"/__people/{login}", claims, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    private async Task PutAsync(string path, object value, CancellationToken cancellationToken)
    {
        using var answer = await _http.PutAsJsonAsync(path, value, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
