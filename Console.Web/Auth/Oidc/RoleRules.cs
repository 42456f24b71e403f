using ConsoleWeb.Options;

namespace ConsoleWeb.Auth.Oidc;

/// <summary>Which role the settings give to someone of these groups.</summary>
internal static class RoleRules
{
    /// <summary>The strongest of the mapped roles, else the default role.</summary>
    /// <param name="current">The role they have; null: none, or no account yet.</param>
    /// <returns>Null: none, so they are refused.</returns>
    public static string? RoleOf(OidcOptions options, IEnumerable<string> groups, string? current)
    {
        if (options.RoleMap.Count == 0)
        {
            // The console gives the roles then; the provider only says who somebody is.
            return current ?? options.DefaultRole;
        }

        var mapped = groups.Select(options.RoleMap.GetValueOrDefault).ToHashSet();
        return Roles.All.LastOrDefault(mapped.Contains) ?? options.DefaultRole;
    }
}
