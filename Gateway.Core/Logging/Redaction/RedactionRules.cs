using System.Buffers;
using System.Collections.Frozen;

namespace Gateway.Core.Logging.Redaction;

/// <summary>All rules that are in force, ready to run. Immutable: a change makes new ones.</summary>
internal sealed class RedactionRules
{
    private readonly RedactionSelection _common;
    private readonly FrozenDictionary<Guid, RedactionSelection> _byPlugin;

    private RedactionRules(bool keepsBodies, RedactionSelection common, FrozenDictionary<Guid, RedactionSelection> byPlugin) =>
        (KeepsBodies, _common, _byPlugin) = (keepsBodies, common, byPlugin);

    public bool KeepsBodies { get; }

    /// <param name="fixedRules">Those of the file of settings.</param>
    public static RedactionRules Create(IEnumerable<RedactionRule> fixedRules, RedactionSettings settings)
    {
        ITextRule[] presets = [.. RedactionPreset.All.Where(p => p.IsLocked || settings.Presets.Contains(p.Id)).Select(p => p.Rule)];
        RedactionRule[] rules = [.. fixedRules, .. settings.Rules];
        var byPlugin = rules.SelectMany(r => r.Plugins).Distinct().ToFrozenDictionary(id => id, id => RedactionSelection.Of(presets, rules.Where(r => r.Plugins.Count == 0 || r.Plugins.Contains(id))));
        return new RedactionRules(settings.KeepsBodies, RedactionSelection.Of(presets, rules.Where(r => r.Plugins.Count == 0)), byPlugin);
    }

    /// <param name="plugin">The AI plugin that made the call; null for other traffic.</param>
    public RedactionSelection For(Guid? plugin) => plugin is { } id && _byPlugin.TryGetValue(id, out var selection) ? selection : _common;
}

/// <summary>The rules for the traffic of one plugin.</summary>
internal sealed class RedactionSelection
{
    private readonly SearchValues<string>? _anchors;

    private RedactionSelection(RedactionPath[] paths, ITextRule[] texts, FrozenDictionary<string, string> headers)
    {
        (Paths, Texts, Headers) = (paths, texts, headers);
        if (texts.All(t => t.Anchors.Count > 0))
        {
            _anchors = SearchValues.Create([.. texts.SelectMany(t => t.Anchors)], StringComparison.OrdinalIgnoreCase);
        }
    }

    public RedactionPath[] Paths { get; }

    public ITextRule[] Texts { get; }

    /// <summary>Names of headers and what stands in the place of their values.</summary>
    public FrozenDictionary<string, string> Headers { get; }

    public static RedactionSelection Of(ITextRule[] presets, IEnumerable<RedactionRule> rules)
    {
        var list = rules.ToArray();
        return new RedactionSelection(
            [.. list.Where(r => !string.IsNullOrEmpty(r.Path)).Select(r => new RedactionPath(r.Name, r.Path!))],
            [.. presets, .. list.Where(r => !string.IsNullOrEmpty(r.Pattern)).Select(r => new RedactionPattern(r.Name, r.Pattern!))],
            list.Where(r => !string.IsNullOrEmpty(r.Header))
                .DistinctBy(r => r.Header, StringComparer.OrdinalIgnoreCase)
                .ToFrozenDictionary(r => r.Header!, r => RedactionPath.Replacement(r.Name), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Whether a text may hold something to take out; most hold nothing, and this tells it at the speed of memory.</summary>
    public bool MayFire(ReadOnlySpan<char> text) => _anchors is null || text.ContainsAny(_anchors);

    /// <summary>The same of a body of JSON, whose characters may be written as <c>\u0040</c>.</summary>
    public bool MayFireInBody(ReadOnlySpan<char> body) => Paths.Length > 0 || MayFire(body) || body.Contains("\\u00", StringComparison.Ordinal);

    public string Replace(string text)
    {
        foreach (var rule in Texts)
        {
            text = rule.Replace(text);
        }

        return text;
    }
}
