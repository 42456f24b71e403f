using System.Text.RegularExpressions;
using Gateway.Testing;

namespace ConsoleWeb.Tests.Architecture;

/// <summary>Documents that promise something name the test that shows it; the test must be there.</summary>
public sealed partial class DocumentedTestsTests
{
    private static readonly Dictionary<string, string> Sources = new[] { "tests", "e2e" }
        .SelectMany(d => Directory.EnumerateFiles(Path.Combine(Repository.Root!, d), "*Tests.cs", SearchOption.AllDirectories))
        .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .GroupBy(f => Path.GetFileNameWithoutExtension(f))
        .ToDictionary(g => g.Key, g => string.Concat(g.Select(File.ReadAllText)));

    [Theory]
    [InlineData("security.md", 60)]
    [InlineData("reliability.md", 0)]
    [InlineData("performance.md", 0)]
    [InlineData("console-checks.md", 52)]
    public void Tests_NamedInADocument_Exist(string document, int atLeast)
    {
        var path = Path.Combine(Repository.Root!, "docs", document);
        var named = File.Exists(path) ? Named().Matches(File.ReadAllText(path)).Select(m => (Class: m.Groups[1].Value, Method: m.Groups[2].Value)).ToList() : [];

        Assert.Empty(named.Where(n => !Exists(n.Class, n.Method)).Select(n => $"{n.Class}.{n.Method}"));
        Assert.True(named.Count >= atLeast, $"{document} names {named.Count} tests");
    }

    [Fact]
    public void Tests_NamedByTheScorecard_Exist()
    {
        var script = File.ReadAllText(Path.Combine(Repository.Root!, "bench", "scorecard.py"));
        var named = InScript().Matches(script).Select(m => m.Groups[1].Value).Distinct().ToList();

        Assert.All(named, name => Assert.True(Exists(name, ""), $"the scorecard names {name}, which is no test class"));
        Assert.True(named.Count >= 20, $"the scorecard names {named.Count} tests");
    }

    private static bool Exists(string name, string method) =>
        Sources.TryGetValue(name, out var source)
        && source.Contains($"class {name}", StringComparison.Ordinal)
        && (method.Length == 0 || Regex.IsMatch(source, $@"\[(?:Fact|Theory)\b[^;{{]*?\b(?:Task|void) {method}\(", RegexOptions.Singleline) || Regex.IsMatch(source, $@"public (?:async )?(?:Task|void) {method}\("));

    [GeneratedRegex(@"`([A-Z]\w*Tests)(?:\.(\w+))?`")]
    private static partial Regex Named();

    [GeneratedRegex(@"""([A-Z]\w*Tests)""")]
    private static partial Regex InScript();
}
