using Gateway.Shared.Schema;

namespace Gateway.Shared.Contracts;

/// <summary>A Target: one address in an Upstream.</summary>
public sealed record TargetConfig
{
    [Field("Unique identifier.", Auto = true)]
    public Guid Id { get; init; }

    [Field("The upstream that the address belongs to.")]
    [Foreign("upstreams")]
    public required EntityReference Upstream { get; init; }

    /// <summary>Stored as <c>host:port</c>; port 8000 when absent; IPv6 in brackets.</summary>
    [Field("Address: host name or IP, and a port (8000 when absent).")]
    [Rule<TargetAddressRule>]
    public required string Target { get; init; }

    [Field("Share of the traffic, relative to the other targets; 0 takes the target out.")]
    [Between(0, 65535)]
    public int Weight { get; init; } = 100;

    [Field("Tags for grouping and filtering.", IsSet = true)]
    [Rule<TagRule>]
    public IReadOnlyList<string>? Tags { get; init; }

    [Field("Creation time, Unix seconds with milliseconds as a fraction.", Auto = true)]
    public double CreatedAt { get; init; }

    [Field("Time of the last change, Unix seconds with milliseconds as a fraction.", Auto = true)]
    public double UpdatedAt { get; init; }

    [Field("Used only when all other targets have failed.", Inert = true)]
    public bool? Failover { get; init; }
}
