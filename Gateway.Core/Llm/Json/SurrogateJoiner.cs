using System.Buffers;

namespace Gateway.Core.Llm.Json;

/// <summary>
/// Joins escaped text that arrives in pieces, so that no piece ends in the first half of a surrogate pair: models emit an emoji as
/// <c>\ud83d</c> in one event and <c>\ude00</c> in the next, and half a pair breaks the parser of many a client.
/// </summary>
internal sealed class SurrogateJoiner
{
    private const int EscapeLength = 6;

    private readonly ArrayBufferWriter<byte> _held = new(8);
    private readonly ArrayBufferWriter<byte> _joined = new();

    /// <summary>Takes the next piece of escaped text.</summary>
    /// <returns>What can go out now, perhaps nothing; valid until the next call.</returns>
    public ReadOnlySpan<byte> Join(ReadOnlySpan<byte> content)
    {
        if (_held.WrittenCount > 0)
        {
            _joined.ResetWrittenCount();
            _joined.Write(_held.WrittenSpan);
            _joined.Write(content);
            _held.ResetWrittenCount();
            content = _joined.WrittenSpan;
        }

        if (EndsInHighSurrogate(content))
        {
            _held.Write(content[^EscapeLength..]);
            content = content[..^EscapeLength];
        }

        return content;
    }

    /// <summary>The text has ended: U+FFFD for a half whose partner never came, else nothing.</summary>
    public ReadOnlySpan<byte> Flush()
    {
        if (_held.WrittenCount == 0)
        {
            return default;
        }

        _held.ResetWrittenCount();
        return "\\ufffd"u8;
    }

    private static bool EndsInHighSurrogate(ReadOnlySpan<byte> content)
    {
        if (content.Length < EscapeLength || content[^6] != '\\' || content[^5] != 'u' || (content[^4] | 0x20) != 'd'
            || (content[^3] | 0x20) is not ((byte)'8' | 0x20 or (byte)'9' | 0x20 or (byte)'a' or (byte)'b'))
        {
            return false;
        }

        // An even number of backslashes before the u is text that only looks like an escape.
        var backslashes = 1;
        while (content.Length - EscapeLength - backslashes >= 0 && content[^(EscapeLength + backslashes)] == '\\')
        {
            backslashes++;
        }

        return backslashes % 2 == 1;
    }
}
