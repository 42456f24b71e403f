using System.Text.Json.Nodes;

namespace Gateway.E2E.Harness;

/// <summary>
/// The mock provider (aimock) with the texts of <c>clients/fixtures</c>: OpenAI Chat, OpenAI Responses and Anthropic Messages on one port.
/// </summary>
internal sealed class MockProvider : IAsyncDisposable
{
    private readonly NodeServer _server;
    private readonly HttpClient _http;

    private MockProvider(NodeServer server)
    {
        _server = server;
        _http = new HttpClient { BaseAddress = server.Address };
        _http.DefaultRequestHeaders.Authorization = new("Bearer", TestKeys.Provider);
    }

    /// <summary>Scheme, host and port, without a path.</summary>
    public string BaseUrl => _server.Address.GetLeftPart(UriPartial.Authority);

    /// <summary>
    /// Starts the mock with one accepted key. It refuses a call as soon as any credential header of it holds another one, so an answer
    /// proves that the gateway's key arrived and the client's did not; its journal shows that a header was there, never its value.
    /// </summary>
    public static async Task<MockProvider> StartAsync() => new(await NodeServer.StartAsync(
        [new("AIMOCK_API_KEYS", TestKeys.Provider)],
        Path.Combine("node_modules", "@copilotkit", "aimock", "dist", "cli.js"), "-p", "0", "-f", "fixtures", "--log-level", "info"));

    /// <summary>Every request since the start or the last <see cref="ForgetAsync"/>, oldest first: <c>path</c>, <c>headers</c>, <c>body</c>, <c>response</c>.</summary>
    public async Task<IReadOnlyList<JsonNode>> ReceivedAsync(CancellationToken cancellationToken)
    {
        var journal = JsonNode.Parse(await _http.GetStringAsync("/__aimock/journal", cancellationToken))!.AsArray();

        return [.. journal.Select(entry => entry!)];
    }

    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsync("/__aimock/reset/journal", content: null, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }
}
