using System.Text.Json.Nodes;

namespace ConsoleWeb.AdminApi;

/// <summary>Refusals of Konnect's management API; they always carry <c>message</c>, or tools show an empty text.</summary>
internal static class KonnectErrors
{
    /// <summary>Whether a path belongs to the management API and not to the core entities below a control plane.</summary>
    public static bool IsManagement(PathString path) =>
        !path.Value!.Contains("/core-entities", StringComparison.Ordinal) && !path.StartsWithSegments("/konnect-api");

    public static AdminJson Problem(int status, string title, string detail) => new(status, new JsonObject
    {
        ["status"] = status,
        ["title"] = title,
        ["type"] = $"https://httpstatuses.com/{status}",
        ["instance"] = $"kong:trace:{Guid.NewGuid():N}",
        ["detail"] = detail,
        ["message"] = detail,
    });
}
