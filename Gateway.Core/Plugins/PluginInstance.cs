using Gateway.Core.Logging;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Plugins;

/// <summary>One configured plugin inside a snapshot: the declaration, the plugin's code and its typed config.</summary>
internal sealed class PluginInstance
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required int Priority { get; init; }

    public required PluginConfig Declared { get; init; }

    public required Plugin Plugin { get; init; }

    /// <summary>The typed config, references resolved.</summary>
    public required object Config { get; init; }

    /// <summary>SHA-256 of the config, references resolved: an instance whose hash did not change keeps its <see cref="State"/> across snapshots.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>Whether the config refers to secrets kept elsewhere, which may change while the declaration does not.</summary>
    public bool HasReferences { get; init; }

    /// <summary>Names under which this instance reads or writes credentials.</summary>
    public IReadOnlyCollection<string> CredentialNames
    {
        get => field ??= SensitiveNames.List(Declared.Config);
        init;
    }

    /// <summary>Whatever the plugin keeps for this instance while it runs: balancer wheels, counters. Created by the plugin on first use.</summary>
    public PluginState State { get; init; } = new();
}

/// <summary>A slot for a plugin's running state, carried from snapshot to snapshot while the config is unchanged.</summary>
internal sealed class PluginState
{
    private object? _value;

    /// <summary>Returns the state, creating it on first use. The factory may run twice under a race; one result wins.</summary>
    public T GetOrCreate<T>(Func<T> factory)
        where T : class
    {
        if (Volatile.Read(ref _value) is T existing)
        {
            return existing;
        }

        var created = factory();
        return (T)(Interlocked.CompareExchange(ref _value, created, null) ?? created);
    }
}
