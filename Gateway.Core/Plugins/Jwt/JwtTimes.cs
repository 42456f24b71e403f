using System.Text.Json;

namespace Gateway.Core.Plugins.Jwt;

/// <summary>Checks from when and until when a token is good.</summary>
internal static class JwtTimes
{
    /// <returns>What is wrong, by claim.</returns>
    public static Dictionary<string, string> Check(JsonElement claims, JwtConfig config, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        var faults = new Dictionary<string, string>();
        foreach (var name in config.ClaimsToVerify ?? [])
        {
            if (Number(claims, name) is not { } time)
            {
                faults[name] = "must be a number";
            }
            else if (name == "exp" && time <= seconds)
            {
                faults[name] = "token expired";
            }
            else if (name == "nbf" && time > seconds)
            {
                faults[name] = "token not valid yet";
            }
        }

        if (faults.Count == 0 && config.MaximumExpiration > 0 && !(Number(claims, "exp") - seconds <= config.MaximumExpiration))
        {
            faults["exp"] = "exceeds maximum allowed expiration";
        }

        return faults;
    }

    private static double? Number(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
