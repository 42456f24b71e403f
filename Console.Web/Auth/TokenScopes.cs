using System.Collections.Frozen;

namespace ConsoleWeb.Auth;

/// <summary>What a personal access token may do.</summary>
internal static class TokenScopes
{
    public const string ConfigRead = "config:read";
    public const string ConfigWrite = "config:write";
    public const string SecretsRead = "secrets:read";
    public const string LogsRead = "logs:read";
    public const string PayloadsRead = "payloads:read";

    /// <summary>Send recorded requests again, which costs what a request costs.</summary>
    public const string LogsReplay = "logs:replay";

    /// <summary>End requests that run.</summary>
    public const string LogsStop = "logs:stop";

    /// <summary>Includes all others.</summary>
    public const string Admin = "admin";

    /// <summary>Every scope, in the order in which forms show them.</summary>
    public static readonly IReadOnlyList<string> All = [ConfigRead, ConfigWrite, SecretsRead, LogsRead, PayloadsRead, LogsReplay, LogsStop, Admin];

    /// <summary>The preset "for decK and scripts": declarative tools compare secrets, so they must see them.</summary>
    public static readonly IReadOnlyList<string> ForDeck = [ConfigRead, ConfigWrite, SecretsRead];

    /// <summary>The scopes that a set of scopes amounts to: <c>admin</c> brings all, and who may write configuration may read it.</summary>
    public static FrozenSet<string> Expand(IEnumerable<string> scopes)
    {
        var set = scopes.ToHashSet(StringComparer.Ordinal);
        if (set.Contains(Admin))
        {
            set.UnionWith(All);
        }

        if (set.Contains(ConfigWrite))
        {
            set.Add(ConfigRead);
        }

        return set.ToFrozenSet(StringComparer.Ordinal);
    }
}
