using System.Security.Claims;
using System.Text.Json;

namespace ConsoleWeb.Auth.Oidc;

/// <summary>What a provider says of a person.</summary>
/// <param name="Issuer">Who says it; with <paramref name="Subject"/> the only thing by which a person is recognised.</param>
/// <param name="Groups">Values of the role claim.</param>
internal sealed record ExternalIdentity(
    string Issuer, string Subject, string? UserName, string? DisplayName, string? Email, bool IsEmailVerified, IReadOnlyList<string> Groups)
{
    /// <returns>Null when the provider did not say who it is.</returns>
    public static ExternalIdentity? Read(ClaimsPrincipal person, string? issuer, string roleClaim) =>
        string.IsNullOrEmpty(issuer) || person.FindFirstValue("sub") is not { Length: > 0 } subject
            ? null
            : new ExternalIdentity(
                issuer,
                subject,
                person.FindFirstValue("preferred_username"),
                person.FindFirstValue("name"),
                person.FindFirstValue("email"),
                string.Equals(person.FindFirstValue("email_verified"), "true", StringComparison.OrdinalIgnoreCase),
                Values(person, roleClaim));

    /// <summary>All values of a claim. A name with dots is a claim of its own when there is one, else a way into a claim that holds an object.</summary>
    internal static IReadOnlyList<string> Values(ClaimsPrincipal person, string claim)
    {
        var found = person.FindAll(claim).Select(c => c.Value).ToList();
        if (found.Count > 0 || claim.Split('.') is not [var outer, .. { Length: > 0 } inner])
        {
            return found;
        }

        return [.. person.FindAll(outer).SelectMany(c => Values(c.Value, inner))];
    }

    private static IEnumerable<string> Values(string json, string[] path)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var element = document.RootElement;
            foreach (var step in path)
            {
                if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(step, out element))
                {
                    return [];
                }
            }

            return element.ValueKind switch
            {
                JsonValueKind.Array => [.. element.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!)],
                JsonValueKind.String => [element.GetString()!],
                _ => [],
            };
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
