namespace ConsoleWeb.AdminApi;

/// <summary>The prefixes under which Konnect's API serves the same entities.</summary>
internal static class KonnectPaths
{
    /// <summary>The targets of all upstreams in one list.</summary>
    public const string AllTargets = "/konnect-targets";

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
            ["default", .. var rest] when rest.Length > 0 => ("/" + string.Join('/', rest), false),
            _ => (path, false),
        };

        bool IsPlane(string id) => id.Equals(planeId, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What exists below a control plane only, or looks different there.</summary>
    private static string Rest(string[] parts) => parts switch
    {
        ["v1", "schemas", .. var rest] => "/konnect-schemas/" + string.Join('/', rest),
        ["targets"] => AllTargets,
        _ => "/" + string.Join('/', parts),
    };
}
