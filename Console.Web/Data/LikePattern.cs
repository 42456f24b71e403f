namespace ConsoleWeb.Data;

/// <summary>Text to look for, as SQL's LIKE understands it.</summary>
internal static class LikePattern
{
    public const string Escape = "\\";

    /// <summary>Matches what contains the text, whatever its characters mean to LIKE.</summary>
    public static string Containing(string text) =>
        $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
}
