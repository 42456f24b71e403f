using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using ConsoleWeb.Auth;
using ConsoleWeb.Data.Entities;
using ConsoleWeb.Tests.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ConsoleWeb.Tests.AdminApi.Hostile;

/// <summary>The borders between the listeners: what one serves or believes, another does not.</summary>
public sealed class BorderTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:8001")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("10.0.0.1")]
    public async Task Host_OfSomebodyElse_IsRefusedOnAdminAndConsole(string host)
    {
        var adminAnswer = await SendAsync(admin.Host.AdminUrl, "/services", withToken: true, host: host);
        var consoleAnswer = await SendAsync(admin.Host.ConsoleUrl, "/login", withToken: false, host: host);

        Assert.Equal(HttpStatusCode.MisdirectedRequest, adminAnswer.Status);
        Assert.NotEqual("", adminAnswer["message"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.MisdirectedRequest, consoleAnswer.Status);
        Assert.DoesNotContain("<html", consoleAnswer.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Origin_OfSomebodyElse_IsRefusedOnTheAdminApi()
    {
        var request = Request(admin.Host.AdminUrl, "/services", withToken: true);
        request.Method = HttpMethod.Post;
        request.Content = new StringContent("""{"name":"from-a-page","host":"h"}""", new MediaTypeHeaderValue("application/json"));
        request.Headers.Add("Origin", "https://evil.example");

        var answer = await admin.Host.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.False(answer.Headers.ContainsKey("Access-Control-Allow-Origin"));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync("/services/from-a-page")).Status);
    }

    [Fact]
    public async Task Cookie_OfTheConsole_OpensTheConsoleAndNotTheAdminApi()
    {
        await using var host = await TestHost.StartAsync();
        var cookie = await MakeCookieAsync(host);

        var console = await SendAsync(host, host.ConsoleUrl, "/", cookie);
        var without = await SendAsync(host, host.ConsoleUrl, "/", "");
        var adminAnswer = await SendAsync(host, host.AdminUrl, "/services", cookie);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Redirect), (console.Status, without.Status));
        Assert.Equal((HttpStatusCode.Unauthorized, "Unauthorized"), (adminAnswer.Status, adminAnswer["message"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("/services")]
    [InlineData("/v2/organizations/me")]
    [InlineData("/logs")]
    [InlineData("/metrics")]
    [InlineData("/_blazor/negotiate")]
    [InlineData("/login")]
    public async Task AdminAndConsolePaths_OnTheProxy_AreNoRoutes(string path)
    {
        var answer = await SendAsync(admin.Host.ProxyUrl, path, withToken: true);

        Assert.Equal((HttpStatusCode.NotFound, "no Route matched with those values"), (answer.Status, answer["message"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/_blazor/negotiate")]
    [InlineData("/_framework/blazor.web.js")]
    [InlineData("/setup")]
    public async Task ConsolePaths_OnTheAdminApi_DoNotExist(string path) =>
        AdminFixture.AssertIs(HttpStatusCode.NotFound, """{"message":"Not found"}""", await SendAsync(admin.Host.AdminUrl, path, withToken: true));

    [Theory]
    [InlineData("/services")]
    [InlineData("/consumers")]
    [InlineData("/v2/organizations/me")]
    public async Task AdminPaths_OnTheConsole_TellNothingToAToken(string path)
    {
        var answer = await SendAsync(admin.Host.ConsoleUrl, path, withToken: true);

        Assert.NotEqual(HttpStatusCode.OK, answer.Status);
        Assert.DoesNotContain("\"data\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_InTheQuery_IsRefused()
    {
        var answer = await SendAsync(admin.Host.AdminUrl, "/services?token=" + admin.Host.Token, withToken: false);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.DoesNotContain(admin.Host.Token, answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-HTTP-Method-Override", "DELETE")]
    [InlineData("X-Original-URL", "/status/ready")]
    [InlineData("X-Rewrite-URL", "/status/ready")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-Prefix", "/status/ready")]
    public async Task Header_ThatOthersBelieve_ChangesNothing(string name, string value)
    {
        var id = await admin.CreateServiceAsync();
        var request = Request(admin.Host.AdminUrl, "/services/" + id, withToken: false);
        request.Headers.Add(name, value);

        Assert.Equal(HttpStatusCode.Unauthorized, (await admin.Host.SendAsync(request)).Status);
        Assert.Equal(HttpStatusCode.OK, (await admin.Host.GetAsync("/services/" + id)).Status);
    }

    /// <summary>The cookie of a signed-in administrator, as the sign-in would set it.</summary>
    private static async Task<string> MakeCookieAsync(TestHost host)
    {
        var created = await host.Services.GetRequiredService<AccountService>()
            .CreateFirstAdministratorAsync("root", null, "a long enough pass phrase", TestContext.Current.CancellationToken);
        await using var scope = host.Services.CreateAsyncScope();
        var principal = await scope.ServiceProvider.GetRequiredService<SignInManager<GatehouseUser>>().CreateUserPrincipalAsync(created.Value!);
        var end = DateTimeOffset.UtcNow.AddHours(1);
        var properties = new AuthenticationProperties { IssuedUtc = DateTimeOffset.UtcNow, ExpiresUtc = end };
        properties.Items[SignInService.EndItem] = end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var options = host.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        return ConsoleCookie.Name + "=" + options.TicketDataFormat.Protect(new AuthenticationTicket(principal, properties, IdentityConstants.ApplicationScheme));
    }

    private static Task<Answer> SendAsync(TestHost host, Uri listener, string path, string cookie)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(listener, path));
        if (cookie.Length > 0)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return host.SendAsync(request);
    }

    private Task<Answer> SendAsync(Uri listener, string path, bool withToken, string? host = null)
    {
        var request = Request(listener, path, withToken);
        request.Headers.Host = host;
        return admin.Host.SendAsync(request);
    }

    private HttpRequestMessage Request(Uri listener, string path, bool withToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(listener, path));
        request.Headers.Authorization = withToken ? new AuthenticationHeaderValue("Bearer", admin.Host.Token) : null;
        return request;
    }
}
