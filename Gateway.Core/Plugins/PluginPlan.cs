using System.Collections.Frozen;

namespace Gateway.Core.Plugins;

/// <summary>
/// Which plugin instances run for a (route, service, consumer, groups) combination: per plugin name the most specific
/// instance, in order of execution. Built once per combination and kept with the snapshot.
/// </summary>
internal sealed class PluginPlan
{
    private readonly FrozenDictionary<string, PluginInstance[]> _byName;
    private readonly string[] _namesInOrder;

    public PluginPlan(IEnumerable<PluginInstance> instances)
    {
        var enabled = instances.Where(i => i.Declared.Enabled).ToList();
        _byName = enabled.GroupBy(i => i.Name).ToFrozenDictionary(g => g.Key, g => g.ToArray());
        _namesInOrder = [.. enabled
            .GroupBy(i => i.Name)
            .OrderByDescending(g => g.First().Priority)
            .ThenByDescending(g => g.Key, StringComparer.Ordinal)
            .Select(g => g.Key)];
    }

    /// <summary>Plugin names that have an enabled instance, in order of execution: priority descending, then name descending.</summary>
    public ReadOnlySpan<string> NamesInOrder => _namesInOrder;

    /// <summary>
    /// The instance of a plugin that applies, or null. The order of precedence is that of Kong Gateway: consumer or group with
    /// route and service first, global last.
    /// </summary>
    public PluginInstance? Select(string name, in PluginScope scope)
    {
        PluginInstance? best = null;
        var bestRank = int.MaxValue;
        foreach (var instance in _byName[name])
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
