namespace ConsoleWeb.AdminApi;

/// <summary>The prefixes under which Konnect's API serves the same entities.</summary>
internal static class KonnectPaths
{
    /// <summary>
    /// Cuts <c>/v2/control-planes/{id}/core-entities</c>, <c>/konnect-api/api/runtime_groups/{id}</c> and the workspace <c>/default</c>.
    /// </summary>
    /// <param name="planeId">The control plane that exists; below another id there is nothing.</param>
    public static (string Path, bool IsKonnect) Strip(string path, string planeId)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["v2", "control-planes", var id, "core-entities", .. var rest] when IsPlane(id) => (Rest(rest), true),
            ["konnect-api", "api", "runtime_groups", var id, .. var rest] when rest.Length > 0 && IsPlane(id) => (Rest(rest), true),
            ["v2" or "v3" or "konnect-api", ..] => (path, true),
            ["default", .. var rest] when rest.Length > 0 => (Rest(rest), false),
            _ => (path, false),
        };

        bool IsPlane(string id) => id.Equals(planeId, StringComparison.OrdinalIgnoreCase);
    }

    private static string Rest(string[] parts) => parts is ["v1", "schemas", ..] ? "/konnect-schemas/" + string.Join('/', parts[2..]) : "/" + string.Join('/', parts);
}
