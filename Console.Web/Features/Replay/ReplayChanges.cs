namespace ConsoleWeb.Features.Replay;

/// <summary>What a person wants different from the recorded request; null: as it was.</summary>
internal sealed record ReplayChanges
{
    public static ReplayChanges None { get; } = new();

    public string? Model { get; init; }

    /// <summary>Id or name of a route. Its own path is put in place of the one before.</summary>
    public string? Route { get; init; }

    /// <summary>Path with query; comes before what <see cref="Route"/> says of it.</summary>
    public string? Path { get; init; }

    /// <summary>A JSON object in place of the recorded body.</summary>
    public string? Body { get; init; }

    /// <summary>Headers beside those of the recorded request, such as the caller's key.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Id of a consumer's key (key-auth) that goes along without being shown to anybody; null: none.</summary>
    public Guid? Credential { get; init; }
}
