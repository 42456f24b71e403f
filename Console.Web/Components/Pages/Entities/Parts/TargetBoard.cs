using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Configuration;
using Gateway.Core.Upstreams.Pools;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Pages.Entities.Parts;

/// <summary>The targets of one upstream as stored and as they fare. Knows no component.</summary>
internal sealed class TargetBoard(IEntityService entities, SnapshotHolder snapshots)
{
    public const string Healthy = "healthy";
    public const string Unhealthy = "unhealthy";

    private UpstreamPool? _pool;

    /// <summary>By address.</summary>
    public IReadOnlyList<Row> Rows { get; private set; } = [];

    /// <summary>Whether anything can find a target unhealthy.</summary>
    public bool IsChecked { get; private set; }

    /// <summary>Whether the upstream takes requests.</summary>
    public bool IsAvailable { get; private set; }

    public string Summary => !IsAvailable ? "takes no requests" : IsChecked ? $"{Rows.Count(r => r.State == Healthy)} of {Rows.Count} healthy" : $"{Rows.Count} {(Rows.Count == 1 ? "target" : "targets")}";

    /// <returns>Whether anything is different from what was read before.</returns>
    public bool Load(Guid upstream, string name, Actor actor)
    {
        _pool = snapshots.Current?.Upstreams.Find(name);
        List<Row> rows = [.. entities.ListDependents(EntityKinds.Upstreams, upstream, actor)
            .Where(d => d.Kind == EntityKinds.Targets)
            .Select(d => RowOf(d.Entity))
            .OrderBy(r => r.Address, StringComparer.Ordinal)];
        var (isChecked, isAvailable) = (_pool?.IsChecked == true, _pool?.IsAvailable == true);
        var isNew = isChecked != IsChecked || isAvailable != IsAvailable || !rows.SequenceEqual(Rows);
        (Rows, IsChecked, IsAvailable) = (rows, isChecked, isAvailable);
        return isNew;
    }

    /// <summary>What part of the traffic a target has while all are healthy.</summary>
    public string ShareOf(Row row) => Formats.Share(row.Weight, Rows.Sum(r => r.Weight));

    public void SetHealth(Row row, bool isHealthy) => Find(row.Id)?.Health.Set(isHealthy);

    private PoolTarget? Find(string id) => _pool?.Targets.FirstOrDefault(t => t.Config.Id.ToString() == id);

    private Row RowOf(JsonObject target)
    {
        var id = target["id"]!.ToString();
        return new(
            id,
            target["target"]!.ToString(),
            long.Parse(target["weight"]!.ToString(), CultureInfo.InvariantCulture),
            target["tags"] is JsonArray tags ? string.Join(", ", tags) : "",
            Find(id) is { } live ? _pool!.StateOf(live) : "");
    }

    /// <param name="State"><c>healthy</c>, <c>unhealthy</c>, or something else while nothing is checked.</param>
    internal sealed record Row(string Id, string Address, long Weight, string Tags, string State);
}
