namespace Gateway.Core.Plugins.FileLog;

/// <summary>Writes whole lines to a file: what a full disk took of a line is taken back, or at least ended before the next one.</summary>
internal sealed class LineAppender(AppendFile file) : IDisposable
{
    private bool _endsInsideLine = file.EndsInsideLine;

    /// <summary>Whether the file ends with a part of a line, which the next line will be parted from.</summary>
    public bool EndsInsideLine => _endsInsideLine;

    public bool IsCurrent => file.IsCurrent;

    /// <param name="lines">Whole lines with their line feeds.</param>
    /// <param name="fault">Why the rest of them is not in the file.</param>
    /// <returns>Bytes of the lines that are in the file now: a number of whole ones.</returns>
    /// <exception cref="IOException">None of them is in the file.</exception>
    public int Append(ReadOnlySpan<byte> lines, out string? fault)
    {
        // The line feed that ends a fragment goes into the same write, so that no other process' line comes between.
        var ending = _endsInsideLine ? 1 : 0;
        ReadOnlySpan<byte> bytes = _endsInsideLine ? [(byte)'\n', .. lines] : lines;
        var taken = file.Append(bytes);
        if (taken == bytes.Length)
        {
            _endsInsideLine = false;
            fault = null;
            return lines.Length;
        }

        fault = $"only {taken} of {bytes.Length} bytes were taken; the disk is probably full";
        if (taken == 0)
        {
            return 0;
        }

        var kept = Math.Max(bytes[..taken].LastIndexOf((byte)'\n') + 1, ending);
        if (kept < taken && !file.TryTakeBack(taken - kept))
        {
            _endsInsideLine = true;
        }
        else
        {
            _endsInsideLine = false;
        }

        return kept - ending;
    }

    public void Dispose() => file.Dispose();
}
