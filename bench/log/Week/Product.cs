using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ConsoleWeb.Auth;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features;
using ConsoleWeb.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.LogBench.Week;

/// <summary>The whole product on loopback ports: what agents call, and what its Admin API says afterwards.</summary>
internal sealed class Product : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false, AllowAutoRedirect = false });
    private readonly string _token;
    private readonly Uri _proxy;
    private readonly Uri _admin;

    private Product(WebApplication app, string token)
    {
        (_app, _token) = (app, token);
        var addresses = app.Services.GetRequiredService<ConsoleAddresses>();
        (_proxy, _admin) = (new Uri(addresses.Proxy), new Uri(addresses.Admin));
    }

    public IServiceProvider Services => _app.Services;

    public static async Task<Product> StartAsync(string directory, string provider, TimeProvider time)
    {
        var app = GatehouseHost.Build(
            [
                $"--Gateway:Data={directory}", "--Gateway:Proxy:Url=http://127.0.0.1:0", "--Gateway:Admin:Url=http://127.0.0.1:0", "--Gateway:Console:Url=http://127.0.0.1:0",
                $"--Gateway:Providers:openai:BaseUrl={provider}", $"--Gateway:Providers:anthropic:BaseUrl={provider}", "--Serilog:MinimumLevel:Default=Fatal", "--Gateway:Logs:Retention:MaxAgeDays=0",
            ],
            time) ?? throw new InvalidOperationException("The settings are faulty.");
        await app.StartGatehouseAsync();
        var token = await app.Services.GetRequiredService<TokenService>().CreateAsync(new TokenRequest("week", [TokenScopes.Admin], null), TokenOwner.CommandLine, CancellationToken.None);
        return new Product(app, token.Value!.Token);
    }

    /// <summary>Three ways for agents, and people with keys.</summary>
    public async Task ConfigureAsync()
    {
        const string logging = "\"logging\":{\"log_statistics\":true,\"log_payloads\":true}";
        await AddAsync("claude", $$$"""{"name":"ai-proxy","config":{"llm_format":"anthropic","route_type":"llm/v1/chat","auth":{"header_name":"x-api-key","header_value":"k"},"model":{"provider":"anthropic","options":{"anthropic_version":"2023-06-01"}},{{{logging}}}}}""");
        await AddAsync("mix", $$$"""{"name":"ai-proxy","config":{"llm_format":"anthropic","route_type":"llm/v1/chat","auth":{"header_name":"Authorization","header_value":"k"},"model":{"provider":"openai","name":"gpt-5-mini"},{{{logging}}}}}""");
        await AddAsync("codex", $$$"""
            {"name":"ai-proxy-advanced","config":{"llm_format":"openai","genai_category":"text/generation","targets":[{"route_type":"llm/v1/responses","auth":{"header_name":"Authorization","header_value":"k"},"model":{"provider":"openai"},{{{logging}}}}]}}
            """);
        foreach (var person in Plan.People)
        {
            await PostAsync("/consumers", $$"""{"username":"{{person}}"}""");
            await PostAsync($"/consumers/{person}/key-auth", $$"""{"key":"key-of-{{person}}"}""");
        }
    }

    /// <summary>Makes a call as the agent does.</summary>
    /// <returns>The status that the agent saw; 499 where it left.</returns>
    public async Task<int> CallAsync(PlannedCall call, string person)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), new Uri(_proxy, call.Path));
        request.Headers.TryAddWithoutValidation(Provider.Header, call.Number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("x-team-key", $"key-of-{person}");
        foreach (var (name, value) in call.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (call.Body is { } body)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return await ReadAsync(response, call) ? 499 : (int)response.StatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException && call.Ending == Ending.Cut)
        {
            // The connection breaks off as planned, perhaps before its head was read.
            return call.Status;
        }
    }

    /// <returns>Whether the agent has left.</returns>
    private static async Task<bool> ReadAsync(HttpResponseMessage response, PlannedCall call)
    {
        var marker = call.Says.Length > 0 ? call.Says[^6..] : "";
        var text = new StringBuilder();
        await using var stream = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer) is > 0 and var read)
        {
            if (call.Ending is not (Ending.ClientLeaves or Ending.Cut) || !text.Append(Encoding.UTF8.GetString(buffer, 0, read)).ToString().Contains(marker, StringComparison.Ordinal))
            {
                continue;
            }

            if (call.Ending == Ending.ClientLeaves)
            {
                return true;
            }

            call.Seen.TrySetResult();
        }

        return false;
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_admin, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        using var response = await _client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.StatusCode == HttpStatusCode.OK ? JsonNode.Parse(text)! : throw new InvalidOperationException($"GET {path}: {(int)response.StatusCode} {text}");
    }

    /// <summary>All pages of a list.</summary>
    public async Task<List<JsonNode>> ListAsync(string path, string member = "data")
    {
        var all = new List<JsonNode>();
        for (var next = path; next is not null;)
        {
            var page = await GetAsync(next);
            all.AddRange(page[member]!.AsArray().Select(n => n!.DeepClone()));
            next = page["next"]?.ToString();
        }

        return all;
    }

    /// <summary>Waits until the log has everything that was called.</summary>
    public async Task<RequestLogCounts> SettleAsync(long calls)
    {
        var queue = Services.GetRequiredService<RequestLogQueue>();
        for (var i = 0; i < 600 && queue.Count() is var counts && (counts.Produced < calls || counts.Queued > 0); i++)
        {
            await Task.Delay(50);
        }

        return queue.Count();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AddAsync(string name, string plugin)
    {
        await PostAsync("/services", $$"""{"name":"{{name}}","url":"http://localhost:1"}""");
        await PostAsync($"/services/{name}/routes", $$"""{"name":"{{name}}","paths":["/{{name}}"]}""");
        await PostAsync($"/routes/{name}/plugins", plugin);
        await PostAsync($"/routes/{name}/plugins", """{"name":"key-auth","config":{"key_names":["x-team-key"],"hide_credentials":true}}""");
    }

    private async Task PostAsync(string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_admin, path)) { Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        using var response = await _client.SendAsync(request);
        if (response.StatusCode != HttpStatusCode.Created)
        {
            throw new InvalidOperationException($"POST {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
    }
}
