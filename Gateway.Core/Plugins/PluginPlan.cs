namespace Gateway.Core.Plugins;

/// <summary>
/// Which plugin instances run for a request: per plugin name the most specific one that applies, in order of execution.
/// </summary>
internal sealed class PluginPlan
{
    private readonly PluginSlot[] _inOrder;

    public PluginPlan(IEnumerable<PluginInstance> instances)
    {
        _inOrder = [.. instances
            .Where(i => i.Declared.Enabled)
            .GroupBy(i => i.Name)
            .OrderByDescending(g => g.First().Priority)
            .ThenByDescending(g => g.Key, StringComparer.Ordinal)
            .Select(g => new PluginSlot(g))];
    }

    /// <summary>How many plugins have an enabled instance.</summary>
    public int Count => _inOrder.Length;

    /// <summary>The instance of one plugin that applies, or null.</summary>
    /// <param name="index">Place in the order of execution: priority descending, then name descending.</param>
    public PluginInstance? Select(int index, in PluginScope scope) => _inOrder[index].Select(scope);
}
