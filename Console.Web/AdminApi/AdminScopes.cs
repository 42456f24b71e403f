using ConsoleWeb.Auth;

namespace ConsoleWeb.AdminApi;

/// <summary>Which scope a call needs.</summary>
internal static class AdminScopes
{
    /// <returns>The scope, or null when any valid token will do.</returns>
    public static string? Needed(string method, string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is ["gatehouse", "audit", ..])
        {
            return TokenScopes.Admin;
        }

        if (parts is ["logs", _, "replay"])
        {
            return TokenScopes.LogsReplay;
        }

        if (parts is ["logs", _, "stop"])
        {
            return TokenScopes.LogsStop;
        }

        return parts.FirstOrDefault() switch
        {
            "logs" or "stats" or "sessions" => TokenScopes.LogsRead,
            "v2" or "v3" or "konnect-api" or "kong" or null or "status" or "endpoints" or "openapi.json" => null,
            // Checking a document changes nothing.
            "schemas" or "konnect-schemas" => TokenScopes.ConfigRead,
            "redaction" when parts is [_, "test"] => TokenScopes.ConfigRead,
            _ => HttpMethods.IsGet(method) ? TokenScopes.ConfigRead : TokenScopes.ConfigWrite,
        };
    }
}
