using System.Text.RegularExpressions;
using ConsoleWeb.Components.Layout;

namespace ConsoleWeb.Tests.Components.Layout;

/// <summary>The component library and our own style sheet draw with the same colours.</summary>
public sealed partial class GatehouseThemeTests
{
    private static readonly string Css = File.ReadAllText(Path.Combine(Repository(), "Console.Web", "wwwroot", "site.css"));

    [Fact]
    public void Tokens_LightAndDark_EqualTheVariablesOfTheStyleSheet()
    {
        var light = Variables(Css[Css.IndexOf(":root {", StringComparison.Ordinal)..]);
        var dark = Variables(Css[Css.IndexOf("[data-theme=\"dark\"] {", StringComparison.Ordinal)..]);

        Assert.Equal(
            GatehouseTheme.Tokens.ToDictionary(t => t.Key, t => t.Value),
            GatehouseTheme.Tokens.Keys.ToDictionary(name => name, name => (light[name], dark[name])));
    }

    [Fact]
    public void Palettes_AreMadeOfTheTokens()
    {
        Assert.Equal(GatehouseTheme.Tokens["accent"].Light, GatehouseTheme.Theme.PaletteLight.Primary.ToString(MudBlazor.Utilities.MudColorOutputFormats.Hex), ignoreCase: true);
        Assert.Equal(GatehouseTheme.Tokens["accent"].Dark, GatehouseTheme.Theme.PaletteDark.Primary.ToString(MudBlazor.Utilities.MudColorOutputFormats.Hex), ignoreCase: true);
        Assert.Equal(GatehouseTheme.Tokens["text"].Dark, GatehouseTheme.Theme.PaletteDark.TextPrimary.ToString(MudBlazor.Utilities.MudColorOutputFormats.Hex), ignoreCase: true);
    }

    [Theory]
    [InlineData("site.css")]
    [InlineData("forms.css")]
    [InlineData("logs.css")]
    [InlineData("palette.css")]
    [InlineData("logfiles.css")]
    [InlineData("settings.css")]
    public void StyleSheets_UseNoUnknownVariable(string name)
    {
        var known = Variables(Css).Keys.ToHashSet();
        var used = UseOfVariable().Matches(File.ReadAllText(Path.Combine(Repository(), "Console.Web", "wwwroot", name))).Select(m => m.Groups[1].Value);

        Assert.Empty(used.Except(known));
    }

    private static Dictionary<string, string> Variables(string css)
    {
        var values = new Dictionary<string, string>();
        foreach (Match match in Variable().Matches(css))
        {
            values.TryAdd(match.Groups[1].Value, match.Groups[2].Value.Trim());
        }

        return values;
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Console.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Console.sln was not found above the tests.");
        }

        return folder.FullName;
    }

    [GeneratedRegex("--gh-([a-z0-9-]+):([^;]+);")]
    private static partial Regex Variable();

    [GeneratedRegex(@"var\(--gh-([a-z0-9-]+)")]
    private static partial Regex UseOfVariable();
}
