using System.Text.RegularExpressions;
using Gateway.Testing;

namespace ConsoleWeb.Tests.Architecture;

/// <summary>Every page loads every stylesheet, so that a class of the same name in two of them changes pages nobody was looking at.</summary>
public sealed partial class StylesheetTests
{
    [Fact]
    public void Class_HasItsRuleInOneStylesheet()
    {
        if (Repository.Root is null)
        {
            return;
        }

        Assert.Empty(
            from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "Console.Web", "wwwroot"), "*.css")
            from name in TopLevelClasses(File.ReadAllText(file))
            group Path.GetFileName(file) by name into places
            where places.Distinct().Count() > 1
            select $".{places.Key}: {string.Join(", ", places.Distinct().Order())}");
    }

    /// <summary>The components' own stylesheet colours whatever has a class that is called after a colour.</summary>
    [Fact]
    public void Class_HasNoNameOfAColour()
    {
        if (Repository.Root is null)
        {
            return;
        }

        Assert.Empty(
            from file in Repository.Sources("Console.Web", "*.razor")
            from classes in ClassAttributes().Matches(File.ReadAllText(Path.Combine(Repository.Root, file))).Select(m => m.Groups[1].Value)
            from name in classes.Split(' ')
            where name is "red" or "pink" or "purple" or "indigo" or "blue" or "cyan" or "teal" or "green" or "lime" or "yellow" or "amber" or "orange" or "brown" or "grey" or "gray" or "black" or "white"
            select $"{file}: {name}");
    }

    /// <summary>Classes that a rule names alone: <c>.a</c>, and neither <c>.a .b</c> nor <c>p.a</c>.</summary>
    private static IEnumerable<string> TopLevelClasses(string css) =>
        from rule in Selectors().Matches(Comments().Replace(css, ""))
        from selector in rule.Groups[1].Value.Split(',')
        let alone = ClassAlone().Match(selector.Trim())
        where alone.Success
        select alone.Groups[1].Value;

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"([^{}]+)\{")]
    private static partial Regex Selectors();

    [GeneratedRegex("class=\"([^\"@]*)\"")]
    private static partial Regex ClassAttributes();

    [GeneratedRegex(@"^\.([\w-]+)$")]
    private static partial Regex ClassAlone();
}
