using System.Text.RegularExpressions;
using Gateway.Testing;

namespace ConsoleWeb.Tests.Architecture;

/// <summary>Where a source file stands says what is in it.</summary>
public sealed partial class SourceTests
{
    /// <summary>Folders that only sort files, so that what uses them needs one namespace.</summary>
    private static readonly string[] Drawers = ["Shared/Schema/Entities", "Shared/Schema/Rules", "Gateway.Core/Plugins/AiProxy/Config"];

    private static readonly Dictionary<string, string> RootNamespaces = new()
    {
        ["Shared"] = "Gateway.Shared",
        ["Gateway.Core"] = "Gateway.Core",
        ["Console.Web"] = "ConsoleWeb",
        ["tests/Shared.Tests"] = "Gateway.Shared.Tests",
        ["tests/Gateway.Core.Tests"] = "Gateway.Core.Tests",
        ["tests/Console.Web.Tests"] = "ConsoleWeb.Tests",
        ["tests/Testing"] = "Gateway.Testing",
        ["e2e"] = "Gateway.E2E",
    };

    public static TheoryData<string> Projects => [.. RootNamespaces.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespace_IsTheFolder(string project)
    {
        if (Repository.Root is null)
        {
            return;
        }

        Assert.Empty(
            from file in Repository.Sources(project)
            let declared = NamespaceLine().Match(Text(file))
            where declared.Success && declared.Groups[1].Value != Expected(project, file)
            select $"{file}: {declared.Groups[1].Value}");
    }

    /// <summary>A file with several small types of a kind is named for the kind: <c>HostRules.cs</c>.</summary>
    [Theory]
    [InlineData("Shared")]
    [InlineData("Gateway.Core")]
    [InlineData("Console.Web")]
    public void File_IsNamedAfterAType(string project)
    {
        if (Repository.Root is null)
        {
            return;
        }

        Assert.Empty(
            from file in Repository.Sources(project)
            where !file.Contains("/Migrations/", StringComparison.Ordinal)
            let types = TypeLine().Matches(Text(file)).Select(m => m.Groups[1].Value).ToList()
            let name = Path.GetFileName(file).Split('.')[0]
            where types.Count > 0 && !types.Contains(name) && !(types.Count > 1 && name.EndsWith('s'))
            select $"{file}: {string.Join(", ", types)}");
    }

    private static string Expected(string project, string file)
    {
        var folder = Path.GetDirectoryName(file)!.Replace('\\', '/');
        if (Drawers.Contains(folder))
        {
            folder = Path.GetDirectoryName(folder)!.Replace('\\', '/');
        }

        return RootNamespaces[project] + folder[project.Length..].Replace('/', '.');
    }

    private static string Text(string file) => File.ReadAllText(Path.Combine(Repository.Root!, file));

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|static|abstract|partial|readonly|ref) )+(?:class|record struct|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeLine();
}
