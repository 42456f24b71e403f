using System.Globalization;
using System.Net;
using System.Security.Claims;
using ConsoleWeb.Auth;
using ConsoleWeb.Backups;
using ConsoleWeb.Data.Entities;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Entities;
using Gateway.Testing;
using Gateway.Testing.Logging;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ConsoleWeb.Tests.Hosting;

/// <summary>Who may download requests from the console, and with what in them.</summary>
public sealed class ConsoleDownloadTests : IAsyncLifetime
{
    private TestHost? _host;

    private TestHost Host => _host!;

    public async ValueTask InitializeAsync()
    {
        _host = await TestHost.StartAsync();
        var queue = Host.Services.GetRequiredService<RequestLogQueue>();
        foreach (var session in (string[])["one", "two"])
        {
            var record = SomeRecords.AiProxy();
            (record.SessionId, record.Llm!.LogPayloads, record.Llm.RequestPayload) = (session, true, "some question");
            queue.Add(record);
        }

        Assert.True(await Poll.UntilAsync(() => queue.Count().Queued == 0));
    }

    public async ValueTask DisposeAsync() => await Host.DisposeAsync();

    [Fact]
    public async Task Export_PersonWhoMayReadBodies_GetsThem()
    {
        var answer = await GetAsync("/logs/export?q=session:one&payloads=true", await MakeCookieAsync(Roles.Admin));

        Assert.Equal((HttpStatusCode.OK, "application/x-ndjson; charset=utf-8"), (answer.Status, answer.Headers["Content-Type"]));
        Assert.Equal(("one", "some question"), ((string?)answer["gatehouse"]!["session_id"], (string?)answer["ai"]!["proxy"]!["payload"]!["request"]));
    }

    [Fact]
    public async Task Export_PersonWhoMayNotReadBodies_GetsTheRest()
    {
        var cookie = await MakeCookieAsync(Roles.Viewer);

        var bodies = await GetAsync("/logs/export?payloads=true", cookie);
        var rest = await GetAsync("/logs/export", cookie);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (bodies.Status, rest.Status));
        Assert.Equal(2, rest.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain("some question", bodies.Text + rest.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_NobodySignedInOrWithoutARole_GetsNothing()
    {
        var nobody = await MakeCookieAsync(role: null);

        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.Forbidden), ((await GetAsync("/logs/export", "")).Status, (await GetAsync("/logs/export", nobody)).Status));
    }

    [Theory]
    [InlineData(Roles.Admin, HttpStatusCode.OK)]
    [InlineData(Roles.Editor, HttpStatusCode.Redirect)]
    public async Task Backup_OnlyAnAdministrator_TakesItAway(string role, HttpStatusCode expected)
    {
        var name = await Host.Services.GetRequiredService<BackupShelf>().MakeAsync(withLogs: false, null, "1.2.3", Actor.CommandLine, TestContext.Current.CancellationToken);
        var cookie = await MakeCookieAsync(role);

        var answer = await GetAsync("/settings/backup/" + name, cookie);

        Assert.Equal(expected, answer.Status);
        Assert.Equal(role == Roles.Admin, answer.Headers.GetValueOrDefault("Content-Type") == "application/gzip");
    }

    [Theory]
    [InlineData(Roles.Operator, HttpStatusCode.OK)]
    [InlineData(Roles.Editor, HttpStatusCode.Forbidden)]
    public async Task LogFile_PersonWhoMayReadBodies_GetsItsRecordsAndNothingElse(string role, HttpStatusCode expected)
    {
        var file = Path.Combine(Host.Directory, "records.json");
        await Host.PostAsync("/plugins", $$$"""{"name":"file-log","config":{"path":"{{{file}}}"}}""");
        await File.WriteAllTextAsync(file, "{\"request\":{\"id\":\"a\"},\"latencies\":{},\"started_at\":1800000000000}\nroot:x:0:0\n", TestContext.Current.CancellationToken);
        var cookie = await MakeCookieAsync(role);

        var answer = await GetAsync("/logs/files/download?file=" + Uri.EscapeDataString(file), cookie);
        var other = await GetAsync("/logs/files/download?file=/etc/passwd", cookie);

        Assert.Equal((expected, expected == HttpStatusCode.OK ? HttpStatusCode.NotFound : expected), (answer.Status, other.Status));
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, answer.Text.Split('\n').Count(l => l.Contains("started_at", StringComparison.Ordinal)));
        Assert.DoesNotContain("root:x", answer.Text + other.Text, StringComparison.Ordinal);
    }

    private Task<Answer> GetAsync(string path, string cookie)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Host.ConsoleUrl, path));
        if (cookie.Length > 0)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return Host.SendAsync(request);
    }

    private async Task<string> MakeCookieAsync(string? role)
    {
        var created = await Host.Services.GetRequiredService<AccountService>().CreateFirstAdministratorAsync("root", null, "a long enough pass phrase", TestContext.Current.CancellationToken);
        await using var scope = Host.Services.CreateAsyncScope();
        var principal = await scope.ServiceProvider.GetRequiredService<SignInManager<GatehouseUser>>().CreateUserPrincipalAsync(created.Value!);
        var identity = (ClaimsIdentity)principal.Identity!;
        foreach (var claim in identity.FindAll(identity.RoleClaimType).ToList())
        {
            identity.RemoveClaim(claim);
        }

        if (role is not null)
        {
            identity.AddClaim(new Claim(identity.RoleClaimType, role));
        }

        var end = DateTimeOffset.UtcNow.AddHours(1);
        var properties = new AuthenticationProperties { IssuedUtc = DateTimeOffset.UtcNow, ExpiresUtc = end };
        properties.Items[SignInService.EndItem] = end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var options = Host.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        return ConsoleCookie.Name + "=" + options.TicketDataFormat.Protect(new AuthenticationTicket(principal, properties, IdentityConstants.ApplicationScheme));
    }
}
