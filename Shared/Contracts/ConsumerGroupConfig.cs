using Gateway.Shared.Schema;

namespace Gateway.Shared.Contracts;

/// <summary>A Consumer Group: consumers that plugins treat alike.</summary>
public sealed record ConsumerGroupConfig
{
    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("Unique name of the group.")]
    [Rule<NameRule>]
    public required string Name { get; init; }

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }

    [Field("Time of the last change, Unix seconds.", Auto = true)]
    public long UpdatedAt { get; init; }
}

/// <summary>That a consumer is in a group. Reached through the group or the consumer; it has no collection of its own.</summary>
public sealed record ConsumerGroupMemberConfig
{
    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("The group.")]
    [Foreign("consumer_groups")]
    public required EntityReference ConsumerGroup { get; init; }

    [Field("The consumer in it.")]
    [Foreign("consumers")]
    public required EntityReference Consumer { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }
}
