using System.Net;
using System.Net.Http.Headers;
using ConsoleWeb.AdminApi;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Auth;
using ConsoleWeb.Tests.AdminApi;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Security;

/// <summary>Every endpoint of the Admin API against every scope, read from the route table: a new endpoint is in it by itself.</summary>
public sealed class AccessMatrixTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    /// <summary>Answers that say "you may not": no, no token, too often without one.</summary>
    private static readonly HttpStatusCode[] Refusals = [HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests];

    /// <summary>What any valid token may read; everything else needs a scope. A new line here is a decision.</summary>
    private static readonly string[] OpenToAnyToken = ["/", "/kong", "/status", "/status/ready", "/endpoints", "/openapi.json", "/konnect-api/api/runtime_groups"];

    private IReadOnlyList<ApiEndpoint> Endpoints => [.. admin.Host.Services.GetRequiredService<AdminRouteTable>().Endpoints];

    /// <summary>Deny by default: whatever nobody has thought of needs the scopes of the configuration.</summary>
    [Fact]
    public void Endpoints_WithoutAScope_AreKnownByName()
    {
        var open = Endpoints.Where(e => AdminScopes.Needed(e.Method, e.Pattern) is null).Select(e => e.Pattern).Distinct();

        Assert.All(open, p => Assert.True(OpenToAnyToken.Contains(p) || p.StartsWith("/v2/", StringComparison.Ordinal) || p.StartsWith("/v3/", StringComparison.Ordinal), p));
        Assert.Equal(TokenScopes.ConfigWrite, AdminScopes.Needed("POST", "/something-new"));
        Assert.Equal(TokenScopes.ConfigRead, AdminScopes.Needed("GET", "/something-new"));
    }

    [Fact]
    public async Task Call_WithoutTheScope_IsRefusedOnEveryEndpoint()
    {
        var checkedPairs = 0;
        foreach (var scope in TokenScopes.All)
        {
            var token = await admin.Host.MakeTokenAsync(scope);
            var has = TokenScopes.Expand([scope]);
            foreach (var endpoint in Endpoints)
            {
                if (AdminScopes.Needed(endpoint.Method, endpoint.Pattern) is not { } needed || has.Contains(needed))
                {
                    continue;
                }

                var answer = await admin.Host.SendAsync(new HttpMethod(endpoint.Method), PathOf(endpoint), Body(endpoint), token);

                Assert.True(answer.Status == HttpStatusCode.Forbidden, $"{endpoint.Method} {endpoint.Pattern} with {scope}: {answer.Status}");
                Assert.Contains($"'{needed}'", answer.Text, StringComparison.Ordinal);
                checkedPairs++;
            }
        }

        Assert.True(checkedPairs > 500, $"only {checkedPairs} pairs");
    }

    [Fact]
    public async Task Read_WithTheScope_IsAllowedOnEveryEndpoint()
    {
        foreach (var scope in new[] { TokenScopes.ConfigRead, TokenScopes.LogsRead })
        {
            var token = await admin.Host.MakeTokenAsync(scope);
            foreach (var endpoint in Endpoints.Where(e => e.Method == "GET" && !e.Pattern.EndsWith("/stream", StringComparison.Ordinal) && AdminScopes.Needed(e.Method, e.Pattern) == scope))
            {
                var answer = await admin.Host.SendAsync(HttpMethod.Get, PathOf(endpoint), null, token);

                Assert.True(answer.Status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden), $"{endpoint.Pattern} with {scope}: {answer.Status}");
            }
        }
    }

    /// <summary>A browser cannot be made to call it: a cookie counts for nothing, and so does no credential at all.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("gatehouse=CfDJ8something")]
    public async Task Call_WithoutAToken_IsRefusedOnEveryEndpoint(string? cookie)
    {
        foreach (var endpoint in Endpoints.Where(e => e.Pattern != AdminAuthentication.ReadyPath))
        {
            using var request = Request(endpoint);
            if (cookie is not null)
            {
                request.Headers.Add("Cookie", cookie);
            }

            var answer = await admin.Host.SendAsync(request);

            Assert.True(Refusals.Contains(answer.Status), $"{endpoint.Method} {endpoint.Pattern}: {answer.Status}");
        }
    }

    /// <summary>Not even with a token that may do everything: a page that got hold of one is still a page.</summary>
    [Theory]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Host", "rebound.example", HttpStatusCode.MisdirectedRequest)]
    public async Task Call_FromAForeignPage_IsRefusedOnEveryEndpoint(string header, string value, HttpStatusCode expected)
    {
        foreach (var endpoint in Endpoints)
        {
            using var request = Request(endpoint);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", admin.Host.Token);
            request.Headers.TryAddWithoutValidation(header, value);

            var answer = await admin.Host.SendAsync(request);

            Assert.True(answer.Status == expected, $"{endpoint.Method} {endpoint.Pattern}: {answer.Status}");
            Assert.DoesNotContain("Access-Control-Allow-Origin", answer.Headers.Keys);
        }
    }

    [Fact]
    public async Task Answers_OfEveryEndpoint_AreNotKeptAndNotGuessedAt()
    {
        foreach (var endpoint in Endpoints.Where(e => e.Method == "GET" && !e.Pattern.EndsWith("/stream", StringComparison.Ordinal)))
        {
            var answer = await admin.Host.GetAsync(PathOf(endpoint));

            Assert.True(answer.Headers.GetValueOrDefault("X-Content-Type-Options") == "nosniff", endpoint.Pattern);
            Assert.True(answer.Headers.GetValueOrDefault("Cache-Control")?.Contains("no-store", StringComparison.Ordinal) == true, endpoint.Pattern);
        }
    }

    private static string PathOf(ApiEndpoint endpoint) => string.Join('/', endpoint.Pattern.Split('/').Select(s => s.StartsWith('{') ? "nobody" : s));

    private static string? Body(ApiEndpoint endpoint) => endpoint.Method is "POST" or "PUT" or "PATCH" ? "{}" : null;

    private HttpRequestMessage Request(ApiEndpoint endpoint) => new(new HttpMethod(endpoint.Method), new Uri(admin.Host.AdminUrl, PathOf(endpoint)))
    {
        Content = Body(endpoint) is { } body ? new StringContent(body, new MediaTypeHeaderValue("application/json")) : null,
    };
}
