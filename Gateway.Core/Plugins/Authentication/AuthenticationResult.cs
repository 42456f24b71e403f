using Gateway.Core.Pipeline;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Plugins.Authentication;

/// <summary>Who is calling, or why that is not known.</summary>
internal readonly struct AuthenticationResult
{
    private AuthenticationResult(ConsumerConfig? consumer, CredentialInfo? credential, Refusal? refusal) =>
        (Consumer, Credential, Refusal) = (consumer, credential, refusal);

    public ConsumerConfig? Consumer { get; }

    public CredentialInfo? Credential { get; }

    /// <summary>Null on success.</summary>
    public Refusal? Refusal { get; }

    /// <param name="orElse">The answer when the credential's consumer is gone.</param>
    public static AuthenticationResult Accept(GatewayContext context, CredentialInfo credential, Refusal orElse) =>
        context.Snapshot.Consumers.Find(credential.ConsumerId) is { } consumer ? new(consumer, credential, null) : Refuse(orElse);

    public static AuthenticationResult Refuse(Refusal refusal) => new(null, null, refusal);
}
