using Gateway.Core.Configuration;

namespace Gateway.Core.Plugins;

/// <summary>
/// All enabled instances of one plugin, found by what they are scoped to: a request costs a few look-ups, however many instances
/// there are.
/// </summary>
internal sealed class PluginSlot
{
    /// <summary>Kong Gateway's order of precedence: the most specific scope first, global last.</summary>
    private static readonly ScopeShape[] Precedence =
    [
        ScopeShape.Consumer | ScopeShape.Route | ScopeShape.Service,
        ScopeShape.Group | ScopeShape.Route | ScopeShape.Service,
        ScopeShape.Consumer | ScopeShape.Route,
        ScopeShape.Consumer | ScopeShape.Service,
        ScopeShape.Group | ScopeShape.Route,
        ScopeShape.Group | ScopeShape.Service,
        ScopeShape.Route | ScopeShape.Service,
        ScopeShape.Consumer,
        ScopeShape.Group,
        ScopeShape.Route,
        ScopeShape.Service,
        ScopeShape.Global,
    ];

    private readonly PiecedTable<ScopeKey, PluginInstance> _byScope;

    /// <summary>The part of <see cref="Precedence"/> for which there is an instance.</summary>
    private readonly ScopeShape[] _shapes;

    private PluginSlot(PiecedTable<ScopeKey, PluginInstance> byScope)
    {
        _byScope = byScope;
        var present = byScope.Keys.Select(k => k.Shape).ToHashSet();
        _shapes = [.. Precedence.Where(present.Contains)];
        Priority = byScope.Values.FirstOrDefault()?.Priority ?? 0;
    }

    public static PluginSlot Empty { get; } = new(new PiecedTable<ScopeKey, PluginInstance>());

    /// <summary>The plugin's.</summary>
    public int Priority { get; }

    public bool IsEmpty => _byScope.Count == 0;

    /// <summary>The slot with instances removed, then others added.</summary>
    /// <exception cref="InvalidOperationException">Two instances are scoped to the same.</exception>
    public PluginSlot With(IEnumerable<PluginInstance> removed, IReadOnlyCollection<PluginInstance> added)
    {
        var rest = _byScope.With(removed.Select(KeyOf), []);
        var all = rest.With([], added.Select(i => KeyValuePair.Create(KeyOf(i), i)));
        return all.Count == rest.Count + added.Count ? new PluginSlot(all) : throw new InvalidOperationException($"Two instances of {added.First().Name} are scoped to the same.");
    }

    public PluginInstance? Select(in PluginScope scope)
    {
        foreach (var shape in _shapes)
        {
            if ((shape & ScopeShape.Group) != 0)
            {
                // Of several groups the first in alphabetical order that has an instance.
                foreach (var group in scope.ConsumerGroupIds ?? [])
                {
                    if (Find(shape, scope, group) is { } ofGroup)
                    {
                        return ofGroup;
                    }
                }
            }
            else if (Find(shape, scope, Guid.Empty) is { } instance)
            {
                return instance;
            }
        }

        return null;
    }

    private PluginInstance? Find(ScopeShape shape, in PluginScope scope, Guid group)
    {
        var key = new ScopeKey(
            (shape & ScopeShape.Route) != 0 ? scope.RouteId ?? Guid.Empty : Guid.Empty,
            (shape & ScopeShape.Service) != 0 ? scope.ServiceId ?? Guid.Empty : Guid.Empty,
            (shape & ScopeShape.Consumer) != 0 ? scope.ConsumerId ?? Guid.Empty : Guid.Empty,
            group);

        // What the request lacks, a route or a consumer, must not find an instance without that scope.
        return key.Shape == shape && _byScope.Find(key) is { } found && scope.ProtocolIn(found.Declared.Protocols) ? found : null;
    }

    private static ScopeKey KeyOf(PluginInstance instance) => new(
        instance.Declared.Route?.Id ?? Guid.Empty,
        instance.Declared.Service?.Id ?? Guid.Empty,
        instance.Declared.Consumer?.Id ?? Guid.Empty,
        instance.Declared.ConsumerGroup?.Id ?? Guid.Empty);

    [Flags]
    private enum ScopeShape
    {
        Global = 0,
        Route = 1,
        Service = 2,
        Consumer = 4,
        Group = 8,
    }

    /// <summary>What an instance is bound to; an empty id where it is not.</summary>
    private readonly record struct ScopeKey(Guid Route, Guid Service, Guid Consumer, Guid Group)
    {
        public ScopeShape Shape =>
            (Route == Guid.Empty ? 0 : ScopeShape.Route)
            | (Service == Guid.Empty ? 0 : ScopeShape.Service)
            | (Consumer == Guid.Empty ? 0 : ScopeShape.Consumer)
            | (Group == Guid.Empty ? 0 : ScopeShape.Group);
    }
}
