using System.Net;
using System.Reflection;
using ConsoleWeb.Components;
using ConsoleWeb.Tests.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;

namespace ConsoleWeb.Tests.Security;

/// <summary>Every page of the console as somebody meets it who has not signed in, and what stands in the head of each answer.</summary>
public sealed class ConsoleEndpointTests(ConsoleEndpointTests.Fixture admin) : IClassFixture<ConsoleEndpointTests.Fixture>
{
    /// <summary>Pages before the sign-in. A new line here is a decision.</summary>
    private static readonly string[] OpenPages = ["/login", "/not-found", "/password", "/setup"];

    private static IEnumerable<(Type Page, string Path)> Pages =>
        typeof(App).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<RouteAttribute>().Select(r => (t, r.Template)));

    [Fact]
    public void Pages_WithoutSignIn_AreKnownByName()
    {
        var open = Pages.Where(p => p.Page.GetCustomAttribute<AuthorizeAttribute>() is null).Select(p => p.Path).Order(StringComparer.Ordinal);

        Assert.Equal(OpenPages, open);
    }

    [Fact]
    public async Task Page_WithoutSignIn_ShowsNothingOfItself()
    {
        var count = 0;
        foreach (var (_, path) in Pages.Where(p => !OpenPages.Contains(p.Path)))
        {
            var answer = await admin.Host.SendAsync(Get(path));

            Assert.True(answer.Status == HttpStatusCode.Redirect, $"{path}: {answer.Status}");
            Assert.Matches("^(http://[^/]+)?/(login|setup)", answer.Headers["Location"]);
            Assert.Equal("", answer.Text);
            count++;
        }

        Assert.True(count > 40, $"only {count} pages");
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/logs")]
    [InlineData("/nowhere")]
    [InlineData("/healthz")]
    [InlineData("/openapi.json")]
    [InlineData("/_framework/blazor.web.js")]
    public async Task Answer_OfTheConsole_HasTheHeadersThatBrowsersObey(string path)
    {
        var answer = await admin.Host.SendAsync(Get(path));

        var policy = answer.Headers["Content-Security-Policy"];
        foreach (var rule in new[] { "default-src 'self'", "object-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors 'none'", "connect-src 'self'", "font-src 'self'" })
        {
            Assert.Contains(rule, policy.Split("; "));
        }

        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-inline", policy.Split("; ").Single(r => r.StartsWith("script-src", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Equal("no-referrer", answer.Headers["Referrer-Policy"]);
        Assert.Contains("camera=()", answer.Headers["Permissions-Policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("Server", answer.Headers.Keys);
        Assert.DoesNotContain("Access-Control-Allow-Origin", answer.Headers.Keys);
    }

    [Theory]
    [InlineData("POST", "/login")]
    [InlineData("POST", "/setup")]
    [InlineData("POST", "/password")]
    [InlineData("POST", "/logout")]
    [InlineData("POST", "/_blazor/negotiate")]
    [InlineData("GET", "/_blazor")]
    [InlineData("GET", "/login")]
    public async Task Request_OfAForeignPage_IsRefused(string method, string path)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(admin.Host.ConsoleUrl, path));
        request.Headers.Add("Origin", "https://evil.example");

        Assert.Equal(HttpStatusCode.Forbidden, (await admin.Host.SendAsync(request)).Status);
    }

    /// <summary>Without the token of the form nothing happens, whoever sends it.</summary>
    [Theory]
    [InlineData("/login")]
    [InlineData("/setup")]
    [InlineData("/password")]
    [InlineData("/logout")]
    public async Task Form_WithoutItsToken_IsRefused(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(admin.Host.ConsoleUrl, path))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["_handler"] = path.Trim('/'), ["Input.UserName"] = "ada", ["Input.Password"] = "some words" }),
        };

        var answer = await admin.Host.SendAsync(request);

        Assert.True(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.Redirect or HttpStatusCode.NotFound, $"{answer.Status}");
        Assert.DoesNotContain("gatehouse=", answer.Headers.GetValueOrDefault("Set-Cookie") ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_OfTheSignInWithoutItsToken_IsABadRequest()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(admin.Host.ConsoleUrl, "/login"))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["_handler"] = "login", ["Input.UserName"] = "ada", ["Input.Password"] = Fixture.Password }),
        };

        Assert.Equal(HttpStatusCode.BadRequest, (await admin.Host.SendAsync(request)).Status);
    }

    private HttpRequestMessage Get(string template) =>
        new(HttpMethod.Get, new Uri(admin.Host.ConsoleUrl, string.Join('/', template.Split('/').Select(s => s.Contains(":long", StringComparison.Ordinal) ? "1" : s.StartsWith('{') ? "x" : s))));

    /// <summary>A product that has its first administrator.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal const string Password = "some words that do fit";

        private TestHost? _host;

        internal TestHost Host => _host!;

        public async ValueTask InitializeAsync() =>
            _host = await TestHost.StartAsync("Gateway:Console:AdminUser=ada", $"Gateway:Console:AdminPassword={Password}");

        public async ValueTask DisposeAsync()
        {
            if (_host is not null)
            {
                await _host.DisposeAsync();
            }
        }
    }
}
