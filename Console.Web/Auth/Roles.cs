using System.Collections.Frozen;

namespace ConsoleWeb.Auth;

/// <summary>What a person may do in the console.</summary>
internal static class Roles
{
    /// <summary>Sees entities, dashboards and the metadata of requests.</summary>
    public const string Viewer = "Viewer";

    /// <summary>A viewer who also reads stored payloads, sends requests again and stops them.</summary>
    public const string Operator = "Operator";

    /// <summary>A viewer who also changes entities; no secrets in clear, no users.</summary>
    public const string Editor = "Editor";

    /// <summary>Everything.</summary>
    public const string Admin = "Admin";

    public static readonly IReadOnlyList<string> All = [Viewer, Operator, Editor, Admin];

    /// <summary>The scopes that a person with these roles may give to a token, and that their tokens keep.</summary>
    public static FrozenSet<string> Scopes(IEnumerable<string> roles) => TokenScopes.Expand(roles.SelectMany(Scopes));

    private static IReadOnlyList<string> Scopes(string role) => role switch
    {
        Admin => [TokenScopes.Admin],
        Editor => [TokenScopes.ConfigWrite, TokenScopes.LogsRead, TokenScopes.LogsStop],
        Operator => [TokenScopes.ConfigRead, TokenScopes.LogsRead, TokenScopes.PayloadsRead, TokenScopes.LogsReplay, TokenScopes.LogsStop],
        Viewer => [TokenScopes.ConfigRead, TokenScopes.LogsRead],
        _ => [],
    };
}
