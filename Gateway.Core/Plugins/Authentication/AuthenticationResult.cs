using Gateway.Core.Pipeline;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Plugins.Authentication;

/// <summary>Who is calling, or why that is not known.</summary>
internal readonly struct AuthenticationResult
{
    private AuthenticationResult(ConsumerConfig? consumer, CredentialInfo? credential, Refusal? refusal, byte[]? body) =>
        (Consumer, Credential, Refusal, Body) = (consumer, credential, refusal, body);

    public ConsumerConfig? Consumer { get; }

    public CredentialInfo? Credential { get; }

    /// <summary>Null on success.</summary>
    public Refusal? Refusal { get; }

    /// <summary>JSON that answers a refusal, whatever the client accepts; null: the usual body.</summary>
    public byte[]? Body { get; }

    /// <param name="orElse">The answer when the credential's consumer is gone.</param>
    public static AuthenticationResult Accept(GatewayContext context, CredentialInfo credential, Refusal orElse) =>
        context.Snapshot.Consumers.Find(credential.ConsumerId) is { } consumer ? new(consumer, credential, null, null) : Refuse(orElse);

    /// <param name="body">See <see cref="Body"/>.</param>
    public static AuthenticationResult Refuse(Refusal refusal, byte[]? body = null) => new(null, null, refusal, body);
}
