using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Core.Plugins;
using Gateway.Core.Plugins.KeyAuth;
using Gateway.Shared.Contracts;

namespace ConsoleWeb.Features.Replay;

/// <summary>A route that a request can be sent to.</summary>
/// <param name="Path">Its first plain path; null when it has only expressions, or takes any path.</param>
/// <param name="Scheme">What its requests come over.</param>
/// <param name="Host">A host that it takes; null: any.</param>
/// <param name="Format">What its AI plugin reads: <c>openai</c> or <c>anthropic</c>; null without one.</param>
/// <param name="Models">What its AI plugin is set to call; empty: what the request names.</param>
/// <param name="KeyHeader">Header that its key-auth reads; null when it asks for no key in a header.</param>
internal sealed record ReplayTarget(
    Guid Id, string Name, string? Path, bool HasPaths, string Scheme, string? Host, string? Format, IReadOnlyList<string> Models, string? KeyHeader);

/// <summary>A consumer's key, without the key.</summary>
internal sealed record ReplayCredential(Guid Id, string Consumer);

/// <summary>Where requests can be sent, as the gateway's configuration stands now.</summary>
internal sealed class ReplayTargets(SnapshotHolder snapshots, TimeProvider time)
{
    private static readonly string[] AiPlugins = ["ai-proxy-advanced", "ai-proxy"];

    private GatewayConfig Config => snapshots.Current?.Config ?? GatewayConfig.Empty;

    /// <summary>Routes with an AI plugin, by name.</summary>
    public IReadOnlyList<ReplayTarget> List() =>
        [.. Config.Routes.Select(Describe).Where(t => t.Format is not null).OrderBy(t => t.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Any route, by id or name; null when there is none.</summary>
    public ReplayTarget? Find(string idOrName)
    {
        var route = Config.Routes.FirstOrDefault(r => r.Name == idOrName || r.Id.ToString() == idOrName);
        return route is null ? null : Describe(route);
    }

    public IReadOnlyList<ReplayCredential> ListCredentials()
    {
        var names = Config.Consumers.ToDictionary(c => c.Id, c => c.Username ?? c.CustomId ?? c.Id.ToString());
        return [.. Usable().Select(c => new ReplayCredential(c.Id, names.GetValueOrDefault(c.Consumer.Id, "unknown"))).OrderBy(c => c.Consumer, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>The key itself, for the request alone; null when there is none.</summary>
    internal string? FindKey(Guid credential) => Usable().FirstOrDefault(c => c.Id == credential)?.Key;

    private IEnumerable<KeyAuthCredentialConfig> Usable()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return Config.KeyAuthCredentials.Where(c => !c.IsOverAt(now));
    }

    private ReplayTarget Describe(RouteConfig route)
    {
        var scheme = route.Protocols.Contains("http") ? "http" : "https";
        var scope = new PluginScope(route.Id, route.Service?.Id, null, null, scheme);
        var plugins = snapshots.Current!.Plugins;
        var ai = AiPlugins.Select(name => plugins.Find(name, scope)).FirstOrDefault(p => p is not null)?.Declared.Config;
        var key = plugins.Find("key-auth", scope)?.Config as KeyAuthConfig;
        return new ReplayTarget(
            route.Id,
            route.Name ?? route.Id.ToString(),
            route.Paths?.FirstOrDefault(p => p.StartsWith('/')),
            route.Paths is { Count: > 0 },
            scheme,
            HostOf(route.Hosts),
            ai is null ? null : ai["llm_format"]?.ToString() ?? "openai",
            ai is null ? [] : ModelsOf(ai),
            key is { KeyInHeader: true, KeyNames: [var name, ..] } ? name : null);
    }

    private static List<string> ModelsOf(JsonObject config)
    {
        var targets = config["targets"] is JsonArray list ? list.OfType<JsonObject>() : [config];
        return [.. targets.Select(t => ReplayBody.Text(t["model"]?["name"])).OfType<string>().Where(m => !m.Contains("$(", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>A label stands in for the star of a host with one.</summary>
    private static string? HostOf(IReadOnlyList<string>? hosts) =>
        hosts is { Count: > 0 } ? (hosts.FirstOrDefault(h => !h.Contains('*', StringComparison.Ordinal)) ?? hosts[0].Replace("*", "replay", StringComparison.Ordinal)).Split(':')[0] : null;
}
