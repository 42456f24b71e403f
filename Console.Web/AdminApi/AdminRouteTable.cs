using System.Diagnostics.CodeAnalysis;
using ConsoleWeb.AdminApi.OpenApi;

namespace ConsoleWeb.AdminApi;

/// <summary>
/// Paths of the Admin API and their methods. Its own table and not the framework's, because the answers to a wrong path or method, to
/// HEAD and to OPTIONS are part of the contract that tools rely on.
/// </summary>
internal sealed class AdminRouteTable
{
    private readonly List<Entry> _entries = [];

    /// <summary>Every path, for <c>GET /endpoints</c>.</summary>
    public IEnumerable<string> Paths => _entries.Select(e => e.Pattern).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Every method of every path with its description, in order of mapping.</summary>
    public IEnumerable<ApiEndpoint> Endpoints => _entries.SelectMany(e => e.Operations.Select(o => new ApiEndpoint(o.Key, e.Pattern, o.Value)));

    /// <param name="pattern">Such as <c>/services/{service}/routes</c>.</param>
    /// <param name="operation">What the reference says about it.</param>
    public AdminRouteTable Map(string method, string pattern, AdminHandler handler, ApiOperation? operation = null)
    {
        var segments = Split(pattern);
        var entry = _entries.Find(e => e.Pattern == pattern);
        if (entry is null)
        {
            entry = new Entry(pattern, segments);
            _entries.Add(entry);
        }

        entry.Handlers.Add(method, handler);
        entry.Operations.Add(method, operation ?? ApiOperation.Undescribed(method, pattern));
        return this;
    }

    public AdminRouteTable Get(string pattern, AdminHandler handler, ApiOperation? operation = null) => Map(HttpMethods.Get, pattern, handler, operation);

    public AdminRouteTable Post(string pattern, AdminHandler handler, ApiOperation? operation = null) => Map(HttpMethods.Post, pattern, handler, operation);

    /// <summary>Finds the methods of a path; literal segments are preferred to values.</summary>
    /// <param name="isList">Whether GET reads a page of a list.</param>
    public bool TryFind(
        string path,
        [NotNullWhen(true)] out IReadOnlyDictionary<string, AdminHandler>? handlers,
        out bool isList,
        [NotNullWhen(true)] out IReadOnlyDictionary<string, string>? values)
    {
        var segments = Split(path);
        Entry? best = null;
        foreach (var entry in _entries)
        {
            if (entry.Matches(segments) && (best is null || entry.Literals > best.Literals))
            {
                best = entry;
            }
        }

        handlers = best?.Handlers;
        isList = best?.Operations.GetValueOrDefault(HttpMethods.Get)?.Query.Any(q => q.Name == "size") == true;
        values = best?.Read(segments);
        return best is not null;
    }

    private static string[] Split(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private sealed class Entry(string pattern, string[] segments)
    {
        public string Pattern { get; } = pattern;

        public Dictionary<string, AdminHandler> Handlers { get; } = new(StringComparer.OrdinalIgnoreCase);

        public Dictionary<string, ApiOperation> Operations { get; } = [];

        public int Literals { get; } = segments.Count(s => !IsValue(s));

        public bool Matches(string[] path)
        {
            if (path.Length != segments.Length)
            {
                return false;
            }

            for (var i = 0; i < path.Length; i++)
            {
                if (!IsValue(segments[i]) && segments[i] != path[i])
                {
                    return false;
                }
            }

            return true;
        }

        public Dictionary<string, string> Read(string[] path)
        {
            var values = new Dictionary<string, string>();
            for (var i = 0; i < path.Length; i++)
            {
                if (IsValue(segments[i]))
                {
                    values[segments[i][1..^1]] = Uri.UnescapeDataString(path[i]);
                }
            }

            return values;
        }

        private static bool IsValue(string segment) => segment.StartsWith('{');
    }
}
