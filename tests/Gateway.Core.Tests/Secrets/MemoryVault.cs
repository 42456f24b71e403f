using System.Text.Json.Nodes;
using Gateway.Core.Secrets;

namespace Gateway.Core.Tests.Secrets;

/// <summary>Holds the secrets of a test: <c>{vault://memory/NAME}</c>.</summary>
internal sealed class MemoryVault : IVaultType
{
    public Dictionary<string, string> Secrets { get; } = [];

    public string Name => "memory";

    public SecretText Read(ParsedReference reference, JsonObject config) =>
        Secrets.TryGetValue(reference.Resource, out var text) ? new SecretText(text, null, "the memory") : SecretText.None("the memory does not hold it");
}
