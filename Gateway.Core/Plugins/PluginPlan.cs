namespace Gateway.Core.Plugins;

/// <summary>
/// Which plugin instances run for a request: per plugin name the most specific one that applies, in order of execution.
/// </summary>
internal sealed class PluginPlan
{
    private readonly PluginSlot[] _inOrder;
    private readonly Dictionary<string, PluginSlot> _byName;

    public PluginPlan(IEnumerable<PluginInstance> instances)
    {
        var slots = instances
            .Where(i => i.Declared.Enabled)
            .GroupBy(i => i.Name)
            .OrderByDescending(g => g.First().Priority)
            .ThenByDescending(g => g.Key, StringComparer.Ordinal)
            .Select(g => (Name: g.Key, Slot: new PluginSlot(g)))
            .ToList();
        _inOrder = [.. slots.Select(s => s.Slot)];
        _byName = slots.ToDictionary(s => s.Name, s => s.Slot);
    }

    /// <summary>How many plugins have an enabled instance.</summary>
    public int Count => _inOrder.Length;

    /// <summary>The instance of one plugin that applies, or null.</summary>
    /// <param name="index">Place in the order of execution: priority descending, then name descending.</param>
    public PluginInstance? Select(int index, in PluginScope scope) => _inOrder[index].Select(scope);

    /// <summary>The instance of one plugin that applies, or null.</summary>
    public PluginInstance? Find(string name, in PluginScope scope) => _byName.GetValueOrDefault(name)?.Select(scope);
}
