using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace ConsoleWeb.Data.Logs;

/// <summary>Text as the log stores it: UTF-8, compressed.</summary>
internal static class LogText
{
    // The fastest step already knows the words of HTTP; higher ones cost several times as much for a few per cent.
    private const int Quality = 1;

    private const int Window = 18;

    public static byte[]? Compress(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            return Compress(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    public static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        var output = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(bytes.Length));
        try
        {
            return BrotliEncoder.TryCompress(bytes, output, out var length, Quality, Window)
                ? output.AsSpan(0, length).ToArray()
                : throw new InvalidOperationException("A record could not be compressed.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(output);
        }
    }

    public static byte[] Expand(byte[] stored)
    {
        using var brotli = new BrotliStream(new MemoryStream(stored), CompressionMode.Decompress);
        using var output = new MemoryStream(stored.Length * 4);
        brotli.CopyTo(output);
        return output.ToArray();
    }

    public static string? ExpandText(byte[]? stored) => stored is null ? null : Encoding.UTF8.GetString(Expand(stored));
}
