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

    /// <summary>
    /// Directories that vaults of the type <c>file</c> may read, for the same reason. Default: <c>secrets</c> in the data directory.
    /// </summary>
    public IList<string> Directories { get; } = [];

    /// <summary>
    /// Files and directories of the product itself, which may lie in an allowed directory and hold no secrets for vaults to give away.
    /// Set by the host, not by configuration.
    /// </summary>
    public IReadOnlyList<string> OwnFiles { get; set; } = [];

    internal IEnumerable<string> EffectiveEnvPrefixes => EnvPrefixes.Count == 0 ? ["GATEWAY_SECRET_"] : EnvPrefixes;
}
