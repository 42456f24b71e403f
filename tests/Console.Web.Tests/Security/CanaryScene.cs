using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;
using Gateway.Testing.Faults;
using Microsoft.AspNetCore.Http;

namespace ConsoleWeb.Tests.Security;

/// <summary>A running product that holds a secret wherever it takes one, called in every way that moves a secret.</summary>
internal sealed class CanaryScene : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly Dictionary<string, string> _environment = [];
    private readonly List<(string From, byte[] Bytes)> _seen = [];
    private readonly FakeUpstream _upstream;
    private string _admin = "";

    private CanaryScene(FakeUpstream upstream) => _upstream = upstream;

    public Canary Canary { get; } = new();

    public ProductRun Run { get; private set; } = null!;

    public string Directory { get; } = Path.Combine(Path.GetTempPath(), "gatehouse-tests", Guid.NewGuid().ToString("N"));

    /// <summary>What collectors of logs and traces were sent.</summary>
    public IEnumerable<ReceivedRequest> Collected => _upstream.Requests.Where(r => r.Target.StartsWith("/collect", StringComparison.Ordinal));

    /// <summary>Everything that was answered to a caller, with where it came from.</summary>
    public IReadOnlyList<(string From, byte[] Bytes)> Seen => _seen;

    public static async Task<CanaryScene> StartAsync()
    {
        var scene = new CanaryScene(await FakeUpstream.StartAsync(AnswerAsync));
        try
        {
            await scene.StartProductAsync();
            await scene.ConfigureAsync();
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls the Admin API and keeps the answer for the search.</summary>
    public async Task<string> AdminAsync(HttpMethod method, string path, string? token, string? json = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Run.AdminUrl, path));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = json is null ? null : new StringContent(json, new MediaTypeHeaderValue("application/json"));
        return await KeepAsync($"{method} {path}", request);
    }

    /// <summary>Calls the proxy with a client's own secrets and keeps the answer for the search.</summary>
    public async Task ProxyAsync(string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(Run.ProxyUrl, path));
        request.Content = body is null ? null : new StringContent(body, new MediaTypeHeaderValue("application/json"));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        await KeepAsync($"proxy {path.Split('?')[0]}", request);
    }

    /// <summary>Signs in at the console and reads pages as a browser gets them first.</summary>
    public async Task ReadPagesAsync(IEnumerable<string> paths)
    {
        using var browser = new ConsoleBrowser(Run.ConsoleUrl);
        Assert.Equal(HttpStatusCode.Redirect, await browser.SignInAsync("ada", Canary.Secrets["administrator's password"]));
        Canary.Know("session cookie", browser.SessionCookie!);
        foreach (var path in paths)
        {
            var (status, html) = await browser.GetAsync(path);
            Assert.True(status == HttpStatusCode.OK, $"{path}: {status}");
            Assert.True(html.Length > 1000, $"{path} has {html.Length} bytes");
            _seen.Add(($"page {path}", html));
        }
    }

    /// <summary>A token with these scopes, which is a secret as well.</summary>
    public async Task<string> MakeTokenAsync(string name, string scopes)
    {
        var made = (await ProductRun.RunAsync(Directory, _environment, "token", "create", "--name", name, "--scopes", scopes)).Trim();
        Canary.Know($"token {name}", made);
        return made;
    }

    public Task<string> CommandAsync(params string[] arguments) => ProductRun.RunAsync(Directory, _environment, arguments);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (Run is not null)
        {
            await Run.DisposeAsync();
        }

        await _upstream.DisposeAsync();
        if (System.IO.Directory.Exists(Directory))
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }

    /// <summary>A provider that answers, one that refuses the key and repeats it, and a collector.</summary>
    private static async Task AnswerAsync(HttpContext http)
    {
        var key = http.Request.Headers.Authorization.ToString();
        if (http.Request.Path.StartsWithSegments("/refuses"))
        {
            http.Response.StatusCode = 401;
            http.Response.Headers["X-Seen"] = key;
            await http.Response.WriteAsJsonAsync(new { error = new { message = $"Incorrect API key provided: {key}", type = "invalid_request_error", code = "invalid_api_key" } });
            return;
        }

        await http.Response.WriteAsJsonAsync(new
        {
            id = "c-1",
            @object = "chat.completion",
            created = 1,
            model = "gpt-4o",
            choices = new[] { new { index = 0, message = new { role = "assistant", content = "hello" }, finish_reason = "stop" } },
            usage = new { prompt_tokens = 3, completion_tokens = 2, total_tokens = 5 },
        });
    }

    private async Task StartProductAsync()
    {
        System.IO.Directory.CreateDirectory(Directory);
        _environment["Gateway__Console__AdminUser"] = "ada";
        _environment["Gateway__Console__AdminPassword"] = Canary.Add("administrator's password");
        _environment["GATEWAY_SECRET_PROVIDER"] = "Bearer " + Canary.Add("provider key in the environment", "sk-");
        _environment["Gateway__Console__Oidc__Authority"] = "http://127.0.0.1:9";
        _environment["Gateway__Console__Oidc__RequireHttpsMetadata"] = "false";
        _environment["Gateway__Console__Oidc__ClientId"] = "gatehouse";
        _environment["Gateway__Console__Oidc__ClientSecret"] = Canary.Add("OIDC client secret");
        _environment["Gateway__Console__Oidc__DefaultRole"] = "Viewer";
        _environment["Gateway__Redis__ConnectionString"] = $"127.0.0.1:9,password={Canary.Add("Redis password", isPlain: true)},abortConnect=false";
        _environment["Gateway__Logs__Redaction__Rules__0__Name"] = "marked";
        _environment["Gateway__Logs__Redaction__Rules__0__Path"] = "**.secret_note";
        _environment["Serilog__MinimumLevel__Default"] = "Verbose";
        _environment["Serilog__MinimumLevel__Override__Microsoft"] = "Debug";
        _environment["Serilog__MinimumLevel__Override__System.Net.Http"] = "Verbose";
        Run = await ProductRun.StartAsync(Directory, _environment);
        var secrets = Path.Combine(Directory, "secrets");
        System.IO.Directory.CreateDirectory(secrets);
        await File.WriteAllTextAsync(Path.Combine(secrets, "provider"), "Bearer " + Canary.Add("provider key in a file", "sk-"), TestContext.Current.CancellationToken);
    }

    private async Task ConfigureAsync()
    {
        _admin = await MakeTokenAsync("everything", "admin");
        var fake = _upstream.Address.ToString().TrimEnd('/');
        await PutAsync("/services/ai", new { url = "http://localhost:9" });
        foreach (var (route, auth, path) in new[]
        {
            ("plugin", "Bearer " + Canary.Add("provider key in a plugin", "sk-"), "answers"), ("env", "{vault://env/gateway-secret-provider}", "answers"),
            ("file", "{vault://file/provider}", "answers"), ("refused", "Bearer " + Canary.Add("provider key that is refused", "sk-"), "refuses"),
        })
        {
            await PutAsync($"/services/ai/routes/{route}", new { paths = new[] { "/" + route } });
            await PostAsync($"/routes/{route}/plugins", new
            {
                name = "ai-proxy",
                config = new
                {
                    route_type = "llm/v1/chat",
                    auth = new { header_name = "Authorization", header_value = auth },
                    model = new { provider = "openai", name = "gpt-4o", options = new { upstream_url = $"{fake}/{path}" } },
                    logging = new { log_statistics = true, log_payloads = true },
                },
            });
        }

        await PutAsync("/services/plain", new { url = fake + "/answers" });
        foreach (var plugin in new[] { "key-auth", "basic-auth", "jwt" })
        {
            await PutAsync($"/services/plain/routes/{plugin}", new { paths = new[] { "/" + plugin } });
            await PostAsync($"/routes/{plugin}/plugins", new { name = plugin });
        }

        await PutAsync("/services/plain/routes/open", new { paths = new[] { "/open" } });
        await PutAsync("/services/dead", new { url = "http://127.0.0.1:9" });
        await PutAsync("/services/dead/routes/dead", new { paths = new[] { "/dead" } });
        await PutAsync("/consumers/bob", new { username = "bob" });
        await PostAsync("/consumers/bob/key-auth", new { key = Canary.Add("key of a consumer", isPlain: true) });
        await PostAsync("/consumers/bob/basic-auth", new { username = "bob", password = Canary.Add("password of a consumer", isPlain: true) });
        await PostAsync("/consumers/bob/jwt", new { key = "issuer", secret = Canary.Add("secret of a consumer's JWT", isPlain: true) });
        using var authority = new TestAuthority();
        var pair = authority.Issue("canary.example");
        Canary.Know("private key of a certificate", string.Concat(pair.Key.Split('\n').Where(l => !l.StartsWith('-'))).Substring(20, 40));
        await PostAsync("/certificates", new { cert = pair.Certificate, key = pair.Key, snis = new[] { "canary.example" } });
        await PostAsync("/plugins", new { name = "http-log", config = new { http_endpoint = fake.Replace("://", $"://log:{Canary.Add("password of the log's collector", isPlain: true)}@", StringComparison.Ordinal) + "/collect/http" } });
        await PostAsync("/plugins", new { name = "file-log", config = new { path = Path.Combine(Directory, "requests.jsonl") } });
        await PostAsync("/plugins", new
        {
            name = "opentelemetry",
            config = new { traces_endpoint = fake + "/collect/traces", access_logs = new { endpoint = fake + "/collect/logs" }, headers = new Dictionary<string, string> { ["x-key"] = Canary.Add("key of the trace's collector", isPlain: true) } },
        });
        await PostAsync("/plugins", new { name = "prometheus", config = new { status_code_metrics = true, latency_metrics = true, per_consumer = true, ai_metrics = true } });
        await PostAsync("/services/plain/plugins", new { name = "rate-limiting", config = new { minute = 10_000, policy = "redis", redis = new { host = "127.0.0.1", port = 9, password = Canary.Add("Redis password of a plugin", isPlain: true) } } });
    }

    private Task PutAsync(string path, object body) => ChangeAsync(HttpMethod.Put, path, body);

    private Task PostAsync(string path, object body) => ChangeAsync(HttpMethod.Post, path, body);

    private async Task ChangeAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, new Uri(Run.AdminUrl, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _admin);
        request.Content = new StringContent(System.Text.Json.JsonSerializer.Serialize(body), new MediaTypeHeaderValue("application/json"));
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
    }

    private async Task<string> KeepAsync(string from, HttpRequestMessage request)
    {
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        _seen.Add((from, [.. Encoding.UTF8.GetBytes(answer.ToString()), .. body]));
        return Encoding.UTF8.GetString(body);
    }
}
