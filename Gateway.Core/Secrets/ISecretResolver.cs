namespace Gateway.Core.Secrets;

/// <summary>Resolves <c>{vault://env/NAME}</c> references when a snapshot is built.</summary>
internal interface ISecretResolver
{
    /// <summary>The secret's value, or null when it cannot be resolved. <paramref name="reference"/> is the whole <c>{vault://…}</c> text.</summary>
    string? Resolve(string reference);
}
