using ZstdSharp;

namespace ConsoleWeb.Data.Logs;

/// <summary>
/// Records as the log stores them: JSON, compressed with a dictionary of what records have in common, which takes a quarter of the room
/// and the time that a record alone takes. <c>./dev.sh bench log train</c> makes dictionaries; stored records need theirs for ever, so a
/// better one is another file with a number of its own, which each record names.
/// </summary>
internal static class RecordText
{
    private const int Level = 1;

    /// <summary>The first bytes of what zstd writes. What older versions have written with Brotli never begins like that.</summary>
    private static ReadOnlySpan<byte> Magic => [0x28, 0xB5, 0x2F, 0xFD];

    private static readonly byte[] Dictionary = ReadDictionary();

    // Neither may be used by two threads at once.
    [ThreadStatic]
    private static Compressor? _compressor;

    [ThreadStatic]
    private static Decompressor? _decompressor;

    public static byte[] Compress(ReadOnlySpan<byte> json)
    {
        byte[] output = [];
        return Compress(json, ref output).ToArray();
    }

    /// <param name="output">Gets what is written; a larger one takes its place where it is too small.</param>
    /// <returns>What was written, at the beginning of <paramref name="output"/>.</returns>
    public static ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> json, ref byte[] output)
    {
        if (_compressor is not { } compressor)
        {
            compressor = new Compressor(Level);
            compressor.LoadDictionary(Dictionary);
            _compressor = compressor;
        }

        var bound = Compressor.GetCompressBound(json.Length);
        if (output.Length < bound)
        {
            output = new byte[bound];
        }

        return output.AsSpan(0, compressor.Wrap(json, output));
    }

    /// <exception cref="InvalidDataException">It is not what was written.</exception>
    public static byte[] Expand(byte[] stored)
    {
        if (!stored.AsSpan().StartsWith(Magic))
        {
            return LogText.Expand(stored);
        }

        if (_decompressor is not { } decompressor)
        {
            decompressor = new Decompressor();
            decompressor.LoadDictionary(Dictionary);
            _decompressor = decompressor;
        }

        try
        {
            return decompressor.Unwrap(stored).ToArray();
        }
        catch (ZstdException exception)
        {
            throw new InvalidDataException("A stored record is damaged.", exception);
        }
    }

    private static byte[] ReadDictionary()
    {
        using var source = typeof(RecordText).Assembly.GetManifestResourceStream("record.zdict")!;
        var bytes = new byte[source.Length];
        source.ReadExactly(bytes);
        return bytes;
    }
}
