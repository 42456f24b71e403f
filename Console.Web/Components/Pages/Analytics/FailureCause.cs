using System.Globalization;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Data.Logs;

namespace ConsoleWeb.Components.Pages.Analytics;

/// <summary>Why requests did not end well, in words.</summary>
/// <param name="Filter">The terms that find them.</param>
public sealed record FailureCause(string Text, RequestState State, string Filter, long Requests)
{
    /// <summary>The causes in sums by outcome and status, the most frequent first.</summary>
    public static IReadOnlyList<FailureCause> Of(IEnumerable<StatsPoint> points) =>
    [
        .. points.Select(Read).OfType<FailureCause>().GroupBy(c => c.Text).Select(g => g.First() with { Requests = g.Sum(c => c.Requests), Filter = Filters(g) })
            .OrderByDescending(c => c.Requests).ThenBy(c => c.Text, StringComparer.Ordinal),
    ];

    private static FailureCause? Read(StatsPoint point)
    {
        var (outcome, text) = (point.Group ?? "", point.SubGroup ?? "");
        var status = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        (string, RequestState)? cause = (outcome, status) switch
        {
            ("client_closed", _) => ("Closed by the client", RequestState.Closed),
            ("upstream_cut", _) => ("Stream cut by the upstream", RequestState.Failed),
            ("upstream_timeout", _) => ("Upstream timed out", RequestState.Failed),
            ("stopped", _) => ("Stopped by a person", RequestState.Closed),
            ("interrupted" or "shutdown", _) => ("Gateway stopped meanwhile", RequestState.Closed),
            ("rejected", 401) => ("Not authenticated, 401", RequestState.Guarded),
            ("rejected", 403) => ("Not allowed, 403", RequestState.Guarded),
            ("rejected", 404) => ("No such route or model, 404", RequestState.Refused),
            ("rejected", 413) => ("Request too large, 413", RequestState.Guarded),
            ("rejected", 429) => ("Rate limit of the gateway, 429", RequestState.Guarded),
            ("rejected", >= 500) => ($"Answered by the gateway, {status}", RequestState.Failed),
            ("rejected", >= 400) => ($"Refused by the gateway, {status}", RequestState.Guarded),
            (_, 429) => ("Provider rate limit, 429", RequestState.Refused),
            (_, 401 or 403) => ($"Key refused by the provider, {status}", RequestState.Refused),
            (_, >= 500) => ($"Provider error, {status}", RequestState.Failed),
            (_, >= 400) => ($"Refused by the provider, {status}", RequestState.Refused),
            _ => null,
        };
        return cause is var (words, state) ? new FailureCause(words, state, status > 0 ? $"outcome:{outcome} status:{text}" : $"outcome:{outcome}", point.Sums.Requests) : null;
    }

    /// <summary>One cause may have several statuses; its outcome finds them all.</summary>
    private static string Filters(IEnumerable<FailureCause> same)
    {
        var filters = same.Select(c => c.Filter).Distinct().ToList();
        return filters.Count == 1 ? filters[0] : filters[0].Split(' ')[0];
    }
}
