using System.Net;
using ConsoleWeb.Auth;
using ConsoleWeb.Data;
using ConsoleWeb.Tests.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.AdminApi.Logs;

/// <summary>Who may read the request log. A host of its own for each test, because failed attempts are counted.</summary>
public sealed class LogAccessTests : IAsyncLifetime
{
    private static readonly string[] Paths = ["/logs", "/logs/some-id", "/logs/stream", "/logs/export", "/stats", "/stats/values"];

    private TestHost? _host;

    private TestHost Host => _host!;

    public async ValueTask InitializeAsync() => _host = await TestHost.StartAsync();

    public async ValueTask DisposeAsync() => await Host.DisposeAsync();

    [Fact]
    public async Task NoToken_Answers401()
    {
        foreach (var path in Paths)
        {
            var answer = await Host.SendAsync(HttpMethod.Get, path, null, token: "");

            AdminFixture.AssertIs(HttpStatusCode.Unauthorized, """{"message":"Unauthorized","status":401}""", answer);
            Assert.StartsWith("Bearer", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task OtherScopes_Answer403NamingTheOneThatIsMissing()
    {
        var token = await Host.MakeTokenAsync(TokenScopes.ConfigWrite, TokenScopes.SecretsRead, TokenScopes.PayloadsRead);

        foreach (var path in Paths)
        {
            var answer = await Host.SendAsync(HttpMethod.Get, path, null, token);

            Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
            Assert.Contains("'logs:read'", answer["message"]!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task LogsRead_ReadsLogsAndNothingElse()
    {
        var token = await Host.MakeTokenAsync(TokenScopes.LogsRead);

        Assert.Equal(HttpStatusCode.OK, (await Host.SendAsync(HttpMethod.Get, "/logs", null, token)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Host.SendAsync(HttpMethod.Get, "/logs/some-id", null, token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await Host.SendAsync(HttpMethod.Head, "/logs/stream", null, token)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Host.SendAsync(HttpMethod.Get, "/services", null, token)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Host.SendAsync(HttpMethod.Post, "/services", """{"host":"a"}""", token)).Status);
    }

    [Fact]
    public async Task ConfigRead_MayNotWrite()
    {
        var token = await Host.MakeTokenAsync(TokenScopes.ConfigRead);

        Assert.Equal(HttpStatusCode.OK, (await Host.SendAsync(HttpMethod.Get, "/services", null, token)).Status);
        foreach (var (method, path) in new[] { ("POST", "/services"), ("PUT", "/services/a"), ("PATCH", "/services/a"), ("DELETE", "/services/a") })
        {
            var answer = await Host.SendAsync(new HttpMethod(method), path, """{"host":"a"}""", token);
            Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
            Assert.Contains("'config:write'", answer["message"]!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Revoked_JustAfterItWorked_Answers401()
    {
        var created = await CreateAsync();
        Assert.Equal(HttpStatusCode.OK, (await Host.SendAsync(HttpMethod.Get, "/logs", null, created.Token)).Status);

        var revoked = await Host.SendAsync(HttpMethod.Post, $"/v3/users/me/access-tokens/{created.Row.Id}/revoke", null);

        Assert.Equal(HttpStatusCode.NoContent, revoked.Status);
        foreach (var path in Paths)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await Host.SendAsync(HttpMethod.Get, path, null, created.Token)).Status);
        }
    }

    [Fact]
    public async Task Expired_Answers401()
    {
        var created = await CreateAsync();
        await using (var context = await Host.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            await context.AccessTokens.Where(t => t.Id == created.Row.Id).ExecuteUpdateAsync(
                s => s.SetProperty(t => t.ExpiresAt, DateTimeOffset.UtcNow.AddMinutes(-1)), TestContext.Current.CancellationToken);
        }

        foreach (var path in Paths)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await Host.SendAsync(HttpMethod.Get, path, null, created.Token)).Status);
        }
    }

    [Fact]
    public async Task Token_InKongsHeader_IsTaken()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Host.AdminUrl, "/logs"));
        request.Headers.Add("Kong-Admin-Token", Host.Token);

        Assert.Equal(HttpStatusCode.OK, (await Host.SendAsync(request)).Status);
    }

    [Fact]
    public async Task Token_InTheQuery_IsRefused() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await Host.SendAsync(HttpMethod.Get, "/logs?token=" + Host.Token, null, token: "")).Status);

    [Fact]
    public async Task Failures_MoreThanTen_Answer429AndLeaveValidTokensAlone()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await Host.SendAsync(HttpMethod.Get, "/logs", null, "no-token")).Status);
        }

        var refused = await Host.SendAsync(HttpMethod.Get, "/logs", null, "no-token");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.InRange(int.Parse(refused.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        Assert.Equal(HttpStatusCode.OK, (await Host.GetAsync("/logs")).Status);
    }

    private async Task<CreatedToken> CreateAsync() =>
        (await Host.Services.GetRequiredService<TokenService>().CreateAsync(
            new TokenRequest("some", [TokenScopes.LogsRead], null), TokenOwner.CommandLine, TestContext.Current.CancellationToken)).Value!;
}
