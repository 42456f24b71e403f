using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Secrets;

/// <summary>
/// The <c>env</c> vault: <c>{vault://env/my-key}</c> reads <c>MY_KEY</c>; with a third part the variable holds JSON and one member of it
/// is meant. Values never appear in a log.
/// </summary>
internal sealed partial class EnvironmentSecretResolver(IOptions<VaultOptions> options, ILogger<EnvironmentSecretResolver> logger) : ISecretResolver
{
    private readonly string[] _prefixes = [.. options.Value.EffectiveEnvPrefixes];
    private readonly ConcurrentDictionary<string, byte> _reported = new();

    public string? Resolve(string reference)
    {
        if (!ParsedReference.TryParse(reference, out var parsed))
        {
            Report(reference, "it is not of the form {vault://env/NAME}");
            return null;
        }

        if (parsed.Vault != "env")
        {
            Report(reference, $"there is no vault '{parsed.Vault}'");
            return null;
        }

        var name = (parsed.Prefix + parsed.Resource).Replace('-', '_').ToUpperInvariant();
        if (!_prefixes.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase)))
        {
            Report(reference, $"the variable {name} begins with none of the allowed prefixes ({string.Join(", ", _prefixes)}); allow it with Gateway__Vaults__EnvPrefixes__0");
            return null;
        }

        if (Environment.GetEnvironmentVariable(name) is not { } value)
        {
            Report(reference, $"the environment variable {name} is not set");
            return null;
        }

        return parsed.Key is null ? value : Member(reference, name, value, parsed.Key);
    }

    private string? Member(string reference, string name, string value, string key)
    {
        try
        {
            using var document = JsonDocument.Parse(value);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(key, out var member))
            {
                return member.ValueKind == JsonValueKind.String ? member.GetString() : member.GetRawText();
            }
        }
        catch (JsonException)
        {
            // The reason below says it; the text itself may hold the secret and stays out of the log.
        }

        Report(reference, $"the environment variable {name} is not JSON with a member '{key}'");
        return null;
    }

    private void Report(string reference, string reason)
    {
        if (_reported.TryAdd(reference, 0))
        {
            LogUnresolved(logger, reference, reason);
        }
    }

    [LoggerMessage(EventId = 2010, Level = LogLevel.Warning, Message = "Secret reference {Reference} cannot be resolved: {Reason}")]
    private static partial void LogUnresolved(ILogger logger, string reference, string reason);
}
