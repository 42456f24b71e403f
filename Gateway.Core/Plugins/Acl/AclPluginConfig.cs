using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.Acl;

/// <summary>Config of the plugin <c>acl</c>.</summary>
internal sealed record AclPluginConfig : IPluginConfig
{
    public static IReadOnlyList<EntityCheck> Checks => [EntityCheck.OnlyOneOf(nameof(Allow), nameof(Deny))];

    [Field("Groups that may pass; nobody else.")]
    public IReadOnlyList<string>? Allow { get; init; }

    [Field("Groups that may not pass; everybody else may.")]
    public IReadOnlyList<string>? Deny { get; init; }

    [Field("Keep the groups from the upstream, which learns them in X-Consumer-Groups otherwise.", Required = true)]
    public bool HideGroupsHeader { get; init; }

    [Field("Judge by the groups that an authentication plugin supplies, also when the consumer has groups of its own.", Required = true)]
    public bool AlwaysUseAuthenticatedGroups { get; init; }

    [Field("The consumer groups that a consumer is in count too.", Required = true)]
    public bool IncludeConsumerGroups { get; init; }
}
