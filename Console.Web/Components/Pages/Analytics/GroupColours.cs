using ConsoleWeb.Data.Logs;

namespace ConsoleWeb.Components.Pages.Analytics;

/// <summary>Gives each group a colour of the palette, and lets it keep it while it is shown: on all charts, and when the ranks change.</summary>
internal sealed class GroupColours
{
    public const string Other = "var(--gh-text-3)";

    private const int Colours = 8;

    private Dictionary<StatsGroup, int> _places = [];

    /// <param name="groups">All that are shown now, the largest first.</param>
    public void Assign(IEnumerable<StatsGroup> groups)
    {
        var shown = groups.Where(g => !g.IsOther).Take(Colours).ToList();
        var places = shown.Where(_places.ContainsKey).ToDictionary(g => g, g => _places[g]);
        var free = new Queue<int>(Enumerable.Range(1, Colours).Except(places.Values));
        foreach (var group in shown.Where(g => !places.ContainsKey(g)))
        {
            places[group] = free.Dequeue();
        }

        _places = places;
    }

    public string Of(StatsGroup group) => !group.IsOther && _places.TryGetValue(group, out var place) ? $"var(--gh-d{place})" : Other;
}
