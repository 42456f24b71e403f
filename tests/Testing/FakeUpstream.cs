using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Testing;

/// <summary>A request as an upstream received it.</summary>
/// <param name="Target">Raw request target with query.</param>
/// <param name="Headers">Names compare without regard to case; repeated values are joined by a comma.</param>
public sealed record ReceivedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string BodyText => System.Text.Encoding.UTF8.GetString(Body);
}

/// <summary>A real HTTP server on a free loopback port, which notes what it receives and answers as told.</summary>
public sealed class FakeUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();

    private FakeUpstream(WebApplication app)
    {
        _app = app;
    }

    /// <summary>Scheme, host and port: <c>http://127.0.0.1:41234</c>.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public int Port => Address.Port;

    /// <summary>Requests received so far, oldest first.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    /// <summary>Starts an upstream.</summary>
    /// <param name="answer">Writes the answer; the body of the request has been read and noted already. Null: 200 with the text <c>ok</c>.</param>
    /// <param name="readsBody">False leaves the body to <paramref name="answer"/>, which may also accept a WebSocket.</param>
    /// <param name="certificate">For TLS, where clients may show a certificate of their own; null for none.</param>
    /// <param name="accepts">Which certificates of clients end the handshake well, and then they must show one; null: any, or none.</param>
    public static async Task<FakeUpstream> StartAsync(
        Func<HttpContext, Task>? answer = null, bool readsBody = true, X509Certificate2? certificate = null, Func<X509Certificate2, bool>? accepts = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o =>
        {
            o.AddServerHeader = false;
            o.Listen(IPAddress.Loopback, 0, listener =>
            {
                if (certificate is not null)
                {
                    listener.UseHttps(certificate, tls =>
                    {
                        tls.ClientCertificateMode = accepts is null ? ClientCertificateMode.AllowCertificate : ClientCertificateMode.RequireCertificate;
                        tls.ClientCertificateValidation = (shown, _, _) => accepts?.Invoke(shown) ?? true;
                    });
                }
            });
        });
        builder.Services.Configure<KestrelServerOptions>(o => o.Limits.MinRequestBodyDataRate = null);
        var app = builder.Build();
        var upstream = new FakeUpstream(app);
        app.UseWebSockets();
        app.Run(http => upstream.HandleAsync(http, answer, readsBody));
        await app.StartAsync();
        upstream.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return upstream;
    }

    /// <summary>An upstream that answers every request with a status, headers and a text.</summary>
    public static Task<FakeUpstream> StartAsync(int status, string body, params (string Name, string Value)[] headers) => StartAsync(async http =>
    {
        http.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            http.Response.Headers.Append(name, value);
        }

        await http.Response.WriteAsync(body);
    });

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext http, Func<HttpContext, Task>? answer, bool readsBody)
    {
        var body = new MemoryStream();
        if (readsBody)
        {
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        }

        var headers = http.Request.Headers.ToDictionary(
            h => h.Key,
            h => string.Join(",", h.Value.Select(v => v?.ToString(CultureInfo.InvariantCulture))),
            StringComparer.OrdinalIgnoreCase);
        _requests.Enqueue(new ReceivedRequest(
            http.Request.Method,
            http.Features.Get<IHttpRequestFeature>()!.RawTarget,
            headers,
            body.ToArray()));
        await (answer is null ? http.Response.WriteAsync("ok") : answer(http));
    }
}
