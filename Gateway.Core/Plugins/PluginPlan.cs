using Gateway.Core.Configuration;

namespace Gateway.Core.Plugins;

/// <summary>
/// Which plugin instances run for a request: per plugin name the most specific one that applies, in order of execution.
/// </summary>
internal sealed class PluginPlan
{
    private readonly IReadOnlyList<PluginInstance> _instances;
    private readonly PiecedTable<Guid, PluginInstance> _byId;
    private readonly Dictionary<string, PluginSlot> _byName;
    private readonly PluginSlot[] _inOrder;

    /// <param name="previous">The plan before. What did not change is taken over, which makes one change among thousands cheap.</param>
    public PluginPlan(IReadOnlyList<PluginInstance> instances, PluginPlan? previous = null)
    {
        _instances = instances;
        var change = ListChange<PluginInstance>.Between(previous?._instances ?? [], instances, i => i.Id);
        _byId = change.ApplyTo(previous?._byId ?? new(), i => i.Id);
        _byName = previous is null ? [] : new(previous._byName);
        var (removed, added) = (Enabled(change.Removed), Enabled(change.Added));
        foreach (var name in removed.Concat(added).Select(g => g.Key).Distinct())
        {
            _byName[name] = _byName.GetValueOrDefault(name, PluginSlot.Empty).With(removed[name], [.. added[name]]);
            if (_byName[name].IsEmpty)
            {
                _byName.Remove(name);
            }
        }

        _inOrder = [.. _byName.OrderByDescending(s => s.Value.Priority).ThenByDescending(s => s.Key, StringComparer.Ordinal).Select(s => s.Value)];
    }

    /// <summary>How many plugins have an enabled instance.</summary>
    public int Count => _inOrder.Length;

    /// <summary>The instance of one plugin that applies, or null.</summary>
    /// <param name="index">Place in the order of execution: priority descending, then name descending.</param>
    public PluginInstance? Select(int index, in PluginScope scope) => _inOrder[index].Select(scope);

    /// <summary>The instance of one plugin that applies, or null.</summary>
    public PluginInstance? Find(string name, in PluginScope scope) => _byName.GetValueOrDefault(name)?.Select(scope);

    /// <summary>By id, switched on or off; null when there is none.</summary>
    public PluginInstance? Find(Guid id) => _byId.Find(id);

    private static ILookup<string, PluginInstance> Enabled(IReadOnlyList<PluginInstance> instances) =>
        instances.Where(i => i.Declared.Enabled).ToLookup(i => i.Name);
}
