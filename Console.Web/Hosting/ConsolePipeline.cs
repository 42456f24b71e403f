using ConsoleWeb.Auth;
using ConsoleWeb.Auth.Oidc;
using ConsoleWeb.Components;
using ConsoleWeb.Features.Reference;
using ConsoleWeb.Options;
using Gateway.Core.Pipeline;
using Gateway.Core.Pipeline.Heads;
using Microsoft.AspNetCore.Antiforgery;

namespace ConsoleWeb.Hosting;

/// <summary>The console listener's pipeline.</summary>
internal static class ConsolePipeline
{
    public static void UseConsole(this WebApplication app)
    {
        var urls = app.Services.GetRequiredService<ListenerUrls>();
        app.Use((http, next) => GuardAsync(http, next, urls.Console));
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseRouting();
        app.UseAuthentication();
        app.UseMiddleware<SetupGate>();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapGet("/healthz", () => Results.Text("ok")).AllowAnonymous();
        app.MapGet("/openapi.json", (IApiReference reference) => Results.Bytes(reference.Document, "application/json; charset=utf-8"));
        app.MapPost("/logout", async (HttpContext http, IAntiforgery antiforgery, SignInService signIn) =>
        {
            await antiforgery.ValidateRequestAsync(http);
            await signIn.SignOutAsync(http);
            return Results.LocalRedirect("/login");
        });
        app.MapDownloads();
        app.MapOidcSignIn();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options =>
        {
            // Its own, weaker rule about frames would stand beside ours.
            options.ContentSecurityFrameAncestorsPolicy = null;
        });
    }

    private static async Task GuardAsync(HttpContext http, RequestDelegate next, Uri listener)
    {
        if (RequestFraming.Refuse(http) is { } status)
        {
            await RefuseAsync(http, status);
            return;
        }

        if (HostGuard.Refuse(http.Request, listener) is { } refusal)
        {
            http.Response.StatusCode = refusal.Status;
            await http.Response.WriteAsync(refusal.Message);
            return;
        }

        var nonce = CspNonce.Of(http);
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy =
            $"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        if (http.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        http.Response.OnStarting(() =>
        {
            if (http.User.Identity?.IsAuthenticated == true && !headers.ContainsKey("Cache-Control"))
            {
                headers.CacheControl = "no-store";
            }

            if (http.Response.StatusCode >= StatusCodes.Status400BadRequest && IsChunked(http.Request))
            {
                // It may have been its body that could not be read, and then nobody knows where the next request begins.
                headers.Connection = "close";
            }

            return Task.CompletedTask;
        });
        try
        {
            await next(http);
        }
        catch (Exception exception) when (IsChunked(http.Request) && BrokenBody.IsClients(exception) && !http.Response.HasStarted)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest);
        }
    }

    /// <summary>Browsers send forms with their length; what comes in chunks comes from somebody else.</summary>
    private static bool IsChunked(HttpRequest request) => request.Headers.TransferEncoding.Count > 0;

    private static Task RefuseAsync(HttpContext http, int status)
    {
        var (mediaType, text) = RefusalTexts.OfConsole(status);
        http.Response.Headers.Connection = "close";
        (http.Response.StatusCode, http.Response.ContentType) = (status, mediaType);
        return http.Response.WriteAsync(text);
    }
}
