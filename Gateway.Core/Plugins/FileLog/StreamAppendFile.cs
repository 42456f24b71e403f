namespace Gateway.Core.Plugins.FileLog;

/// <summary>A stream as a file: the standard streams, and files where the operating system is not Linux.</summary>
internal sealed class StreamAppendFile(Stream stream, string? path = null) : AppendFile
{
    public override bool IsCurrent => path is null || (File.Exists(path) && new FileInfo(path).Length == stream.Length);

    /// <summary>A file that this process appends to alone.</summary>
    public static StreamAppendFile Open(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new StreamAppendFile(new FileStream(path, options), path);
    }

    public override int Append(ReadOnlySpan<byte> bytes)
    {
        if (path is not null)
        {
            stream.Seek(0, SeekOrigin.End);
        }

        stream.Write(bytes);
        return bytes.Length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stream.Dispose();
        }
    }
}
