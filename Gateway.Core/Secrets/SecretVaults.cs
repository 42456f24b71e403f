using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Shared.Contracts;
using Gateway.Shared.Schema;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Secrets;

/// <summary>
/// Finds the vault that a reference names, by its prefix or its type, and reads the secret. A reference that cannot be resolved is
/// reported once, until it can be again. Values never appear in a log.
/// </summary>
internal sealed partial class SecretVaults(IEnumerable<IVaultType> types, SnapshotHolder snapshots, ILogger<SecretVaults> logger) : ISecretResolver
{
    private readonly Dictionary<string, IVaultType> _types = types.ToDictionary(t => t.Name);
    private readonly ConcurrentDictionary<string, byte> _reported = new();

    /// <summary>Resolves with the vaults of the configuration that serves.</summary>
    public string? Resolve(string reference) => Resolve(reference, snapshots.Current?.Config.Vaults ?? []);

    public string? Resolve(string reference, IReadOnlyList<VaultConfig> vaults)
    {
        var found = Read(reference, vaults);
        if (found.Text is not null)
        {
            _reported.TryRemove(reference, out _);
        }
        else if (_reported.TryAdd(reference, 0))
        {
            LogUnresolved(logger, reference, found.Reason!);
        }

        return found.Text;
    }

    /// <summary>Judges a vault before it is stored.</summary>
    public SchemaViolationError? Check(JsonObject vault) =>
        _types.TryGetValue(vault["name"]!.GetValue<string>(), out var type) && type.Check(vault["config"]!.AsObject()) is { } found
            ? SchemaViolationError.At("config." + found.Member, found.Fault)
            : null;

    private SecretText Read(string reference, IReadOnlyList<VaultConfig> vaults)
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

    [LoggerMessage(EventId = 2021, Level = LogLevel.Warning, Message = "Secret reference {Reference} cannot be resolved: {Reason}")]
    private static partial void LogUnresolved(ILogger logger, string reference, string reason);
}
