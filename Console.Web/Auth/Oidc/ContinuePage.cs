using System.Text.Encodings.Web;

namespace ConsoleWeb.Auth.Oidc;

/// <summary>
/// The answer to the provider's redirect. The session cookie is sent with requests that our own pages begin and with no others, so a
/// redirect from here, which still counts as the provider's, would arrive without it.
/// </summary>
internal static class ContinuePage
{
    /// <param name="url">A local address.</param>
    public static Task WriteAsync(HttpResponse response, string url, CancellationToken cancellationToken)
    {
        var target = HtmlEncoder.Default.Encode(url);
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        return response.WriteAsync(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <meta http-equiv="refresh" content="0;url={target}">
                <title>Signed in – Gatehouse</title>
            </head>
            <body><p>You are signed in. <a href="{target}">Continue to Gatehouse</a></p></body>
            </html>
            """,
            cancellationToken);
    }
}
