using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Pages.Entities.Parts;

/// <summary>A credential in the moment in which it can be read.</summary>
/// <param name="Usage">How a client shows it; null where one line does not say it.</param>
internal sealed record NewCredential(string Secret, string? Usage)
{
    /// <param name="stored">With secrets in clear.</param>
    /// <param name="typed">What the person typed; a password is stored as a hash only.</param>
    public static NewCredential Of(EntityKind kind, JsonObject stored, string? typed)
    {
        var secret = typed ?? stored[ConsumerCredentials.SecretOf(kind)!]!.ToString();
        return new(secret, kind.Name switch
        {
            "keyauth_credentials" => $"apikey: {secret}",
            "basicauth_credentials" => $"curl -u '{stored["username"]}:{secret}'",
            "jwt_secrets" => $"iss: {stored["key"]}",
            _ => null,
        });
    }
}
