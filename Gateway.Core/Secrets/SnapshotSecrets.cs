using Gateway.Shared.Contracts;

namespace Gateway.Core.Secrets;

/// <summary>The secrets that one snapshot was made with. Each is read once, so that a snapshot never mixes an old and a new value.</summary>
internal sealed class SnapshotSecrets
{
    private readonly Dictionary<string, string?> _values = [];
    private readonly SecretVaults _vaults;
    private readonly IReadOnlyList<VaultConfig> _declared;
    private readonly Dictionary<string, string?>? _before;

    /// <param name="previous">
    /// Of the snapshot before. While the vaults are the same, a secret that cannot be read for a moment keeps the value it had.
    /// </param>
    public SnapshotSecrets(SecretVaults vaults, IReadOnlyList<VaultConfig> declared, SnapshotSecrets? previous)
    {
        (_vaults, _declared) = (vaults, declared);
        _before = previous is not null && ReferenceEquals(previous._declared, declared) ? previous._values : null;
    }

    /// <summary>The secret's value, or null when it cannot be resolved. Called by the builder of the snapshot only.</summary>
    public string? Resolve(string reference)
    {
        if (!_values.TryGetValue(reference, out var value))
        {
            _values[reference] = value = _vaults.Resolve(reference, _declared) ?? _before?.GetValueOrDefault(reference);
        }

        return value;
    }

    /// <summary>Whether a reference stands for something else by now.</summary>
    public bool HaveChanged()
    {
        foreach (var (reference, value) in _values)
        {
            if (_vaults.Resolve(reference, _declared) is { } now && now != value)
            {
                return true;
            }
        }

        return false;
    }
}
