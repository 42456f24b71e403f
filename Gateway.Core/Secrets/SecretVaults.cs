using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Shared.Contracts;
using Gateway.Shared.Schema;

namespace Gateway.Core.Secrets;

/// <summary>Finds the vault that a reference names, by its prefix or its type, and reads the secret.</summary>
internal sealed class SecretVaults(IEnumerable<IVaultType> types, SnapshotHolder snapshots) : ISecretResolver
{
    private readonly Dictionary<string, IVaultType> _types = types.ToDictionary(t => t.Name);

    /// <summary>Resolves with the vaults of the configuration that serves.</summary>
    public string? Resolve(string reference) => Read(reference, snapshots.Current?.Config.Vaults ?? []).Text;

    public SecretText Read(string reference, IReadOnlyList<VaultConfig> vaults)
    {
        if (!ParsedReference.TryParse(reference, out var parsed))
        {
            return SecretText.None("it is not of the form {vault://env/NAME}");
        }

        var entity = vaults.FirstOrDefault(v => v.Prefix == parsed.Vault);
        if (!_types.TryGetValue(entity?.Name ?? parsed.Vault, out var type))
        {
            return SecretText.None($"there is no vault '{parsed.Vault}'");
        }

        var found = type.Read(parsed, entity?.Config ?? []);
        return found.Text is null || parsed.Key is null ? found : Member(found, parsed.Key);
    }

    /// <summary>Judges a vault before it is stored.</summary>
    public SchemaViolationError? Check(JsonObject vault) =>
        _types.TryGetValue(vault["name"]!.GetValue<string>(), out var type) && type.Check(vault["config"]!.AsObject()) is { } found
            ? SchemaViolationError.At("config." + found.Member, found.Fault)
            : null;

    private static SecretText Member(SecretText secret, string key)
    {
        try
        {
            using var document = JsonDocument.Parse(secret.Text!);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(key, out var member))
            {
                return secret with { Text = member.ValueKind == JsonValueKind.String ? member.GetString() : member.GetRawText() };
            }
        }
        catch (JsonException)
        {
            // The reason below says it; the text itself may hold the secret and stays out of the log.
        }

        return SecretText.None($"{secret.Source} is not JSON with a member '{key}'");
    }
}
