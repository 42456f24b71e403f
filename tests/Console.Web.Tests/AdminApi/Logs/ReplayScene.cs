using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.AdminApi.Logs;

/// <summary>
/// A running product before a model: <c>/chat</c> speaks Chat and is open, <c>/messages</c> speaks Messages, <c>/keyed</c> speaks Chat with another model
/// and asks for a key. Bodies are logged.
/// </summary>
internal sealed class ReplayScene : IAsyncDisposable
{
    public const string Question = """{"model": "gpt-asked", "messages": [{"role": "user", "content": "Hi"}], "tools": [{"type": "function", "function": {"name": "rm"}}]}""";

    public static readonly string Key = "k-" + new string('7', 12);

    /// <summary>While closed, streams stop after their first word.</summary>
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ReplayScene(TestHost host) => Host = host;

    public TestHost Host { get; }

    public FakeUpstream Upstream { get; private set; } = null!;

    /// <summary>Id of ada's key.</summary>
    public string Credential { get; private set; } = "";

    public IRequestLogStore Store => Host.Services.GetRequiredService<IRequestLogStore>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<ReplayScene> StartAsync(params string[] settings)
    {
        ReplayScene? scene = null;
        var upstream = await FakeUpstream.StartAsync(http => scene!.AnswerAsync(http));
        var host = await TestHost.StartAsync([$"Gateway:Providers:openai:BaseUrl={upstream.Address}", .. settings]);
        scene = new ReplayScene(host) { Upstream = upstream };
        await scene.AddRouteAsync("chat", "openai", "gpt-one");
        await scene.AddRouteAsync("messages", "anthropic", "gpt-two");
        await scene.AddRouteAsync("keyed", "openai", "gpt-three");
        await host.PostAsync("/routes/keyed/plugins", """{"name":"key-auth","config":{"key_names":["x-team-key"]}}""");
        await host.PostAsync("/consumers", """{"username":"ada"}""");
        scene.Credential = (await host.PostAsync("/consumers/ada/key-auth", $$"""{"key":"{{Key}}"}"""))["id"]!.ToString();
        return scene;
    }

    /// <summary>Lets streams go on.</summary>
    public void Open() => _gate.TrySetResult();

    /// <summary>Calls the gateway as a client does, and waits for the record.</summary>
    public async Task<StoredRequest> CallAsync(string path = "/chat/chat/completions?a=1", string body = Question, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Host.ProxyUrl, path)) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await FindAsync((await Host.SendAsync(request)).Headers["X-Kong-Request-Id"]);
    }

    public async Task<StoredRequest> FindAsync(string id)
    {
        StoredRequest? stored = null;
        Assert.True(await Poll.UntilAsync(async () => (stored = await Store.FindAsync(id, Cancel)) is not null), $"{id} is not in the log");
        return stored!;
    }

    public async ValueTask DisposeAsync()
    {
        Open();
        await Host.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    private async Task AddRouteAsync(string name, string format, string model)
    {
        var service = (await Host.PostAsync("/services", $$"""{"name":"{{name}}","url":"http://localhost:1"}"""))["id"];
        await Host.PostAsync($"/services/{service}/routes", $$"""{"name":"{{name}}","paths":["/{{name}}"]}""");
        var plugin = await Host.PostAsync($"/routes/{name}/plugins", $$$"""
            {"name":"ai-proxy","config":{"llm_format":"{{{format}}}","route_type":"llm/v1/chat","logging":{"log_statistics":true,"log_payloads":true},
             "auth":{"header_name":"Authorization","header_value":"Bearer provider"},"model":{"provider":"openai","name":"{{{model}}}"} }}
            """);
        Assert.Equal(System.Net.HttpStatusCode.Created, plugin.Status);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var body = JsonNode.Parse(Upstream.Requests[^1].BodyText)!;
        var model = body["model"];
        if (body["stream"]?.GetValue<bool>() != true)
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(
                $$$"""{"id":"c","object":"chat.completion","created":1,"model":"{{{model}}}","choices":[{"index":0,"message":{"role":"assistant","content":"Hello from {{{model}}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13} }""", Cancel);
            return;
        }

        http.Response.ContentType = "text/event-stream";
        await EventAsync($$"""{"model":"{{model}}","choices":[{"index":0,"delta":{"content":"One "},"finish_reason":null}]}""");
        await _gate.Task.WaitAsync(http.RequestAborted);
        await EventAsync($$"""{"model":"{{model}}","choices":[{"index":0,"delta":{"content":"two"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11} }""");
        await EventAsync("[DONE]");

        async Task EventAsync(string data)
        {
            await http.Response.WriteAsync($"data: {data}\n\n", http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }
}
