using System.Text;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins.Authentication;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Plugins.BasicAuth;

/// <summary>Finds the consumer of a request by a user name and a password.</summary>
[Plugin("basic-auth", priority: 1100, Protocols = ["grpc", "grpcs", "http", "https", "ws", "wss"], ForbiddenScopes = ["consumer", "consumer_group"])]
internal sealed class BasicAuthPlugin : AuthenticationPlugin<BasicAuthConfig>
{
    private const string Scheme = "Basic";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly PasswordVerifier _verifier = new();

    protected override async ValueTask<AuthenticationResult> AuthenticateAsync(GatewayContext context, PluginInstance instance, BasicAuthConfig config)
    {
        var refusal = instance.State.GetOrCreate(() => Unauthorized.Refusal("Unauthorized", Unauthorized.Challenge(Scheme, config.Realm)));
        var login = Take(context, "Proxy-Authorization", config.HideCredentials);
        var credential = Find(context, login);
        if (credential is null && Take(context, "Authorization", config.HideCredentials) is { } other)
        {
            login = other;
            credential = Find(context, other);
        }

        // A user that is not known costs as much as a wrong password, so that names cannot be told apart by time.
        return login is { } given && await _verifier.VerifyAsync(given.User, given.Password, credential?.Password, context.Aborted)
            ? AuthenticationResult.Accept(context, new CredentialInfo(credential!.Id, credential.Consumer.Id, credential.Username), refusal)
            : AuthenticationResult.Refuse(refusal);
    }

    private static BasicAuthCredentialConfig? Find(GatewayContext context, Login? login) =>
        login is { } given ? context.Snapshot.Consumers.Users.GetValueOrDefault(given.User) : null;

    /// <summary>The login in a header; null when there is none that can be read.</summary>
    private static Login? Take(GatewayContext context, string header, bool hides)
    {
        var headers = context.Http.Request.Headers;
        var value = headers[header].ToString().AsSpan().Trim();
        if (!value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (hides)
        {
            headers.Remove(header);
        }

        return Decode(value[Scheme.Length..].Trim());
    }

    private static Login? Decode(ReadOnlySpan<char> encoded)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out var length))
        {
            return null;
        }

        try
        {
            var text = Strict.GetString(bytes, 0, length);
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon > 0 ? new Login(text[..colon], text[(colon + 1)..]) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private readonly record struct Login(string User, string Password);
}
