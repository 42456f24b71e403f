namespace ConsoleWeb.Features.Transfer;

/// <summary>What of the configuration is written, and how.</summary>
internal sealed record ExportOptions
{
    /// <summary>JSON instead of YAML.</summary>
    public bool IsJson { get; init; }

    public bool WithIds { get; init; }

    /// <summary>Whether fields are written that have their defaults.</summary>
    public bool WithDefaults { get; init; } = true;

    /// <summary>Only entities with all of these tags; empty: everything.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
}

/// <summary>A variable that has to be set where an exported file is read.</summary>
/// <param name="Name">Such as <c>DECK_OPENAI_API_KEY</c>.</param>
/// <param name="Places">What it stands for, such as <c>plugin ai-proxy: config.auth.header_value</c>.</param>
public sealed record ExportVariable(string Name, IReadOnlyList<string> Places);

/// <summary>The configuration as a state file. No secret is in it: each is a variable.</summary>
/// <param name="Text">YAML or JSON.</param>
/// <param name="Entities">How many entities it holds.</param>
public sealed record ExportedFile(string Text, IReadOnlyList<ExportVariable> Variables, int Entities);
