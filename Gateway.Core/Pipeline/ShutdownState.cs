namespace Gateway.Core.Pipeline;

/// <summary>Whether the process is cutting the calls that have not ended in their time. Written once, by whoever ends the process.</summary>
public sealed class ShutdownState
{
    private volatile bool _isCutting;

    /// <summary>A client that is gone now was cut by us, not by itself.</summary>
    public bool IsCutting => _isCutting;

    public void Cut() => _isCutting = true;
}
