namespace Gateway.Core.Plugins;

/// <summary>
/// Which plugin instances run for a request: per plugin name the most specific one that applies, in order of execution.
/// </summary>
internal sealed class PluginPlan
{
    private readonly PluginInstance[][] _inOrder;

    public PluginPlan(IEnumerable<PluginInstance> instances)
    {
        _inOrder = [.. instances
            .Where(i => i.Declared.Enabled)
            .GroupBy(i => i.Name)
            .OrderByDescending(g => g.First().Priority)
            .ThenByDescending(g => g.Key, StringComparer.Ordinal)
            .Select(g => g.ToArray())];
    }

    /// <summary>How many plugins have an enabled instance.</summary>
    public int Count => _inOrder.Length;

    /// <summary>
    /// The instance of one plugin that applies, or null. The order of precedence is that of Kong Gateway: consumer or group with
    /// route and service first, global last.
    /// </summary>
    /// <param name="index">Place in the order of execution: priority descending, then name descending.</param>
    public PluginInstance? Select(int index, in PluginScope scope)
    {
        PluginInstance? best = null;
        var bestRank = int.MaxValue;
        foreach (var instance in _inOrder[index])
        {
            var rank = Rank(instance, scope);
            if (rank < bestRank)
            {
                best = instance;
                bestRank = rank;
            }
        }

        return best;
    }

    private static int Rank(PluginInstance instance, in PluginScope scope)
    {
        var declared = instance.Declared;
        var route = Matches(declared.Route?.Id, scope.RouteId);
        var service = Matches(declared.Service?.Id, scope.ServiceId);
        var consumer = Matches(declared.Consumer?.Id, scope.ConsumerId);
        if (route < 0 || service < 0 || consumer < 0 || !scope.ProtocolIn(declared.Protocols))
        {
            return int.MaxValue;
        }

        var group = 0;
        var groupOrder = 0;
        if (declared.ConsumerGroup is { } declaredGroup)
        {
            groupOrder = Array.IndexOf(scope.ConsumerGroupIds ?? [], declaredGroup.Id);
            if (groupOrder < 0)
            {
                return int.MaxValue;
            }

            group = 1;
        }

        // Twelve ranks: C+R+S, G+R+S, C+R, C+S, G+R, G+S, R+S, C, G, R, S, global.
        var rank = (consumer, group, route, service) switch
        {
            (1, _, 1, 1) => 1,
            (_, 1, 1, 1) => 2,
            (1, _, 1, 0) => 3,
            (1, _, 0, 1) => 4,
            (_, 1, 1, 0) => 5,
            (_, 1, 0, 1) => 6,
            (0, 0, 1, 1) => 7,
            (1, _, 0, 0) => 8,
            (_, 1, 0, 0) => 9,
            (0, 0, 1, 0) => 10,
            (0, 0, 0, 1) => 11,
            _ => 12,
        };

        // Groups are tried in alphabetical order of their names; the scope lists them so.
        return (rank * 1024) + Math.Min(groupOrder, 1023);
    }

    /// <summary>1: declared and equal; 0: not declared; -1: declared and different.</summary>
    private static int Matches(Guid? declared, Guid? actual) => declared is null ? 0 : declared == actual ? 1 : -1;
}

/// <summary>What is known about a request when a plugin's turn comes.</summary>
/// <param name="ConsumerGroupIds">Groups of the consumer in alphabetical order of their names; null when there is none.</param>
/// <param name="Protocol">http, https, grpc or grpcs.</param>
internal readonly record struct PluginScope(Guid? RouteId, Guid? ServiceId, Guid? ConsumerId, Guid[]? ConsumerGroupIds, string Protocol)
{
    public bool ProtocolIn(IReadOnlyList<string> protocols)
    {
        for (var i = 0; i < protocols.Count; i++)
        {
            if (protocols[i] == Protocol)
            {
                return true;
            }
        }

        return false;
    }
}
