using ConsoleWeb.Declarative.State;

namespace ConsoleWeb.Declarative.Files;

/// <summary>What all given files say together.</summary>
internal sealed class StateFile
{
    public List<FileEntity> Entities { get; } = [];

    /// <summary>Tags of <c>_info.select_tags</c>.</summary>
    public List<string> SelectTags { get; } = [];

    /// <summary>Field values of <c>_info.defaults</c>, by the singular name of the kind.</summary>
    public Dictionary<string, System.Text.Json.Nodes.JsonObject> Defaults { get; } = new(StringComparer.Ordinal);

    /// <summary>Tags of <c>_info.default_lookup_tags</c>, by collection.</summary>
    public Dictionary<string, List<string>> LookupTags { get; } = new(StringComparer.Ordinal);

    public string? Workspace { get; set; }

    /// <summary>Whether a file has the member <c>_konnect</c>, which selects Konnect mode.</summary>
    public bool IsKonnect { get; set; }

    public string? ControlPlaneName { get; set; }
}
