using Gateway.Shared.Schema;

namespace Gateway.Shared.Contracts;

/// <summary>A Consumer: a person or program that calls the gateway.</summary>
public sealed record ConsumerConfig
{
    public static IReadOnlyList<EntityCheck> Checks => [EntityCheck.AtLeastOneOf(nameof(CustomId), nameof(Username))];

    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("Unique user name.")]
    [Rule<OneLineRule>]
    public string? Username { get; init; }

    [Field("Unique id of this consumer in another system.")]
    [Rule<OneLineRule>]
    public string? CustomId { get; init; }

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds.", Auto = true)]
    public long CreatedAt { get; init; }

    [Field("Time of the last change, Unix seconds.", Auto = true)]
    public long UpdatedAt { get; init; }
}
