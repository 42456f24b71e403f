using System.Reflection;

namespace ConsoleWeb.Cli;

/// <summary>Versions that the command line shows.</summary>
internal static class CliVersion
{
    /// <summary>Version of decK whose commands and wire calls this command line follows.</summary>
    public const string Deck = "1.43.0";

    /// <summary>Version of the product.</summary>
    public static string Product { get; } = typeof(CliVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>The source revision the product was built from, or <c>unknown</c>.</summary>
    public static string Revision { get; } = ReadRevision();

    private static string ReadRevision()
    {
        var text = typeof(CliVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        var plus = text?.IndexOf('+', StringComparison.Ordinal) ?? -1;
        return plus < 0 ? "unknown" : text![(plus + 1)..][..Math.Min(7, text.Length - plus - 1)];
    }
}
