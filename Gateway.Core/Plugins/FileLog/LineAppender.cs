namespace Gateway.Core.Plugins.FileLog;

/// <summary>Writes whole lines to a file: what a full disk took of a line is taken back, or at least ended before the next one.</summary>
internal sealed class LineAppender(AppendFile file) : IDisposable
{
    private bool _endsInsideLine = file.EndsInsideLine;

    /// <summary>Whether the file ends with a part of a line, which the next line will be parted from.</summary>
    public bool EndsInsideLine => _endsInsideLine;

    public bool IsCurrent => file.IsCurrent;

    /// <param name="line">A line with its line feed.</param>
    /// <exception cref="IOException">The line is not in the file.</exception>
    public void Append(ReadOnlySpan<byte> line)
    {
        // The line feed that ends a fragment goes into the same write, so that no other process' line comes between.
        ReadOnlySpan<byte> bytes = _endsInsideLine ? [(byte)'\n', .. line] : line;
        var taken = file.Append(bytes);
        if (taken == bytes.Length)
        {
            _endsInsideLine = false;
            return;
        }

        if (taken > 0 && !file.TryTakeBack(taken))
        {
            _endsInsideLine = bytes[taken - 1] != '\n';
        }

        throw new IOException($"only {taken} of {bytes.Length} bytes were taken; the disk is probably full");
    }

    public void Dispose() => file.Dispose();
}
