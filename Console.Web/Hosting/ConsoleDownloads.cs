using ConsoleWeb.AdminApi.Logs;
using ConsoleWeb.Auth;
using ConsoleWeb.Backups;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.LogFiles;

namespace ConsoleWeb.Hosting;

/// <summary>Downloads of signed-in people: they go past the circuit, as large as they are.</summary>
internal static class ConsoleDownloads
{
    public static void MapDownloads(this WebApplication app)
    {
        app.MapGet("/logs/export", (HttpContext http, LogEndpoints logs) =>
        {
            var scopes = ScopesOf(http);
            return scopes.Contains(TokenScopes.LogsRead)
                ? logs.Export(http.Request, scopes.Contains(TokenScopes.PayloadsRead), ActorOf(http))
                : Results.StatusCode(StatusCodes.Status403Forbidden);
        });
        app.MapGet("/logs/files/download", (HttpContext http, LogFileService files, string file) =>
            !ScopesOf(http).Contains(TokenScopes.PayloadsRead) ? Results.StatusCode(StatusCodes.Status403Forbidden)
            : !files.Exists(file) ? Results.NotFound()
            : Results.Stream(target => files.CopyAsync(file, target, ActorOf(http), http.RequestAborted), "application/x-ndjson", Path.GetFileName(file)));
        app.MapGet("/settings/backup/{name}", (HttpContext http, BackupShelf shelf, string name) =>
            shelf.Open(name, ActorOf(http)) is { } archive ? Results.File(archive, "application/gzip", name) : Results.NotFound())
            .RequireAuthorization(policy => policy.RequireRole(Roles.Admin));
    }

    private static IReadOnlySet<string> ScopesOf(HttpContext http) => Roles.Scopes([.. Roles.All.Where(http.User.IsInRole)]);

    private static Actor ActorOf(HttpContext http) => Actor.Named(http.User.Identity?.Name ?? "", "console");
}
