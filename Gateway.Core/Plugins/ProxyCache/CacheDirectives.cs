using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Plugins.ProxyCache;

/// <summary>What a Cache-Control header says. Names compare without regard to case.</summary>
internal sealed class CacheDirectives
{
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    public CacheDirectives(StringValues header)
    {
        foreach (var item in header.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            var parts = item.Split('=', 2, StringSplitOptions.TrimEntries);
            _values[parts[0]] = parts.Length > 1 ? parts[1].Trim('"') : "";
        }
    }

    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>The seconds of a directive; null when it is absent or no number.</summary>
    public TimeSpan? Seconds(string name) =>
        _values.TryGetValue(name, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
