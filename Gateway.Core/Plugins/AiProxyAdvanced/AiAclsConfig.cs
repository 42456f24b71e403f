using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.AiProxyAdvanced;

/// <summary>Who may call. Deny goes before allow; where there is an allow rule, one must match.</summary>
internal sealed record AiAclsConfig
{
    [Field("Rules of which one must match.")]
    [Length(1)]
    public IReadOnlyList<AiAclRuleConfig>? Allow { get; init; }

    [Field("Rules of which none may match.")]
    [Length(1)]
    public IReadOnlyList<AiAclRuleConfig>? Deny { get; init; }
}

/// <summary>Conditions that must all hold.</summary>
internal sealed record AiAclRuleConfig
{
    [Field("The conditions.")]
    [Length(1)]
    public required IReadOnlyList<AiAclMatchConfig> Match { get; init; }
}

/// <summary>One condition.</summary>
internal sealed record AiAclMatchConfig
{
    [Field("What is looked at.")]
    [OneOf("consumer", "consumer_group", "header", "ip", "model", "path", "provider")]
    public required string Type { get; init; }

    [Field("Which part: id or username of a consumer, id or name of a group, name of a header.")]
    public string? Key { get; init; }

    [Field("Accepted values.")]
    [Length(1)]
    public required IReadOnlyList<string> Values { get; init; }
}
