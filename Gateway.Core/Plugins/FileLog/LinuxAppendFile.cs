using Microsoft.Win32.SafeHandles;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>
/// A regular file with O_APPEND, so that several processes can share it: the kernel puts each write at the end in one piece. The
/// runtime's own append mode seeks first and would overwrite what another process has appended since.
/// </summary>
internal sealed class LinuxAppendFile : AppendFile
{
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly LinuxFileStatus _opened;

    private LinuxAppendFile(string path, SafeFileHandle file, LinuxFileStatus opened) => (_path, _file, _opened) = (path, file, opened);

    public override bool EndsInsideLine => LinuxFile.EndsInsideLine(_file);

    public override bool IsCurrent => LinuxFile.FindStatus(_path) is { } now && now.IsSameFile(_opened);

    /// <summary>
    /// Opens or creates the file, readable and writable for its owner alone. Its directory is opened first and judged by where it
    /// really is; the file is then opened inside it without following a link, so nobody can swap either in between.
    /// </summary>
    /// <param name="findFault">Gets the real path; gives the reason to refuse it, or null.</param>
    /// <exception cref="IOException">It cannot be opened, or must not be.</exception>
    public static LinuxAppendFile Open(string path, Func<string, string?> findFault)
    {
        var name = Path.GetFileName(path);
        using var directory = LinuxFile.OpenDirectory(Path.GetDirectoryName(path) ?? "/");
        if (findFault(Path.Combine(LinuxFile.RealPath(directory), name)) is { } fault)
        {
            throw new IOException(fault);
        }

        var file = LinuxFile.OpenForAppend(directory, name);
        var status = LinuxFile.FindStatus(file);
        if (status is not { IsRegular: true })
        {
            file.Dispose();
            throw new IOException("it is not a regular file");
        }

        return new LinuxAppendFile(path, file, status.Value);
    }

    public override int Append(ReadOnlySpan<byte> bytes) => LinuxFile.Write(_file, bytes);

    /// <remarks>
    /// Between the look at the size and the cut another process might append. That needs a disk that is full for this process and not
    /// for the other, and the microsecond between.
    /// </remarks>
    public override bool TryTakeBack(int count) =>
        LinuxFile.Position(_file) is var end and >= 0
        && LinuxFile.FindStatus(_file) is { } now
        && now.Size == end
        && LinuxFile.TryCut(_file, end - count);

    protected override void Dispose(bool disposing) => _file.Dispose();
}
