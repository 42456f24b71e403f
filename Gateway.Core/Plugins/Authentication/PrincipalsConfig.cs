using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.Authentication;

/// <summary>Signing in with Kong Identity; stored only.</summary>
internal sealed record PrincipalsConfig
{
    [Field("Sign in with Kong Identity instead of the gateway's own credentials.")]
    public bool Enabled { get; init; }

    [Field("Directory to ask.")]
    public string Directory { get; init; } = "default";

    [Field("Refuse requests for which the directory has no principal.")]
    public bool ErrorOnMiss { get; init; } = true;
}
