using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Streaming;

namespace Gateway.Core.Llm.Observers;

/// <summary>Watches an event stream. A body that turns out to be one JSON object is read as a one-shot answer.</summary>
internal abstract class StreamObserver : ResponseObserver, ISseEventHandler
{
    private readonly LlmFormat _format;
    private readonly SseParser _parser;
    private OneShotObserver? _oneShot;
    private bool _isSniffed;

    protected StreamObserver(LlmFormat format)
    {
        _format = format;
        _parser = new SseParser(this);
    }

    public override void Push(ReadOnlySpan<byte> bytes)
    {
        if (!_isSniffed && bytes.IndexOfAnyExcept(" \t\r\n"u8) is var first and >= 0)
        {
            _isSniffed = true;
            _oneShot = bytes[first] == '{' ? new OneShotObserver(_format) : null;
        }

        if (_oneShot is not null)
        {
            _oneShot.Push(bytes);
            SawFirstContent = true;
            return;
        }

        _parser.Push(bytes);
    }

    public override void Complete()
    {
        if (_oneShot is not null)
        {
            _oneShot.Complete();
            Adopt(_oneShot);
            return;
        }

        _parser.Complete();
        Finish();

        // An event too long to be read: whole as far as anybody can tell, HTTP framing decides.
        SawTerminal |= _parser.IsOverflowed && !SawError;
    }

    public void OnEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, bool isTerminated)
    {
        try
        {
            if (!isTerminated && !data.SequenceEqual("[DONE]"u8))
            {
                // Perhaps cut: a finish reason counts only in an event that is whole.
                LlmJson.Check(data);
            }

            Observe(name, data);
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            // A chunk that is no JSON, or was cut: it passes to the client as it is and says nothing here.
        }
    }

    /// <summary>Reads one event. May throw <see cref="System.Text.Json.JsonException"/>.</summary>
    protected abstract void Observe(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data);

    /// <summary>The stream has ended.</summary>
    protected virtual void Finish()
    {
    }
}
