using Gateway.Core.Llm.Streaming;

namespace Gateway.Core.Llm.Observers;

/// <summary>Watches one JSON answer: keeps its bytes (bounded) and reads them at the end.</summary>
internal sealed class OneShotObserver(LlmFormat format) : ResponseObserver
{
    /// <summary>Longest answer that is read; a longer one passes without usage.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private ByteBuffer _body;
    private bool _isTooLong;

    public override void Push(ReadOnlySpan<byte> bytes)
    {
        SawFirstContent |= bytes.Length > 0;
        if (_isTooLong || _body.Length + bytes.Length > MaxBytes)
        {
            _isTooLong = true;
            _body.Release();
            return;
        }

        _body.Append(bytes);
    }

    public override void Complete()
    {
        if (_isTooLong)
        {
            // Whole as far as anybody can tell: HTTP framing decides.
            SawTerminal = true;
            return;
        }

        Adopt(OneShotReader.Read(format, _body.WrittenMemory));
        _body.Release();
    }
}
