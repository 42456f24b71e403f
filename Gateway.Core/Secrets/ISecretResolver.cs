namespace Gateway.Core.Secrets;

/// <summary>Looks up what <c>{vault://…}</c> references stand for.</summary>
internal interface ISecretResolver
{
    /// <summary>The secret's value, or null when it cannot be resolved. <paramref name="reference"/> is the whole <c>{vault://…}</c> text.</summary>
    string? Resolve(string reference);
}
