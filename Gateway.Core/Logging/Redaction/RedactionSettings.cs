namespace Gateway.Core.Logging.Redaction;

/// <summary>What a person has set about bodies in the log. Rules of the file of settings are there beside it.</summary>
public sealed record RedactionSettings
{
    /// <summary>Before anybody sets anything: bodies are kept where a plugin asks for it, without credentials.</summary>
    public static readonly RedactionSettings Default = new() { Presets = [.. RedactionPreset.All.Where(p => p.IsDefault).Select(p => p.Id)] };

    /// <summary>Whether bodies are kept where the config of a plugin says so; false: nowhere, whatever plugins say.</summary>
    public bool KeepsBodies { get; init; } = true;

    /// <summary>Ids of the presets that are on. Those that are locked are on without being named.</summary>
    public IReadOnlyList<string> Presets { get; init; } = [];

    /// <summary>Own rules, tried in order after the presets.</summary>
    public IReadOnlyList<RedactionRule> Rules { get; init; } = [];
}
