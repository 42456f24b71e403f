using System.Text.Json.Nodes;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Connect;

/// <summary>Names and paths that are taken, and by what.</summary>
internal sealed class ConnectNames
{
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);
    private readonly HashSet<string> _services = new(StringComparer.Ordinal);
    private readonly HashSet<string> _routes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _consumers = new(StringComparer.Ordinal);

    public ConnectNames(IEnumerable<JsonObject> services, IEnumerable<JsonObject> routes, IEnumerable<JsonObject> consumers)
    {
        _services.UnionWith(services.Select(s => s["name"]?.ToString()).OfType<string>());
        _consumers.UnionWith(consumers.Select(c => c["username"]?.ToString()).OfType<string>());
        foreach (var route in routes)
        {
            var name = route["name"]?.ToString() ?? route["id"]!.ToString();
            _routes.Add(name);
            foreach (var path in (route["paths"] as JsonArray)?.Select(p => p?.ToString()).OfType<string>() ?? [])
            {
                _paths.TryAdd(path, name);
            }
        }
    }

    public static ConnectNames Of(ConfigState state) => new(
        state.Of(EntityKinds.Services).Values.Select(d => d.Json), state.Of(EntityKinds.Routes).Values.Select(d => d.Json), state.Of(EntityKinds.Consumers).Values.Select(d => d.Json));

    /// <summary>The first of <c>codex</c>, <c>codex-2</c>… of which neither service nor route, consumer or path exist.</summary>
    public string FreeStem(string stem, string path) => Numbered(stem).First(s =>
        !_services.Contains($"{s}-service") && !_routes.Contains($"{s}-route") && !_consumers.Contains(s) && !_paths.ContainsKey(path + s[stem.Length..]));

    /// <summary>What stands in the way of a path and what would be free; null when nothing does.</summary>
    public NameTaken? CheckPath(string path) => _paths.TryGetValue(path.Trim(), out var route)
        ? new($"The route {route} has this path already.", Numbered(path.Trim()).First(p => !_paths.ContainsKey(p)))
        : null;

    public NameTaken? CheckService(string name) => _services.Contains(name.Trim())
        ? new("There is a service of this name.", Numbered(name.Trim()).First(n => !_services.Contains(n)))
        : null;

    public NameTaken? CheckRoute(string name) => _routes.Contains(name.Trim())
        ? new("There is a route of this name.", Numbered(name.Trim()).First(n => !_routes.Contains(n)))
        : null;

    private static IEnumerable<string> Numbered(string name) => Enumerable.Range(1, int.MaxValue - 1).Select(n => n == 1 ? name : $"{name}-{n}");
}

/// <param name="Reason">A sentence that says by what.</param>
/// <param name="Free">The nearest that is free.</param>
internal sealed record NameTaken(string Reason, string Free);
