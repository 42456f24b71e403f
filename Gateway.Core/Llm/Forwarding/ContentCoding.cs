using System.IO.Compression;
using Gateway.Core.Pipeline;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>Decoding of compressed bodies.</summary>
internal static class ContentCoding
{
    /// <summary>A body may not grow more than this many times over the bytes that came, once it is large.</summary>
    private const int MaxRatio = 100;

    private const int RatioCheckFrom = 1024 * 1024;

    /// <summary>Whether the coding is one that needs nothing done.</summary>
    public static bool IsIdentity(string? coding) => string.IsNullOrEmpty(coding) || coding.Equals("identity", StringComparison.OrdinalIgnoreCase);

    public static bool IsKnown(string coding) => coding.Trim().ToLowerInvariant() is "gzip" or "x-gzip" or "deflate" or "br";

    /// <summary>A stream that decodes, or null when the coding is not known.</summary>
    /// <param name="coding">Value of <c>Content-Encoding</c>: one coding.</param>
    public static Stream? Decode(Stream source, string coding) => coding.Trim().ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new GZipStream(source, CompressionMode.Decompress),
        "deflate" => new ZLibStream(source, CompressionMode.Decompress),
        "br" => new BrotliStream(source, CompressionMode.Decompress),
        _ => null,
    };

    /// <summary>A stream that decodes an answer and ends with <see cref="AnswerTooLargeException"/> when a bomb goes off; null when the coding is not known.</summary>
    public static Stream? DecodeAnswer(Stream source, string coding)
    {
        var counted = new CountedStream(source);
        return Decode(counted, coding) is { } decoded ? new RatioStream(decoded, counted, MaxRatio, RatioCheckFrom) : null;
    }

    /// <summary>Decodes a whole body.</summary>
    /// <param name="limit">Bytes of the decoded body; 0 is unlimited but for the ratio.</param>
    /// <param name="output">Receives the decoded bytes.</param>
    /// <returns>False when the coding is not known.</returns>
    /// <exception cref="RequestBodyTooLargeException">The decoded body is longer than allowed.</exception>
    /// <exception cref="InvalidDataException">The bytes are not of that coding.</exception>
    public static bool TryDecode(ReadOnlyMemory<byte> body, string coding, long limit, PooledBuffer output)
    {
        using var source = new MemoryStream(body.ToArray(), writable: false);
        using var decoder = Decode(source, coding);
        if (decoder is null)
        {
            return false;
        }

        while (true)
        {
            var read = decoder.Read(output.GetSpan(8192));
            if (read == 0)
            {
                return true;
            }

            output.Advance(read);
            if (limit > 0 && output.Length > limit)
            {
                throw new RequestBodyTooLargeException(output.Length, limit);
            }

            if (output.Length > RatioCheckFrom && output.Length / MaxRatio > body.Length)
            {
                throw new RequestBodyTooLargeException(output.Length, (long)body.Length * MaxRatio);
            }
        }
    }
}
