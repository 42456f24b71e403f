using System.Globalization;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Requests;

namespace ConsoleWeb.Components.Pages.Sessions;

/// <summary>What the list of sessions shows, as its address says it.</summary>
public sealed record SessionsView
{
    public const string Path = "/sessions";

    public const string DefaultRange = "7d";

    public const string Always = "all";

    public static readonly IReadOnlyList<(string Id, string Text)> Ranges = [("1h", "1 h"), ("24h", "24 h"), (DefaultRange, "7 d"), ("30d", "30 d"), (Always, "All")];

    /// <summary>Fields whose values are offered for choice.</summary>
    public static readonly IReadOnlyList<LogField> Fields = [LogFields.Agent, LogFields.Model, LogFields.Consumer];

    /// <summary>Sessions in which something has failed.</summary>
    private const string ErrorTerm = "has:error";

    /// <summary>The filter, in the language of the request list.</summary>
    public string Query { get; init; } = "";

    public string Range { get; init; } = DefaultRange;

    /// <summary>A window of its own in place of a range; both or none.</summary>
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary>Only sessions that are at work.</summary>
    public bool IsActiveOnly { get; init; }

    /// <summary>Where an older page begins; null: the newest sessions.</summary>
    public long? Before { get; init; }

    public bool IsCustom => From is not null;

    /// <summary>Whether it moves on by itself.</summary>
    public bool IsLive => Before is null && !IsCustom;

    public bool HasErrorsOnly => Words.Any(w => w.Raw == ErrorTerm);

    private IEnumerable<FilterWord> Words => FilterText.Words(Query);

    /// <param name="get">The value of a key of the address.</param>
    public static SessionsView Parse(Func<string, string?> get)
    {
        var (from, to) = (Moment(get("from")), Moment(get("to")));
        var isCustom = from is not null && to is not null && from < to;
        return new()
        {
            Query = get("q")?.Trim() ?? "",
            Range = Ranges.Any(r => r.Id == get("range")) ? get("range")! : DefaultRange,
            From = isCustom ? from : null,
            To = isCustom ? to : null,
            IsActiveOnly = get("state") == "active",
            Before = long.TryParse(get("before"), NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : null,
        };
    }

    /// <summary>The address, without what is as usual.</summary>
    public string ToAddress()
    {
        var parts = new List<string>();
        Add("q", Query);
        Add("range", IsCustom || Range == DefaultRange ? null : Range);
        Add("from", Text(From));
        Add("to", Text(To));
        Add("state", IsActiveOnly ? "active" : null);
        Add("before", Before?.ToString(CultureInfo.InvariantCulture));
        return parts.Count == 0 ? Path : $"{Path}?{string.Join('&', parts)}";

        void Add(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                parts.Add($"{key}={Uri.EscapeDataString(value)}");
            }
        }
    }

    /// <summary>Where the window begins; null: with the log.</summary>
    public DateTimeOffset? Start(DateTimeOffset now) => From ?? Range switch
    {
        "1h" => now.AddHours(-1),
        "24h" => now.AddDays(-1),
        "30d" => now.AddDays(-30),
        Always => null,
        _ => now.AddDays(-7),
    };

    /// <summary>The value that the filter asks of a field, as it was typed; empty: any.</summary>
    public string ValueOf(LogField field) =>
        Words.Where(w => IsOf(w, field)).Select(w => w.Text[(w.Colon + 1)..]).FirstOrDefault() ?? "";

    /// <summary>The first page of what has this value of a field, and no other term about it.</summary>
    /// <param name="value">Null or empty: any.</param>
    public SessionsView With(LogField field, string? value) =>
        WithQuery(FilterText.With(string.Join(' ', Words.Where(w => !IsOf(w, field)).Select(w => w.Raw)), string.IsNullOrEmpty(value) ? null : FilterText.TermOf(field, value)));

    /// <summary>The first page of the sessions with errors, or of all.</summary>
    public SessionsView WithErrors(bool isOnly) =>
        WithQuery(isOnly ? FilterText.With(Query, ErrorTerm) : string.Join(' ', Words.Where(w => w.Raw != ErrorTerm).Select(w => w.Raw)));

    /// <summary>The first page of what another filter means.</summary>
    public SessionsView WithQuery(string query) => this with { Query = query.Trim(), Before = null };

    private static bool IsOf(FilterWord word, LogField field) => word.IsTerm && word.Text[..word.Colon].Equals(field.Name, StringComparison.OrdinalIgnoreCase);

    private static string? Text(DateTimeOffset? moment) => moment?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;
}
