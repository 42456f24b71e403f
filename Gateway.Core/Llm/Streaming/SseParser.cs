namespace Gateway.Core.Llm.Streaming;

/// <summary>
/// Parses an event stream from bytes that are cut anywhere. Line ends are LF, CRLF or CR, also mixed; a byte order mark at the
/// start and comments are skipped (WHATWG HTML, server-sent events).
/// </summary>
internal sealed class SseParser(ISseEventHandler handler, int maxEventBytes = SseParser.DefaultMaxEventBytes)
{
    /// <summary>16 MiB: image events and the last event of a Responses stream carry whole answers.</summary>
    public const int DefaultMaxEventBytes = 16 * 1024 * 1024;

    private ByteBuffer _line;
    private ByteBuffer _data;
    private ByteBuffer _name;
    private bool _hasData;
    private bool _skipLineFeed;
    private bool _isFirstLine = true;

    /// <summary>Whether an event was longer than allowed. Parsing has stopped then.</summary>
    public bool IsOverflowed { get; private set; }

    public void Push(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && !IsOverflowed)
        {
            if (_skipLineFeed)
            {
                _skipLineFeed = false;
                if (bytes[0] == '\n')
                {
                    bytes = bytes[1..];
                    continue;
                }
            }

            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0)
            {
                if (_line.Length + _data.Length + bytes.Length > maxEventBytes)
                {
                    Overflow();
                    return;
                }

                _line.Append(bytes);
                return;
            }

            _skipLineFeed = bytes[end] == '\r';
            var rest = bytes[end..];
            if (_line.Length == 0)
            {
                OnLine(bytes[..end]);
            }
            else
            {
                _line.Append(bytes[..end]);
                OnLine(_line.Written);
                _line.Clear();
            }

            bytes = rest[1..];
        }
    }

    /// <summary>The stream has ended. A last event without its blank line is handed out all the same: many servers forget it.</summary>
    public void Complete()
    {
        if (!IsOverflowed)
        {
            if (_line.Length > 0)
            {
                OnLine(_line.Written);
            }

            Dispatch(false);
        }

        _line.Release();
        _data.Release();
        _name.Release();
    }

    private void OnLine(ReadOnlySpan<byte> line)
    {
        if (_isFirstLine)
        {
            _isFirstLine = false;
            if (line.StartsWith("\uFEFF"u8))
            {
                line = line[3..];
            }
        }

        if (line.IsEmpty)
        {
            Dispatch(true);
            return;
        }

        var colon = line.IndexOf((byte)':');
        var field = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? default : line[(colon + 1)..];
        if (!value.IsEmpty && value[0] == ' ')
        {
            value = value[1..];
        }

        if (field.SequenceEqual("data"u8))
        {
            if (_data.Length + value.Length + 1 > maxEventBytes)
            {
                Overflow();
                return;
            }

            if (_hasData)
            {
                _data.Append("\n"u8);
            }

            _hasData = true;
            _data.Append(value);
        }
        else if (field.SequenceEqual("event"u8))
        {
            _name.Clear();
            _name.Append(value);
        }
    }

    private void Dispatch(bool isTerminated)
    {
        if (_hasData)
        {
            handler.OnEvent(_name.Written, _data.Written, isTerminated);
        }

        _hasData = false;
        _data.Clear();
        _name.Clear();
    }

    private void Overflow()
    {
        IsOverflowed = true;
        _line.Release();
        _data.Release();
        _name.Release();
    }
}
