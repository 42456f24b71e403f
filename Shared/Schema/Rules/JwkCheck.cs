using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Shared.Schema;

/// <summary>Whether the text of a JSON Web Key is one, and the one that its entity says it is.</summary>
internal static class JwkCheck
{
    public static void Run(CheckContext context)
    {
        if (context.Text("jwk") is not { } text || VaultReference.IsReference(text))
        {
            return;
        }

        if (Read(text) is not { } jwk)
        {
            context.Fail("jwk", "could not json decode jwk string");
        }
        else if (!(jwk["kid"] is JsonValue kid && kid.TryGetValue<string>(out var named) && named == context.Text("kid")))
        {
            context.FailRecord("kid in jwk.kid must be equal to keys.kid");
        }
    }

    private static JsonObject? Read(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
