using System.Globalization;
using System.Text;
using ConsoleWeb.Data.Logs.Filters;
using Gateway.Core.Logging;

namespace ConsoleWeb.Features.Requests;

/// <summary>
/// The language of the filter field: terms such as <c>status:4xx</c>, <c>model:(gpt-4o,gpt-5*)</c>, <c>total:>30s</c>, <c>-has:consumer</c>,
/// words and <c>"exact words"</c>, separated by blanks. All of them must hold.
/// </summary>
internal static class FilterText
{
    private const string Has = "has";

    private static readonly (string Suffix, double Factor)[] Durations = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];

    private static readonly (string Suffix, double Factor)[] Sizes = [("gb", 1 << 30), ("mb", 1 << 20), ("kb", 1 << 10), ("b", 1)];

    private static readonly (string Suffix, double Factor)[] Counts = [("k", 1000), ("m", 1_000_000)];

    private static readonly string[] Operators = [">=", "<=", ">", "<", "="];

    /// <summary>What may stand before a colon.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. LogFields.All.Select(f => f.Name), Has];

    /// <returns>The filter, and null or what cannot be read; the rest applies all the same.</returns>
    public static (RequestFilter Filter, string? Error) Parse(string? text)
    {
        var terms = new List<FilterTerm>();
        var words = new List<string>();
        string? error = null;
        foreach (var (_, word, colon) in Words(text))
        {
            if (colon < 0)
            {
                words.Add(word);
                continue;
            }

            var isNegated = word[0] == '-';
            var (term, fault) = Term(word[(isNegated ? 1 : 0)..colon], word[(colon + 1)..], isNegated);
            if (term is not null)
            {
                terms.Add(term);
            }

            error ??= fault;
        }

        return (new RequestFilter { Terms = terms, Texts = words }, error);
    }

    /// <returns>The term, or why there is none.</returns>
    public static (FilterTerm? Term, string? Fault) Term(string key, string value, bool isNegated = false)
    {
        if (value.Length == 0)
        {
            return (null, $"'{key}:' needs a value");
        }

        if (key.Equals(Has, StringComparison.OrdinalIgnoreCase))
        {
            return value.Equals("error", StringComparison.OrdinalIgnoreCase) ? (new ErrorTerm(isNegated), null)
                : LogFields.Find(value) is { } present ? (new HasTerm(present, isNegated), null)
                : (null, $"has: takes a field such as error, consumer, session, cost or ttft, not '{value}'");
        }

        if (LogFields.Find(key) is not { } field)
        {
            return (null, $"'{key}:' is not a filter; known are {string.Join(", ", Keys)}");
        }

        return field.Kind switch
        {
            LogFieldKind.Text => AnyOf(field, value, isNegated),
            LogFieldKind.Status => Status(value, isNegated),
            LogFieldKind.Flag => Flag(field, value, isNegated),
            _ => Range(field, value, isNegated),
        };
    }

    /// <summary>The term that says of a field that it has this value; null: that it has none.</summary>
    public static string TermOf(LogField field, string? value) =>
        value is null ? $"-{Has}:{field.Name}"
        : value.Length > 0 && value.All(c => !char.IsWhiteSpace(c) && c is not ('"' or '(' or ')')) ? $"{field.Name}:{value}"
        : $"{field.Name}:\"{value.Replace("\"", "", StringComparison.Ordinal)}\"";

    /// <summary>A filter text with one more term, which it has once.</summary>
    public static string With(string? text, string? term) =>
        term is null || Words(text).Any(w => w.Raw == term) ? text?.Trim() ?? "" : $"{text?.Trim()} {term}".Trim();

    /// <summary>Splits at blanks; double quotes and brackets keep blanks together.</summary>
    public static IReadOnlyList<FilterWord> Words(string? text)
    {
        text ??= "";
        var words = new List<FilterWord>();
        var current = new StringBuilder();
        var (isQuoted, depth, colon, start) = (false, 0, -1, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c) && !isQuoted && depth == 0)
            {
                Flush(i);
                continue;
            }

            if (c == '"')
            {
                isQuoted = !isQuoted;
                continue;
            }

            if (!isQuoted)
            {
                depth += c == '(' && colon >= 0 ? 1 : c == ')' && depth > 0 ? -1 : 0;
                colon = c == ':' && colon < 0 && IsKey(current.ToString()) ? current.Length : colon;
            }

            current.Append(c);
        }

        Flush(text.Length);
        return words;

        void Flush(int end)
        {
            if (current.Length > 0)
            {
                // The colon of an address belongs to the text.
                var word = current.ToString();
                words.Add(new FilterWord(text[start..end], word, colon > 0 && word.AsSpan(colon + 1).StartsWith("//") ? -1 : colon));
            }

            current.Clear();
            (depth, colon, start) = (0, -1, end + 1);
        }
    }

    private static bool IsKey(string text) => text.TrimStart('-') is { Length: > 0 } key && key.All(c => char.IsAsciiLetter(c) || c is '.' or '_');

    private static (FilterTerm? Term, string? Fault) AnyOf(LogField field, string value, bool isNegated)
    {
        var values = value is ['(', .. var list, ')'] ? list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [value];
        if (field == LogFields.Outcome && values.FirstOrDefault(v => !v.Contains('*', StringComparison.Ordinal) && OutcomeNames.Find(v.ToLowerInvariant()) is null) is { } unknown)
        {
            return (null, $"outcome: is one of ok, rejected, upstream_error, upstream_timeout, upstream_cut, client_closed, shutdown, interrupted, stopped, not '{unknown}'");
        }

        return values.Length == 0 ? (null, $"{field.Name}: needs a value between the brackets") : (new AnyOfTerm(field, values, isNegated), null);
    }

    private static (FilterTerm? Term, string? Fault) Status(string value, bool isNegated)
    {
        if (value.Equals("error", StringComparison.OrdinalIgnoreCase))
        {
            return (new ErrorTerm(isNegated), null);
        }

        if (value is [>= '1' and <= '9' and var digit, 'x' or 'X', 'x' or 'X'])
        {
            return (new RangeTerm(LogFields.Status, (digit - '0') * 100, ((digit - '0') * 100) + 99, isNegated), null);
        }

        if (value is ['(', .. var list, ')'] && list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } values && values.All(v => int.TryParse(v, out _)))
        {
            return (new AnyOfTerm(LogFields.Status, values, isNegated), null);
        }

        return Bounds(value, text => text.Length == 3 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : null, 1) is { } bounds
            ? (new RangeTerm(LogFields.Status, bounds.Least, bounds.Most, isNegated), null)
            : (null, "status: takes a number, a class such as 4xx, a comparison such as >=400, or error");
    }

    private static (FilterTerm? Term, string? Fault) Flag(LogField field, string value, bool isNegated) => value.ToLowerInvariant() switch
    {
        "true" or "yes" => (new FlagTerm(field, isNegated), null),
        "false" or "no" => (new FlagTerm(field, !isNegated), null),
        _ => (null, $"{field.Name}: is true or false"),
    };

    private static (FilterTerm? Term, string? Fault) Range(LogField field, string value, bool isNegated)
    {
        var (units, factor, example) = field.Kind switch
        {
            LogFieldKind.Duration => (Durations, 1.0, ">2s or <=150ms"),
            LogFieldKind.Size => (Sizes, 1.0, ">128KB"),
            LogFieldKind.Money => ([], ConsoleWeb.Data.Logs.RequestRow.CostUnitsPerOne, ">0.05"),
            _ => (Counts, 1.0, ">10000"),
        };
        // The next number above the bound stands for a bound that is excluded; whole numbers are whole steps apart.
        var grain = field.Kind is LogFieldKind.Number or LogFieldKind.Size or LogFieldKind.Money ? 1 : 1e-6;
        return Bounds(value, text => Number(text, units) * factor, grain) is { } bounds
            ? (new RangeTerm(field, bounds.Least, bounds.Most, isNegated), null)
            : (null, $"{field.Name}: takes a number or a comparison such as {example}, not '{value}'");
    }

    private static (double Least, double Most)? Bounds(string value, Func<string, double?> read, double grain)
    {
        if (value.IndexOf("..", StringComparison.Ordinal) is > 0 and var dots)
        {
            return read(value[..dots]) is { } least && read(value[(dots + 2)..]) is { } most ? (least, most) : null;
        }

        var sign = Array.Find(Operators, o => value.StartsWith(o, StringComparison.Ordinal)) ?? "";
        return read(value[sign.Length..]) is not { } number ? null : sign switch
        {
            ">=" => (number, double.PositiveInfinity),
            "<=" => (double.NegativeInfinity, number),
            ">" => (number + grain, double.PositiveInfinity),
            "<" => (double.NegativeInfinity, number - grain),
            _ => (number, number),
        };
    }

    private static double? Number(string text, (string Suffix, double Factor)[] units)
    {
        var (suffix, factor) = Array.Find(units, u => text.EndsWith(u.Suffix, StringComparison.OrdinalIgnoreCase));
        var digits = suffix is null ? text : text[..^suffix.Length];
        return double.TryParse(digits.TrimStart('$'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number * (suffix is null ? 1 : factor) : null;
    }
}

/// <summary>A word of a filter text.</summary>
/// <param name="Raw">As it was typed.</param>
/// <param name="Text">Without quotes.</param>
/// <param name="Colon">Where the colon of a term is in the text; -1 for free text.</param>
internal readonly record struct FilterWord(string Raw, string Text, int Colon)
{
    public bool IsTerm => Colon >= 0;
}
