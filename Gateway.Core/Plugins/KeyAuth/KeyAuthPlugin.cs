using Gateway.Core.Pipeline;
using Gateway.Core.Plugins.Authentication;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Plugins.KeyAuth;

/// <summary>Finds the consumer of a request by an API key in a header, the query string or the body.</summary>
[Plugin("key-auth", priority: 1250, Protocols = ["grpc", "grpcs", "http", "https", "ws", "wss"], ForbiddenScopes = ["consumer", "consumer_group"])]
internal sealed class KeyAuthPlugin : AuthenticationPlugin<KeyAuthConfig>
{
    protected override async ValueTask<AuthenticationResult> AuthenticateAsync(GatewayContext context, PluginInstance instance, KeyAuthConfig config)
    {
        var refusals = instance.State.GetOrCreate(() => new KeyRefusals(Unauthorized.Challenge("Key", config.Realm)));
        var body = config.KeyInBody ? await BodyFields.ReadAsync(context) : null;
        var key = Take(context, config, body);
        if (key.Count > 1)
        {
            return AuthenticationResult.Refuse(refusals.Duplicate);
        }

        if (key.ToString() is not { Length: > 0 } text)
        {
            return AuthenticationResult.Refuse(refusals.Missing);
        }

        return context.Snapshot.Consumers.Keys.TryGetValue(text, out var credential) && !credential.IsOverAt(context.Time.GetUtcNow().ToUnixTimeSeconds())
            ? AuthenticationResult.Accept(context, new CredentialInfo(credential.Id, credential.Consumer.Id, credential.Id.ToString()), refusals.Unknown)
            : AuthenticationResult.Refuse(refusals.Unknown);
    }

    /// <summary>What stands under the first name that is there: nothing, one text, or several. Hidden from the upstream if so configured.</summary>
    private static StringValues Take(GatewayContext context, KeyAuthConfig config, BodyFields? body)
    {
        var headers = context.Http.Request.Headers;
        foreach (var name in config.KeyNames)
        {
            var found = config.KeyInHeader ? headers[name] : default;
            if (found.Count == 0 && config.KeyInQuery)
            {
                found = EncodedPairs.Find(context.UpstreamQuery, name);
            }

            if (found.Count == 0 && body is not null)
            {
                found = body.Find(name);
            }

            if (found.Count == 0)
            {
                continue;
            }

            if (config.HideCredentials)
            {
                Hide(context, config, body, name);
            }

            return found;
        }

        return default;
    }

    /// <summary>A client that puts its key in two places has it hidden in both.</summary>
    private static void Hide(GatewayContext context, KeyAuthConfig config, BodyFields? body, string name)
    {
        if (config.KeyInHeader)
        {
            context.Http.Request.Headers.Remove(name);
        }

        if (config.KeyInQuery)
        {
            context.UpstreamQuery = EncodedPairs.Remove(context.UpstreamQuery, name);
        }

        if (body?.Without(name) is { } rest)
        {
            context.Body.Replace(rest);
        }
    }
}

/// <summary>The answers of one instance.</summary>
internal sealed class KeyRefusals(string challenge)
{
    public Refusal Missing { get; } = Unauthorized.Refusal("No API key found in request", challenge);

    public Refusal Duplicate { get; } = Unauthorized.Refusal("Duplicate API key found", challenge);

    public Refusal Unknown { get; } = Unauthorized.Refusal("Unauthorized", challenge);
}
