namespace ConsoleWeb.AdminApi;

/// <summary>The prefixes under which Konnect's API serves the same entities.</summary>
internal static class KonnectPaths
{
    /// <summary>
    /// Cuts <c>/v2/control-planes/{id}/core-entities</c>, <c>/konnect-api/api/runtime_groups/{id}</c> and the workspace <c>/default</c>.
    /// </summary>
    public static (string Path, bool IsKonnect) Strip(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["v2", "control-planes", _, "core-entities", .. var rest] => (Rest(rest), true),
            ["konnect-api", "api", "runtime_groups", _, .. var rest] when rest.Length > 0 => (Rest(rest), true),
            ["v2" or "v3" or "konnect-api", ..] => (path, true),
            ["default", .. var rest] when rest.Length > 0 => (Rest(rest), false),
            _ => (path, false),
        };
    }

    private static string Rest(string[] parts) => parts is ["v1", "schemas", ..] ? "/konnect-schemas/" + string.Join('/', parts[2..]) : "/" + string.Join('/', parts);
}
