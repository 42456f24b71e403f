using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.IpRestriction;

/// <summary>Config of the plugin <c>ip-restriction</c>.</summary>
internal sealed record IpRestrictionConfig : IPluginConfig
{
    public static IReadOnlyList<EntityCheck> Checks => [EntityCheck.AtLeastOneOf(nameof(Allow), nameof(Deny))];

    [Field("Addresses and CIDR ranges that may pass; with such a list no other may.")]
    [Rule<AddressOrRangeRule>]
    public IReadOnlyList<string>? Allow { get; init; }

    [Field("Addresses and CIDR ranges that may not pass.")]
    [Rule<AddressOrRangeRule>]
    public IReadOnlyList<string>? Deny { get; init; }

    [Field("Status of a refusal, instead of 403.")]
    public double? Status { get; init; }

    [Field("Text of a refusal, instead of the usual one.")]
    public string? Message { get; init; }
}
