using System.Text.Json.Nodes;

namespace Gateway.Core.Secrets;

/// <summary>A place where secrets are kept, such as the environment.</summary>
internal interface IVaultType
{
    /// <summary>The word in references and in a vault's <c>name</c>.</summary>
    string Name { get; }

    /// <summary>Reads one secret.</summary>
    /// <param name="config">Of the vault entity; empty when the reference names the type itself.</param>
    SecretText Read(ParsedReference reference, JsonObject config);

    /// <returns>Why a vault with this config would never find anything, with the name of the member; null when it may.</returns>
    (string Member, string Fault)? Check(JsonObject config) => null;
}

/// <summary>Either the text or the reason why there is none. The reason never holds a value.</summary>
/// <param name="Source">What was read, for messages: <c>the environment variable MY_KEY</c>.</param>
internal readonly record struct SecretText(string? Text, string? Reason, string Source = "")
{
    public static SecretText None(string reason) => new(null, reason);
}
