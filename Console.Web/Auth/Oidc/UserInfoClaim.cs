using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.OAuth.Claims;

namespace ConsoleWeb.Auth.Oidc;

/// <summary>Takes one member of the provider's user info, which is newer than the token and so replaces what that says.</summary>
internal sealed class UserInfoClaim(string name) : ClaimAction(name, ClaimValueTypes.String)
{
    public override void Run(JsonElement userData, ClaimsIdentity identity, string issuer)
    {
        if (userData.ValueKind != JsonValueKind.Object || !userData.TryGetProperty(ClaimType, out var value))
        {
            return;
        }

        foreach (var old in identity.FindAll(ClaimType).ToList())
        {
            identity.RemoveClaim(old);
        }

        foreach (var element in value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : new[] { value })
        {
            // Objects stay JSON and booleans become "true", as in the claims of a token.
            identity.AddClaim(new Claim(ClaimType, element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText(), ValueType, issuer));
        }
    }
}
