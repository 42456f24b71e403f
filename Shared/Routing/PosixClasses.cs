using System.Globalization;
using System.Text;

namespace Gateway.Shared.Routing;

/// <summary>The classes of characters by name inside brackets, such as <c>[[:alpha:]_]</c>, which .NET would read as single characters.</summary>
internal static class PosixClasses
{
    /// <summary>First and last character of each range, in ascending order.</summary>
    private static readonly Dictionary<string, string> Ranges = new(StringComparer.Ordinal)
    {
        ["alnum"] = "09AZaz",
        ["alpha"] = "AZaz",
        ["ascii"] = "\0\u007f",
        ["blank"] = "\t\t  ",
        ["cntrl"] = "\0\u001f\u007f\u007f",
        ["digit"] = "09",
        ["graph"] = "!~",
        ["lower"] = "az",
        ["print"] = " ~",
        ["punct"] = "!/:@[`{~",
        ["space"] = "\t\r  ",
        ["upper"] = "AZ",
        ["word"] = "09AZ__az",
        ["xdigit"] = "09AFaf",
    };

    /// <summary>The class at the start of a text that stands inside brackets.</summary>
    /// <param name="length">Characters that it takes.</param>
    /// <returns>The same as ranges of .NET; null when there is none, or none of that name.</returns>
    public static string? Translate(ReadOnlySpan<char> text, out int length)
    {
        length = text.StartsWith("[:") ? text.IndexOf(":]") + 2 : 0;
        if (length < 5)
        {
            return null;
        }

        var name = text[2..(length - 2)];
        var isNegated = name[0] == '^';
        return Ranges.TryGetValue((isNegated ? name[1..] : name).ToString(), out var ranges) ? Write(isNegated ? Others(ranges) : ranges) : null;
    }

    private static string Others(string ranges)
    {
        var others = new StringBuilder();
        var next = '\0';
        for (var i = 0; i < ranges.Length; i += 2)
        {
            if (ranges[i] > next)
            {
                others.Append(next).Append((char)(ranges[i] - 1));
            }

            next = (char)(ranges[i + 1] + 1);
        }

        return others.Append(next).Append(char.MaxValue).ToString();
    }

    private static string Write(string ranges)
    {
        var written = new StringBuilder();
        for (var i = 0; i < ranges.Length; i += 2)
        {
            written.Append(CultureInfo.InvariantCulture, $"\\u{(int)ranges[i]:x4}-\\u{(int)ranges[i + 1]:x4}");
        }

        return written.ToString();
    }
}
