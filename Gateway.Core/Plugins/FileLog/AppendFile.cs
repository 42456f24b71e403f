namespace Gateway.Core.Plugins.FileLog;

/// <summary>Something open for appending lines. Used by one thread at a time.</summary>
internal abstract class AppendFile : IDisposable
{
    /// <summary>Whether it ended without a line feed when it was opened: what came last was cut.</summary>
    public virtual bool EndsInsideLine => false;

    /// <summary>Whether the path still leads here. False after a rotation renamed, removed or replaced the file.</summary>
    public virtual bool IsCurrent => true;

    /// <summary>Appends with one write.</summary>
    /// <returns>Bytes that were taken; fewer than given when the disk is full.</returns>
    /// <exception cref="IOException">Nothing was taken.</exception>
    public abstract int Append(ReadOnlySpan<byte> bytes);

    /// <summary>Takes the last bytes appended away again.</summary>
    /// <returns>False when that is not possible, or somebody else has appended since.</returns>
    public virtual bool TryTakeBack(int count) => false;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
