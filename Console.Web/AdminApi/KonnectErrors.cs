using System.Text.Json.Nodes;

namespace ConsoleWeb.AdminApi;

/// <summary>Refusals of Konnect's management API: problem documents, with the <c>message</c> that decK prints.</summary>
internal static class KonnectErrors
{
    /// <summary>Whether a path belongs to the management API, whose errors look different from those of the entities below it.</summary>
    public static bool IsManagement(PathString path) =>
        (path.StartsWithSegments("/v2") || path.StartsWithSegments("/v3")) && path.Value?.Contains("/core-entities", StringComparison.Ordinal) != true;

    public static AdminJson Problem(int status, string title, string detail, params IEnumerable<(string Field, string Rule, string Reason)> invalid)
    {
        var body = new JsonObject
        {
            ["status"] = status,
            ["title"] = title,
            ["type"] = $"https://httpstatuses.com/{status}",
            ["instance"] = $"kong:trace:{Guid.NewGuid():N}",
            ["detail"] = detail,
            ["message"] = detail,
        };
        var parameters = new JsonArray([.. invalid.Select(i => new JsonObject { ["field"] = i.Field, ["rule"] = i.Rule, ["reason"] = i.Reason })]);
        if (parameters.Count > 0)
        {
            body["invalid_parameters"] = parameters;
        }

        return new AdminJson(status, body);
    }

    public static AdminJson NotFound() => Problem(StatusCodes.Status404NotFound, "Not Found", "Not found");

    public static AdminJson Invalid(string field, string rule, string reason) =>
        Problem(StatusCodes.Status400BadRequest, "Bad Request", $"{field}: {reason}", (field, rule, reason));
}
