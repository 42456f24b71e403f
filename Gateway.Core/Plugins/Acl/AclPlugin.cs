using System.Collections.Frozen;
using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.Acl;

/// <summary>Lets only consumers of some groups pass, or all but those of some groups.</summary>
[Plugin("acl", priority: 950, ForbiddenScopes = ["consumer", "consumer_group"])]
internal sealed class AclPlugin : Plugin<AclPluginConfig>
{
    private const string OwnGroups = "X-Consumer-Groups";
    private const string SuppliedGroups = "X-Authenticated-Groups";

    private static readonly Refusal Unknown = new(StatusCodes.Status401Unauthorized, "Unauthorized") { Detail = "unauthenticated" };

    private static readonly Refusal Forbidden = new(StatusCodes.Status403Forbidden, "You cannot consume this service") { Detail = "forbidden" };

    protected override async ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, AclPluginConfig config)
    {
        var rules = instance.State.GetOrCreate(() => new GroupRules(config));
        var (groups, header) = Groups(context, config);
        if (groups is null || !rules.Allow(groups))
        {
            await GatewayErrors.WriteAsync(context, groups is null && context.Credential is null ? Unknown : Forbidden);
            return PhaseResult.Answered;
        }

        var headers = context.Http.Request.Headers;
        headers.Remove(OwnGroups);
        headers.Remove(SuppliedGroups);
        if (!config.HideGroupsHeader && groups.Count > 0)
        {
            headers[header] = string.Join(", ", groups);
        }

        return PhaseResult.Continue;
    }

    /// <summary>The groups that count, and the header that tells them; null when nobody is known who could have groups.</summary>
    private static (IReadOnlyList<string>? Groups, string Header) Groups(GatewayContext context, AclPluginConfig config)
    {
        var isJudgedBySupplied = context.Consumer is null || context.Credential is null || config.AlwaysUseAuthenticatedGroups;
        if (isJudgedBySupplied && context.AuthenticatedGroups is { } supplied)
        {
            return (supplied, SuppliedGroups);
        }

        if (context.Consumer is not { } consumer)
        {
            return (null, "");
        }

        var consumers = context.Snapshot.Consumers;
        var own = consumers.ListAclGroups(consumer.Id);
        return (config.IncludeConsumerGroups ? [.. own.Union(consumers.ListGroupNames(consumer.Id))] : own, OwnGroups);
    }
}

/// <summary>The groups of one instance, ready to be looked up. Names compare by case.</summary>
internal sealed class GroupRules(AclPluginConfig config)
{
    private readonly FrozenSet<string> _named = (config.Allow ?? config.Deny ?? []).ToFrozenSet(StringComparer.Ordinal);
    private readonly bool _isAllowed = config.Allow is not null;

    public bool Allow(IReadOnlyList<string> groups)
    {
        for (var i = 0; i < groups.Count; i++)
        {
            if (_named.Contains(groups[i]))
            {
                return _isAllowed;
            }
        }

        return !_isAllowed;
    }
}
