using ConsoleWeb.Auth;

namespace ConsoleWeb.Components.Pages.Users;

/// <summary>Words about people and roles.</summary>
internal static class UserTexts
{
    /// <summary>What a role may do, in one sentence.</summary>
    public static string Of(string? role) => role switch
    {
        Roles.Admin => "Everything, users included.",
        Roles.Editor => "Sees everything but secrets and payloads, and changes the configuration.",
        Roles.Operator => "Sees the configuration and reads stored prompts and answers.",
        Roles.Viewer => "Sees the configuration and requests, without prompts and answers.",
        _ => "Sees nothing.",
    };
}
