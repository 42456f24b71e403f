namespace Gateway.Core.Configuration;

/// <summary>Holds the active snapshot; null until the first configuration was loaded.</summary>
internal sealed class SnapshotHolder
{
    private GatewaySnapshot? _current;

    public GatewaySnapshot? Current => Volatile.Read(ref _current);

    /// <summary>Makes a snapshot the active one. Requests begun afterwards see it; running ones keep theirs.</summary>
    public void Swap(GatewaySnapshot snapshot) => Volatile.Write(ref _current, snapshot);
}
