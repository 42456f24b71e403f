using System.Globalization;

namespace ConsoleWeb.Features.Requests;

/// <summary>Cells of a file for spreadsheets.</summary>
internal static class Csv
{
    /// <summary>A cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe.</summary>
    public static string Cell(object? value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        if (value is string && text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20')
        {
            text = "'" + text;
        }

        return text.AsSpan().ContainsAny("\",\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
