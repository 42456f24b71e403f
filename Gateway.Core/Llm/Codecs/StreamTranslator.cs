using System.Buffers;
using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Observers;
using Gateway.Core.Llm.Streaming;
using Gateway.Shared.Results;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Codecs;

/// <summary>
/// What all stream translations share: events from bytes that are cut anywhere, one JSON object in a stream's place, broken and
/// oversized events, and an end that is an error unless the upstream's own end was seen.
/// </summary>
internal abstract class StreamTranslator : ILlmStreamTranslator, ISseEventHandler
{
    /// <summary>Events in a row that may be no JSON before the stream counts as broken.</summary>
    private const int MaxBadEvents = 3;

    private readonly SseParser _parser;
    private ByteBuffer _oneShot;
    private bool? _isOneShot;
    private int _badEvents;

    protected StreamTranslator() => _parser = new SseParser(this);

    public TokenUsage? Usage { get; protected set; }

    public string? ResponseModel { get; protected set; }

    public string? ResponseId { get; protected set; }

    public string? FinishReason { get; protected set; }

    public string? ServiceTier { get; protected set; }

    public bool SawFirstContent { get; protected set; }

    public bool SawTerminal { get; protected set; }

    public bool SawError { get; private set; }

    public string? ErrorMessage { get; private set; }

    public long OutputCharacters { get; protected set; }

    public bool IsEnded { get; private set; }

    /// <summary>Whether the client's stream has begun.</summary>
    protected bool IsStarted { get; set; }

    /// <summary>Where the events of the current call go.</summary>
    protected IBufferWriter<byte> Output { get; private set; } = null!;

    public void Push(ReadOnlySpan<byte> upstreamBytes, IBufferWriter<byte> clientOutput)
    {
        Output = clientOutput;
        if (_isOneShot is null && upstreamBytes.IndexOfAnyExcept(" \t\r\n"u8) is var first and >= 0)
        {
            // Some servers answer a stream request with one object, under either content type.
            _isOneShot = upstreamBytes[first] == '{';
        }

        if (_isOneShot != true)
        {
            _parser.Push(upstreamBytes);
            CheckOverflow();
            return;
        }

        if (!IsEnded && _oneShot.Length + upstreamBytes.Length > OneShotObserver.MaxBytes)
        {
            _oneShot.Release();
            Fail(502, "the upstream's answer is too large to translate");
        }

        if (!IsEnded)
        {
            _oneShot.Append(upstreamBytes);
        }
    }

    public void Complete(IBufferWriter<byte> clientOutput)
    {
        Output = clientOutput;
        if (_isOneShot == true)
        {
            CompleteOneShot();
            return;
        }

        _parser.Complete();
        CheckOverflow();
        if (IsEnded)
        {
            return;
        }

        if (IsWhole)
        {
            Finish();
        }
        else if (IsStarted)
        {
            EndWithError(502, "upstream stream ended unexpectedly");
        }
        else
        {
            IsEnded = true;
        }
    }

    public void WritePing(IBufferWriter<byte> clientOutput)
    {
        if (!IsEnded)
        {
            Output = clientOutput;
            Ping();
        }
    }

    public void WriteError(int status, string message, IBufferWriter<byte> clientOutput)
    {
        if (!IsEnded)
        {
            Output = clientOutput;
            EndWithError(status, message);
        }
    }

    void ISseEventHandler.OnEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, bool isTerminated)
    {
        if (IsEnded)
        {
            return;
        }

        try
        {
            Translate(name, data);
            _badEvents = 0;
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            // The last event of a cut stream is cut too and says nothing about the upstream's JSON.
            if (isTerminated && ++_badEvents == MaxBadEvents)
            {
                Fail(502, "the upstream's stream is not valid");
            }
        }
    }

    /// <summary>Whether a body that ends now is a whole answer.</summary>
    protected abstract bool IsWhole { get; }

    /// <summary>Takes one event. May throw <see cref="System.Text.Json.JsonException"/> before it has written anything.</summary>
    protected abstract void Translate(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data);

    /// <summary>Writes the end of the client's stream, then calls <see cref="End"/>.</summary>
    protected abstract void Finish();

    protected abstract void Ping();

    protected abstract void ErrorEvent(int status, string message);

    /// <summary>Writes the client's stream, or what is missing of it, for a one-shot answer.</summary>
    protected abstract Result<LlmAnswer> Synthesize(ReadOnlyMemory<byte> body);

    /// <summary>The client's stream has ended well.</summary>
    protected void End()
    {
        IsEnded = true;
        SawTerminal = true;
    }

    /// <summary>The upstream reported an error inside its stream.</summary>
    /// <param name="error">The <c>error</c> value as JSON.</param>
    protected void FailWith(int status, ReadOnlySpan<byte> error)
    {
        var message = OneShotReader.ReadErrorMessage(error);
        Fail(status, message.Length == 0 ? "the upstream reported an error" : message);
    }

    private void Fail(int status, string message)
    {
        SawError = true;
        ErrorMessage = message;
        EndWithError(status, message);
    }

    private void EndWithError(int status, string message)
    {
        ErrorEvent(status, message);
        IsEnded = true;
    }

    private void CheckOverflow()
    {
        if (_parser.IsOverflowed && !IsEnded)
        {
            Fail(502, "the upstream sent an event that is too large to translate");
        }
    }

    private void CompleteOneShot()
    {
        if (IsEnded)
        {
            return;
        }

        var answer = Synthesize(_oneShot.WrittenMemory);
        _oneShot.Release();
        if (answer.IsError)
        {
            Fail(502, answer.Error.Message);
            return;
        }

        var facts = answer.Value;
        Usage = facts.Usage;
        ResponseModel = facts.ResponseModel;
        ResponseId = facts.ResponseId;
        FinishReason = facts.FinishReason;
        ServiceTier = facts.ServiceTier;
        OutputCharacters = facts.OutputCharacters;
        SawFirstContent = true;
        End();
    }
}
