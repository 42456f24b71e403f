namespace ConsoleWeb.Data.Logs.Filters;

/// <summary>Which stored requests are meant: those within the window that fulfil every term and contain every text.</summary>
public sealed record RequestFilter
{
    public static RequestFilter None { get; } = new();

    /// <summary>Included; null: from the beginning.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Excluded; null: without end.</summary>
    public DateTimeOffset? To { get; init; }

    public IReadOnlyList<FilterTerm> Terms { get; init; } = [];

    /// <summary>Words or phrases, each found in id, path, model, route, agent, user agent or error message.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>Whether texts are also looked for in stored bodies, which only those may who may read them.</summary>
    public bool SearchesBodies { get; init; }

    /// <summary>Whether anything but the window constrains.</summary>
    public bool IsNarrowed => Terms.Count > 0 || Texts.Count > 0;

    /// <summary>The same with one more term: the field has this value, or one of these.</summary>
    public RequestFilter Where(LogField field, params ReadOnlySpan<string> values) => this with { Terms = [.. Terms, new AnyOfTerm(field, [.. values])] };

    public RequestFilter And(FilterTerm term) => this with { Terms = [.. Terms, term] };

    /// <summary>Whether a row that need not be stored fulfils terms and texts; the window is not looked at.</summary>
    public bool Matches(RequestRow row)
    {
        foreach (var term in Terms)
        {
            if (!term.Matches(row))
            {
                return false;
            }
        }

        foreach (var text in Texts)
        {
            if (!Contains(row, text))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Contains(RequestRow row, string text)
    {
        foreach (var field in LogFields.Texts)
        {
            if (field.TextOf(row)?.Contains(text, StringComparison.OrdinalIgnoreCase) ?? false)
            {
                return true;
            }
        }

        return false;
    }
}
