using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace Gateway.Shared.Contracts;

/// <summary>A piece of plugin configuration that several plugins share.</summary>
public sealed record PartialConfig
{
    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("Unique name of the partial.")]
    [Rule<NameRule>]
    public string? Name { get; init; }

    [Field("What the partial describes.")]
    [OneOf("embeddings", "model", "redis-ce", "redis-ee", "vectordb")]
    public required string Type { get; init; }

    /// <summary>The config as validated and completed with defaults.</summary>
    [Field("The shared settings.", Required = true)]
    [SubSchema("partials", "type")]
    public JsonObject Config { get; init; } = [];

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }

    [Field("Time of the last change, Unix seconds.", Auto = true)]
    public long UpdatedAt { get; init; }
}
