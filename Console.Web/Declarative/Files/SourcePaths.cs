using System.Globalization;

namespace ConsoleWeb.Declarative.Files;

/// <summary>Paths as a <see cref="SourceMap"/> has them.</summary>
internal static class SourcePaths
{
    /// <summary>A dotted path with positions from 1, in brackets from 0: <c>paths.1</c> is <c>paths[0]</c>.</summary>
    public static string InBrackets(string dotted) => dotted.Split('.').Aggregate("", (all, part) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var position) && all.Length > 0 ? $"{all}[{position - 1}]"
        : all.Length == 0 ? part
        : $"{all}.{part}");
}
