namespace ConsoleWeb.AdminApi;

/// <summary>Which scope a call needs.</summary>
internal static class AdminScopes
{
    public const string ConfigRead = "config:read";
    public const string ConfigWrite = "config:write";
    public const string SecretsRead = "secrets:read";
    public const string LogsRead = "logs:read";
    public const string PayloadsRead = "payloads:read";
    public const string Admin = "admin";

    /// <summary>All scopes a token can have, in the order in which forms show them.</summary>
    public static readonly IReadOnlyList<string> All = [ConfigRead, ConfigWrite, SecretsRead, LogsRead, PayloadsRead, Admin];

    /// <returns>The scope, or null when any valid token will do.</returns>
    public static string? Needed(string method, string path)
    {
        var first = path.Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return first switch
        {
            "logs" => LogsRead,
            "v2" or "v3" or "konnect-api" or null or "status" or "endpoints" => null,
            // Checking a document changes nothing.
            "schemas" or "konnect-schemas" => ConfigRead,
            _ => HttpMethods.IsGet(method) ? ConfigRead : ConfigWrite,
        };
    }
}
