namespace Gateway.Core.Pipeline;

/// <summary>The credential of a request, without its secret.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ConsumerId">Whose it is.</param>
/// <param name="Identifier">What upstreams see in <c>X-Credential-Identifier</c>: a key's id, a user name.</param>
internal sealed record CredentialInfo(Guid Id, Guid ConsumerId, string? Identifier);
