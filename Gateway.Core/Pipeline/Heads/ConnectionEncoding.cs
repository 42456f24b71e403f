using System.Text;
using Gateway.Core.Upstreams;

namespace Gateway.Core.Pipeline.Heads;

/// <summary>
/// Reads Connection headers so that the names in them survive. Where the server finds exactly one of the words <c>close</c>,
/// <c>keep-alive</c> and <c>Upgrade</c> it keeps the word and forgets every name beside it, and what the client meant for this connection
/// alone would be forwarded. With two of the words it keeps the header as it is; <c>close</c> wins among them. So a line that names
/// headers is given both, and its connection ends after the answer. Lines without names, nearly all, stay as they are.
/// </summary>
internal sealed class ConnectionEncoding : Encoding
{
    public override int GetByteCount(char[] chars, int index, int count) => Latin1.GetByteCount(chars, index, count);

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) => Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetCharCount(byte[] bytes, int index, int count) => Read(bytes.AsSpan(index, count)).Length;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        var text = Read(bytes.AsSpan(byteIndex, byteCount));
        text.CopyTo(chars.AsSpan(charIndex));
        return text.Length;
    }

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => byteCount + Both.Length;

    private const string Both = ", close, keep-alive";

    private static string Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Contains((byte)0))
        {
            throw new InvalidOperationException("A header holds a NUL.");
        }

        var text = Latin1.GetString(bytes);
        return HopByHop.NamesHeaders(text) ? text + Both : text;
    }
}
