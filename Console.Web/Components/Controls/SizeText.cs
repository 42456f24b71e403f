using System.Globalization;

namespace ConsoleWeb.Components.Controls;

/// <summary>Bytes as people read them.</summary>
internal static class SizeText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <returns>Such as <c>1.4 GiB</c>, joined by a narrow space.</returns>
    public static string Of(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        while (value >= 1024 && unit < Units.Length - 1)
        {
            (value, unit) = (value / 1024, unit + 1);
        }

        return value.ToString(unit == 0 || value >= 100 ? "0" : "0.0", CultureInfo.InvariantCulture) + "\u202f" + Units[unit];
    }

    /// <summary>Reads what people type: <c>10 GB</c>, <c>1.5gib</c>, <c>512 KB</c>, or bytes. Units count in steps of 1024, as everywhere here.</summary>
    public static bool TryParse(string? text, out long bytes)
    {
        bytes = 0;
        var typed = (text ?? "").Replace("\u202f", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        var digits = typed.TrimEnd('B', 'I', 'K', 'M', 'G', 'T');
        var power = typed[digits.Length..] switch { "" or "B" => 0, "K" or "KB" or "KIB" => 1, "M" or "MB" or "MIB" => 2, "G" or "GB" or "GIB" => 3, "T" or "TB" or "TIB" => 4, _ => -1 };
        if (power < 0 || !decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > 1_000_000_000_000_000)
        {
            return false;
        }

        for (; power > 0; power--)
        {
            number *= 1024;
        }

        bytes = number > 1L << 60 ? -1 : (long)number;
        return bytes >= 0;
    }
}
