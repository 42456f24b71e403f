namespace Gateway.Core.Secrets;

/// <summary>Settings of the vaults, section <c>Gateway:Vaults</c>.</summary>
public sealed class VaultOptions
{
    public const string Section = "Gateway:Vaults";

    /// <summary>
    /// Prefixes of the environment variables that <c>{vault://env/…}</c> may read, so that whoever may write configuration cannot read
    /// the rest of the process's environment. Default <c>GATEWAY_SECRET_</c>.
    /// </summary>
    public IList<string> EnvPrefixes { get; } = [];

    internal IEnumerable<string> EffectiveEnvPrefixes => EnvPrefixes.Count == 0 ? ["GATEWAY_SECRET_"] : EnvPrefixes;
}
