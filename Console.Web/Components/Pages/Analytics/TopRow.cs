using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Requests;

namespace ConsoleWeb.Components.Pages.Analytics;

/// <summary>One line of the table of groups.</summary>
/// <param name="Term">The filter term of its requests; null for the others together and for all.</param>
/// <param name="Colour">Null: it has no series of its own.</param>
/// <param name="Before">Its sums in the window before; null: nothing is compared.</param>
public sealed record TopRow(string Name, string? Term, string? Colour, StatsSums Sums, StatsTimes? Times, StatsSums? Before)
{
    internal static IReadOnlyList<TopRow> Of(LogField field, AnalyticsData data, GroupColours colours) =>
    [
        .. data.Top.Select((p, i) => new TopRow(
            NameOf(field, p.Key),
            p.IsOther ? null : FilterText.TermOf(field, p.Group),
            i < AnalyticsViewModel.MostSeries || p.IsOther ? colours.Of(p.Key) : null,
            p.Sums,
            p.Times,
            data.TotalBefore is null ? null : data.TopBefore.GetValueOrDefault(p.Key, AnalyticsData.Nothing))),
    ];

    public static string NameOf(LogField field, StatsGroup group) => group.IsOther ? "other" : group.Value ?? $"no {field.Name}";
}
