using System.Net.Http.Headers;
using ConsoleWeb.Auth;
using ConsoleWeb.Features;
using ConsoleWeb.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Hosting;

/// <summary>The whole product on free loopback ports, with a data directory of its own and a token that may do everything.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;
    private readonly bool _keepsData;
    private bool _isStopped;

    private TestHost(WebApplication app, string directory, bool keepsData, string token)
    {
        _app = app;
        _keepsData = keepsData;
        Directory = directory;
        Token = token;
        var addresses = app.Services.GetRequiredService<ConsoleAddresses>();
        (ProxyUrl, AdminUrl, ConsoleUrl) = (new Uri(addresses.Proxy), new Uri(addresses.Admin), new Uri(addresses.Console));
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
    }

    public Uri ProxyUrl { get; }

    public Uri AdminUrl { get; }

    public Uri ConsoleUrl { get; }

    /// <summary>The data directory.</summary>
    public string Directory { get; }

    /// <summary>A token with the scope <c>admin</c>.</summary>
    public string Token { get; }

    public IServiceProvider Services => _app.Services;

    public static Task<TestHost> StartAsync(params string[] settings) =>
        StartInAsync(Path.Combine(Path.GetTempPath(), "gatehouse-tests", Guid.NewGuid().ToString("N")), keepsData: false, settings);

    /// <param name="settings">Such as <c>Gateway:Admin:InsecureLoopback=true</c>.</param>
    public static async Task<TestHost> StartInAsync(string directory, bool keepsData, params string[] settings)
    {
        string[] args =
        [
            $"--Gateway:Data={directory}",
            "--Gateway:Proxy:Url=http://127.0.0.1:0",
            "--Gateway:Admin:Url=http://127.0.0.1:0",
            "--Gateway:Console:Url=http://127.0.0.1:0",
            "--Serilog:MinimumLevel:Default=Warning",
            .. settings.Select(s => "--" + s),
        ];
        var app = GatehouseHost.Build(args) ?? throw new InvalidOperationException("The settings of the test are faulty.");
        await app.StartGatehouseAsync();
        var created = await app.Services.GetRequiredService<TokenService>()
            .CreateAsync(new TokenRequest("test", [TokenScopes.Admin], null), TokenOwner.CommandLine, CancellationToken.None);
        return new TestHost(app, directory, keepsData, created.Value!.Token);
    }

    /// <summary>Makes a token that may do only this.</summary>
    public async Task<string> MakeTokenAsync(params string[] scopes)
    {
        var created = await Services.GetRequiredService<TokenService>()
            .CreateAsync(new TokenRequest("scoped", scopes, null), TokenOwner.CommandLine, CancellationToken.None);
        return created.Value!.Token;
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Answer> PostAsync(string path, string json) => SendAsync(HttpMethod.Post, path, json);

    public Task<Answer> PutAsync(string path, string json) => SendAsync(HttpMethod.Put, path, json);

    public Task<Answer> PatchAsync(string path, string json) => SendAsync(HttpMethod.Patch, path, json);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    /// <summary>Calls the Admin API.</summary>
    /// <param name="token">Null: the host's own; empty: none.</param>
    public Task<Answer> SendAsync(HttpMethod method, string path, string? json, string? token = null)
    {
        var request = new HttpRequestMessage(method, new Uri(AdminUrl, path));
        if (json is not null)
        {
            request.Content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        }

        if (token != "")
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? Token);
        }

        return SendAsync(request);
    }

    /// <summary>Sends any request to any listener, without following redirects.</summary>
    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
            return await Answer.ReadAsync(response);
        }
    }

    /// <summary>Ends the host as a signal does; its services can still be asked.</summary>
    public Task StopAsync()
    {
        _isStopped = true;
        return _app.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (!_isStopped)
        {
            await StopAsync();
        }

        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (!_keepsData)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
