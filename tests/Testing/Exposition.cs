using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Testing;

/// <summary>
/// A scrape in the text format of Prometheus, read strictly: each family has one head, its samples follow it, no series appears twice,
/// and the text ends with a line feed.
/// </summary>
public sealed partial class Exposition
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);

    public Exposition(string text)
    {
        if (text.Length > 0 && !text.EndsWith('\n'))
        {
            throw new FormatException("The last line has no end.");
        }

        var family = "";
        foreach (var line in text.Split('\n')[..^1])
        {
            var head = HeadLine().Match(line);
            if (head.Success)
            {
                family = Head(head, family);
                continue;
            }

            var sample = SampleLine().Match(line);
            var name = sample.Groups["name"].Value;
            if (!sample.Success || (name != family && !(_types[family] == "histogram" && IsPart(name, family))))
            {
                throw new FormatException($"Not a sample of '{family}': {line}");
            }

            if (!_samples.TryAdd(name + sample.Groups["labels"].Value, double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture)))
            {
                throw new FormatException($"Twice: {line}");
            }
        }
    }

    /// <summary>Series with their labels as written: <c>kong_http_requests_total{service="a"}</c>.</summary>
    public IReadOnlyDictionary<string, double> Samples => _samples;

    /// <summary>Types of the families by name.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    public double this[string series] => _samples.TryGetValue(series, out var value)
        ? value
        : throw new KeyNotFoundException($"No {series} in:\n{string.Join('\n', _samples.Keys.Order(StringComparer.Ordinal))}");

    /// <summary>Series of one name, sorted, with their values.</summary>
    public IEnumerable<string> Of(string name) => _samples
        .Where(s => s.Key == name || s.Key.StartsWith(name + "{", StringComparison.Ordinal))
        .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value}"))
        .Order(StringComparer.Ordinal);

    private string Head(Match head, string family)
    {
        var name = head.Groups["name"].Value;
        if (head.Groups["word"].Value == "HELP")
        {
            return _types.ContainsKey(name) ? throw new FormatException($"Two families '{name}'.") : name;
        }

        if (name != family)
        {
            throw new FormatException($"The type of '{name}' follows the help of '{family}'.");
        }

        _types.Add(name, head.Groups["text"].Value);
        return name;
    }

    private static bool IsPart(string name, string family) => name == family + "_bucket" || name == family + "_sum" || name == family + "_count";

    [GeneratedRegex("""^# (?<word>HELP|TYPE) (?<name>[a-z_]+) (?<text>.+)$""")]
    private static partial Regex HeadLine();

    [GeneratedRegex("""^(?<name>[a-z_]+)(?<labels>\{[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\[\\"n])*")*\})? (?<value>[-+0-9.eE]+)$""")]
    private static partial Regex SampleLine();
}
