using System.Net.Http.Headers;
using System.Text;
using Gateway.E2E.Harness;
using Gateway.E2E.Sdks;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser.Checks;

/// <summary>One product with a route per format pair, the mock as every provider, and a browser in which its administrator is signed in.</summary>
public sealed class CheckConsole : IAsyncLifetime
{
    public const string Password = "a gate that is watched";

    private readonly SdkGateway _gateway = new();
    private readonly HttpClient _http = new();
    private BrowserSession? _session;

    internal BrowserSession Session => _session ?? throw new InvalidOperationException("The fixture has not started.");

    internal IPage Page => Session.Page;

    internal GatehouseProcess Gatehouse => _gateway.Gatehouse;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _gateway.InitializeAsync();
        _session = await BrowserSession.OpenAsync(Gatehouse.ConsoleUrl);
        await _session.CreateAdministratorAsync(Gatehouse.SetupLink, Password);
    }

    /// <summary>Ends all of it. A page that failed in the server has failed, even where the test did not look.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
        {
            await _session.DisposeAsync();
        }

        _http.Dispose();
        var log = _gateway.Gatehouse.ReadServerLog();
        await _gateway.DisposeAsync();
        Assert.False(log.Contains("Unhandled exception", StringComparison.Ordinal), log);
    }

    /// <summary>One call of the route <c>/chat</c>.</summary>
    /// <returns>The id that the gateway gave it.</returns>
    internal async Task<string> CallAsync(string text, bool isStream = false, string model = "gpt-4o", string? session = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Gatehouse.ProxyUrl}/chat/v1/chat/completions");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestKeys.Client);
        if (session is not null)
        {
            request.Headers.Add("x-session-id", session);
        }

        request.Content = new StringContent(
            $$"""{"model":"{{model}}","stream":{{(isStream ? "true" : "false")}},"messages":[{"role":"user","content":"{{text}}"}]}""", Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request, Cancellation);
        _ = await answer.Content.ReadAsStringAsync(Cancellation);

        return answer.Headers.GetValues("X-Kong-Request-Id").Single();
    }

    /// <summary>One call without a body.</summary>
    /// <returns>The id that the gateway gave it.</returns>
    internal async Task<string> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(Gatehouse.ProxyUrl + path, Cancellation);

        return answer.Headers.GetValues("X-Kong-Request-Id").Single();
    }

    /// <inheritdoc cref="BrowserSession.GoAsync"/>
    internal Task GoAsync(string path, string? arrives = null) => Session.GoAsync(path, arrives);

    internal static async Task ExpectAsync(Func<Task<bool>> condition, string what, int seconds = 10)
    {
        for (var attempt = 0; !await condition(); attempt++)
        {
            Assert.True(attempt < 10 * seconds, $"It did not happen within {seconds} seconds: {what}");
            await Task.Delay(100, Cancellation);
        }
    }
}
