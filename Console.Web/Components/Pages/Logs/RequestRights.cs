using System.Security.Claims;
using ConsoleWeb.Auth;

namespace ConsoleWeb.Components.Pages.Logs;

/// <summary>What a person may do with a request of the log, besides seeing that it was.</summary>
internal sealed record RequestRights(bool MayReadPayloads, bool MayStop, bool MayReplay)
{
    public static RequestRights None { get; } = new(false, false, false);

    public static RequestRights Of(ClaimsPrincipal? person)
    {
        if (person is null)
        {
            return None;
        }

        var roles = Roles.All.Where(person.IsInRole).ToList();
        var scopes = Roles.Scopes(roles);
        var mayRead = scopes.Contains(TokenScopes.PayloadsRead);
        return new(mayRead, scopes.Contains(TokenScopes.LogsStop), mayRead && scopes.Contains(TokenScopes.LogsReplay));
    }
}

/// <summary>Whether the bodies of a request can be shown, and if not, why.</summary>
public enum PayloadState
{
    /// <summary>They are written when the request has ended.</summary>
    Running,
    NotStored,

    /// <summary>The gateway refused the request before it went anywhere.</summary>
    NotSent,

    /// <summary>The person's role does not allow it.</summary>
    Hidden,

    /// <summary>Only their beginning is stored.</summary>
    Cut,
    Whole,
}
