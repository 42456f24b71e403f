using System.Buffers;
using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Streaming;

namespace Gateway.Core.Llm.Observers;

/// <summary>
/// Hides from a chat client the usage that only the gateway asked for: drops the chunk that carries nothing else, and takes
/// <c>usage</c> out of the others. All other bytes pass as they are, in whole events.
/// </summary>
internal sealed class ChatUsageFilter
{
    private ByteBuffer _event;
    private bool _lineIsEmpty = true;
    private bool _lastWasReturn;

    /// <summary>Takes the next bytes and writes the events that are whole by now.</summary>
    public void Push(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        while (bytes.Length > 0)
        {
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0)
            {
                _event.Append(bytes);
                _lineIsEmpty = false;
                _lastWasReturn = false;
                return;
            }

            var isReturn = bytes[end] == '\r';
            // The second half of a CRLF ends no line of its own.
            var isSecondHalf = end == 0 && !isReturn && _lastWasReturn;
            _event.Append(bytes[..(end + 1)]);
            bytes = bytes[(end + 1)..];
            if (isSecondHalf)
            {
                _lastWasReturn = false;
                continue;
            }

            var isBlank = _lineIsEmpty && end == 0;
            _lineIsEmpty = true;
            _lastWasReturn = isReturn;
            if (isBlank)
            {
                Emit(output);
            }
        }
    }

    /// <summary>The stream has ended: writes what is left.</summary>
    public void Complete(IBufferWriter<byte> output)
    {
        Emit(output);
        _event.Release();
    }

    private void Emit(IBufferWriter<byte> output)
    {
        var written = _event.Written;
        if (written.IsEmpty)
        {
            return;
        }

        if (written.IndexOf("\"usage\""u8) < 0 || !TryRewrite(written, output))
        {
            output.Write(written);
        }

        _event.Clear();
    }

    /// <returns>False when the event is to pass as it is.</returns>
    private static bool TryRewrite(ReadOnlySpan<byte> written, IBufferWriter<byte> output)
    {
        var at = written.StartsWith("data:"u8) ? 0 : written.IndexOf("\ndata:"u8) + 1;
        if (at == 0 && !written.StartsWith("data:"u8))
        {
            return false;
        }

        var start = at + "data:".Length;
        var length = written[start..].IndexOfAny((byte)'\n', (byte)'\r');
        if (length < 0)
        {
            length = written.Length - start;
        }

        if (LlmRequestScanner.Scan(written.Slice(start, length).ToArray(), out var scan) != JsonFault.None
            || scan.Find("usage"u8) is not { IsPresent: true } usage)
        {
            return false;
        }

        if (usage.HasValue && scan.Find("choices"u8) is { Kind: JsonKind.Array } && !scan.IsNonEmptyArray("choices"u8))
        {
            return true;
        }

        output.Write(written[..start]);
        JsonSplice.Write(scan, [JsonEdit.Remove("usage")], output);
        output.Write(written[(start + length)..]);
        return true;
    }
}
