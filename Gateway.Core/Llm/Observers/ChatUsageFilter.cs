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
    /// <summary>An event longer than this passes as it comes: no usage chunk is, and memory stays bounded.</summary>
    internal const int MaxEventBytes = 1024 * 1024;

    private static readonly JsonEdit[] WithoutUsage = [JsonEdit.Remove("usage")];

    private ByteBuffer _event;
    private JsonMember[] _members = new JsonMember[LlmRequestScanner.UsualMembers];
    private bool _lineIsEmpty = true;
    private bool _lastWasReturn;
    private bool _isOversized;
    private bool _wasHidden;

    /// <summary>Takes the next bytes and writes the events that are whole by now.</summary>
    public void Push(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        while (bytes.Length > 0)
        {
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0)
            {
                Add(bytes, output);
                _lineIsEmpty = false;
                _lastWasReturn = false;
                return;
            }

            var isReturn = bytes[end] == '\r';
            if (end == 0 && !isReturn && _lastWasReturn)
            {
                // The second half of a CRLF ends no line of its own; after a hidden event it is hidden too.
                _lastWasReturn = false;
                if (!_wasHidden || _event.Length > 0)
                {
                    Add(bytes[..1], output);
                }

                bytes = bytes[1..];
                continue;
            }

            Add(bytes[..(end + 1)], output);
            bytes = bytes[(end + 1)..];

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

    private void Add(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        if (!_isOversized && _event.Length + bytes.Length > MaxEventBytes)
        {
            _isOversized = true;
            output.Write(_event.Written);
            _event.Clear();
        }

        if (_isOversized)
        {
            output.Write(bytes);
        }
        else
        {
            _event.Append(bytes);
        }
    }

    private void Emit(IBufferWriter<byte> output)
    {
        _isOversized = false;
        var written = _event.Written;
        if (written.IsEmpty)
        {
            return;
        }

        _wasHidden = false;
        if (written.IndexOf("\"usage\""u8) < 0 || !TryRewrite(written, output))
        {
            output.Write(written);
        }

        _event.Clear();
    }

    /// <returns>False when the event is to pass as it is.</returns>
    private bool TryRewrite(ReadOnlySpan<byte> written, IBufferWriter<byte> output)
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

        if (LlmRequestScanner.Scan(_event.WrittenMemory.Slice(start, length), ref _members, out var scan) != JsonFault.None
            || scan.Find("usage"u8) is not { IsPresent: true } usage)
        {
            return false;
        }

        if (usage.HasValue && scan.Find("choices"u8) is { Kind: JsonKind.Array } && !scan.IsNonEmptyArray("choices"u8))
        {
            _wasHidden = true;
            return true;
        }

        output.Write(written[..start]);
        JsonSplice.Write(scan, WithoutUsage, output);
        output.Write(written[(start + length)..]);
        return true;
    }
}
