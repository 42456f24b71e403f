using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Secrets;

/// <summary>
/// The <c>env</c> vault: <c>{vault://env/my-key}</c> reads <c>MY_KEY</c>, a vault with the prefix <c>APP_</c> reads <c>APP_MY_KEY</c>.
/// Whatever a vault says, only variables with an allowed prefix are read.
/// </summary>
internal sealed class EnvironmentVault(IOptions<VaultOptions> options) : IVaultType
{
    private readonly string[] _prefixes = [.. options.Value.EffectiveEnvPrefixes];

    public string Name => "env";

    public SecretText Read(ParsedReference reference, JsonObject config)
    {
        var prefix = reference.Prefix ?? config["prefix"]?.GetValue<string>();
        var name = (prefix + reference.Resource).Replace('-', '_').ToUpperInvariant();
        if (!_prefixes.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase)))
        {
            return SecretText.None($"the variable {name} begins with none of the allowed prefixes ({string.Join(", ", _prefixes)}); allow it with Gateway__Vaults__EnvPrefixes__0");
        }

        return Environment.GetEnvironmentVariable(name) is { } value
            ? new SecretText(value, null, $"the environment variable {name}")
            : SecretText.None($"the environment variable {name} is not set");
    }
}
