using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins.Authentication;

namespace Gateway.Core.Plugins.Jwt;

/// <summary>Finds the consumer of a request by a signed token (RFC 7519).</summary>
[Plugin("jwt", priority: 1450, ForbiddenScopes = ["consumer", "consumer_group"])]
internal sealed class JwtPlugin : AuthenticationPlugin<JwtConfig>
{
    private const string Scheme = "Bearer";

    protected override ValueTask<AuthenticationResult> AuthenticateAsync(GatewayContext context, PluginInstance instance, JwtConfig config)
    {
        var challenge = instance.State.GetOrCreate(() => Unauthorized.Challenge(Scheme, config.Realm));
        var tokens = TokenSearch.Find(context, config);
        return ValueTask.FromResult(tokens.Count switch
        {
            0 => Refuse("Unauthorized", challenge),
            1 => Judge(context, config, tokens.First(), WithError(challenge)),
            _ => Refuse("Multiple tokens provided", WithError(challenge)),
        });
    }

    private static AuthenticationResult Judge(GatewayContext context, JwtConfig config, string text, string challenge)
    {
        var token = JsonWebToken.Read(text, out var fault);
        if (token is null)
        {
            return Refuse($"Bad token; {fault}", challenge);
        }

        using (token)
        {
            var name = config.KeyClaimName;
            if (token.FindKey(name) is not { } key)
            {
                return Refuse($"No mandatory '{name}' in claims", challenge);
            }

            if (key.ValueKind != JsonValueKind.String || key.GetString() is not { Length: > 0 } keyText)
            {
                return Refuse($"Invalid '{name}' in claims", challenge);
            }

            if (!context.Snapshot.Consumers.JwtSecrets.TryGetValue(keyText, out var credential))
            {
                return Refuse($"No credentials found for given '{name}'", challenge);
            }

            if (token.Algorithm != credential.Algorithm)
            {
                return Refuse("Invalid algorithm", challenge);
            }

            if (JwtSignature.Check(token, credential, config.SecretIsBase64) is { } wrong)
            {
                return Refuse(wrong, challenge);
            }

            if (JwtTimes.Check(token.Claims, config, context.Time.GetUtcNow()) is { Count: > 0 } faults)
            {
                return Refuse(faults, challenge);
            }

            var gone = Unauthorized.Refusal($"Could not find consumer for '{name}={keyText}'", challenge);
            return AuthenticationResult.Accept(context, new CredentialInfo(credential.Id, credential.Consumer.Id, credential.Key), gone);
        }
    }

    private static string WithError(string challenge) => challenge + (challenge.Length > Scheme.Length ? ", " : " ") + "error=\"invalid_token\"";

    private static AuthenticationResult Refuse(string message, string challenge) =>
        Refuse(message, new Dictionary<string, string> { ["message"] = message }, challenge);

    private static AuthenticationResult Refuse(Dictionary<string, string> faults, string challenge) =>
        Refuse(string.Join("; ", faults.Select(f => $"{f.Key} {f.Value}")), faults, challenge);

    /// <summary>The answers of this plugin are JSON in any case, and carry no request id.</summary>
    private static AuthenticationResult Refuse(string message, Dictionary<string, string> body, string challenge) =>
        AuthenticationResult.Refuse(Unauthorized.Refusal(message, challenge), JsonSerializer.SerializeToUtf8Bytes(body, Json));

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
