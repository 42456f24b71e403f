using System.Net;
using System.Text.RegularExpressions;

namespace ConsoleWeb.Tests.Hosting;

/// <summary>A browser without scripts: it keeps cookies, sends the form of the sign-in, and gets pages as they come first.</summary>
internal sealed partial class ConsoleBrowser : IDisposable
{
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _http;
    private readonly Uri _console;

    public ConsoleBrowser(Uri console)
    {
        _console = console;
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies, AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = console };
    }

    /// <summary>What proves the session; null before the sign-in.</summary>
    public string? SessionCookie => _cookies.GetCookies(_console).SingleOrDefault(c => !c.Name.Contains("Antiforgery", StringComparison.Ordinal))?.Value;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <returns>302 when it succeeded.</returns>
    public async Task<HttpStatusCode> SignInAsync(string userName, string password)
    {
        var form = await _http.GetStringAsync("/login", Cancel);
        using var content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "login",
            ["__RequestVerificationToken"] = WebUtility.HtmlDecode(RequestToken().Match(form).Groups[1].Value),
            ["Input.UserName"] = userName,
            ["Input.Password"] = password,
        });
        using var answer = await _http.PostAsync(new Uri("/login", UriKind.Relative), content, Cancel);
        return answer.StatusCode;
    }

    public async Task<(HttpStatusCode Status, byte[] Html)> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(Cancel));
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]* value=\"([^\"]+)\"")]
    private static partial Regex RequestToken();
}
