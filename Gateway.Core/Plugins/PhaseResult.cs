namespace Gateway.Core.Plugins;

/// <summary>What a plugin's access phase decided.</summary>
internal enum PhaseResult
{
    /// <summary>The request goes on.</summary>
    Continue,

    /// <summary>
    /// The plugin has written the answer (or an error through <c>GatewayErrors</c>). Access code of the remaining
    /// plugins is skipped; their later phases still run.
    /// </summary>
    Answered,
}
