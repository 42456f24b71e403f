using System.Text.Json;
using Gateway.Core.Llm.Json;
using Gateway.Shared.Results;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>
/// Translates a chat stream into a Messages stream while it arrives. Messages clients want one open block at a time, at least one
/// block, and usage at both ends; chat upstreams interleave tool calls and tell usage last or never.
/// </summary>
internal sealed class ChatStreamTranslator : StreamTranslator
{
    private readonly ChatAnswerTranslation _translation;
    private readonly AnthropicBlocks _blocks = new();
    private readonly ChatToolQueue _tools;
    private bool _isRefusal;
    private string? _stopSequence;

    public ChatStreamTranslator(ChatAnswerTranslation translation)
    {
        _translation = translation;
        _tools = new ChatToolQueue(translation, _blocks);
    }

    /// <summary>The reason may come before usage, and some servers send more with it; the end is <c>[DONE]</c> or the end of the body.</summary>
    protected override bool IsWhole => FinishReason is not null;

    private AnthropicEvents Events => new(Output);

    protected override void Translate(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            if (!IsStarted)
            {
                Start(null, null);
            }

            Finish();
            return;
        }

        var chunk = ChatChunk.Read(data);
        if (!chunk.Error.IsEmpty || name.SequenceEqual("error"u8))
        {
            var error = chunk.Error.IsEmpty ? data : chunk.Error;
            FailWith(ChatErrorTranslator.StatusOf(error), error);
            return;
        }

        Translate(ref chunk);
    }

    protected override void Finish()
    {
        _tools.Finish(Events);
        if (!_blocks.Any)
        {
            _blocks.Text(Events, default);
        }

        _blocks.Close(Events);
        var stopReason = ChatStopReason.Map(FinishReason, _tools.Any, _isRefusal, _stopSequence);
        Events.MessageEnd(
            stopReason, stopReason == "stop_sequence" ? _stopSequence : null, Usage ?? _translation.EstimateUsage(OutputCharacters));
        End();
    }

    protected override void Ping()
    {
        if (IsStarted)
        {
            Events.Ping();
        }
        else
        {
            // The start brings a ping along.
            Start(null, null);
        }
    }

    protected override void ErrorEvent(int status, string message) => Events.Error(status, message);

    protected override Result<LlmAnswer> Synthesize(ReadOnlyMemory<byte> body)
    {
        var answer = ChatAnswerReader.Read(body, _translation);
        if (answer.IsError)
        {
            return answer.Error;
        }

        Events.Stream(answer.Value, IsStarted);
        return answer.Value.Facts;
    }

    private void Translate(ref ChatChunk chunk)
    {
        ResponseId ??= chunk.Id;
        ResponseModel = string.IsNullOrEmpty(chunk.Model) ? ResponseModel : chunk.Model;
        ServiceTier = chunk.ServiceTier ?? ServiceTier;
        if (!IsStarted)
        {
            Start(chunk.Id, chunk.Model);
        }

        AddReasoning(chunk.Reasoning);
        if (!chunk.Signature.IsEmpty)
        {
            _blocks.Sign(chunk.Signature);
        }

        AddText(chunk.Content);
        if (!chunk.ContentParts.IsEmpty)
        {
            AddParts(chunk.ContentParts);
        }

        _isRefusal |= !chunk.Refusal.IsEmpty;
        AddText(chunk.Refusal);
        if (!chunk.ToolCalls.IsEmpty)
        {
            AddToolCalls(chunk.ToolCalls);
        }

        if (!chunk.FunctionCall.IsEmpty)
        {
            AddFunctionCall(chunk.FunctionCall);
        }

        FinishReason = chunk.FinishReason ?? FinishReason;
        _stopSequence = chunk.StopSequence ?? _stopSequence;
        Usage = chunk.Usage ?? Usage;
    }

    private void Start(string? id, string? model)
    {
        IsStarted = true;
        Events.MessageStart(
            ChatAnswerReader.MessageId(id, _translation.NewId), string.IsNullOrEmpty(model) ? _translation.Model : model, usage: null);
        Events.Ping();
    }

    private void AddReasoning(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
        {
            return;
        }

        SawFirstContent = true;
        OutputCharacters += JsonText.CountCharacters(content);
        if (_translation.WantsThinking && !_tools.Any)
        {
            _blocks.Thinking(Events, content);
        }
    }

    private void AddText(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
        {
            return;
        }

        SawFirstContent = true;
        OutputCharacters += JsonText.CountCharacters(content);
        if (_tools.HasUnclosed)
        {
            _tools.Hold(content);
            _tools.Pump(Events);
            return;
        }

        _blocks.Text(Events, content);
    }

    private void AddParts(ReadOnlySpan<byte> parts)
    {
        var reader = new Utf8JsonReader(parts, LlmJson.ReaderOptions);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var isText = reader.ValueTextEquals("text"u8);
            var isThinking = reader.ValueTextEquals("thinking"u8);
            reader.Read();
            if (isText && reader.TokenType == JsonTokenType.String)
            {
                AddText(reader.ValueSpan);
            }
            else if (isThinking)
            {
                AddThinkingPart(ref reader);
            }
        }
    }

    private void AddThinkingPart(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            AddReasoning(reader.ValueSpan);
            return;
        }

        var depth = reader.CurrentDepth;
        while (reader.TokenType == JsonTokenType.StartArray || reader.CurrentDepth > depth)
        {
            if (!reader.Read() || (reader.CurrentDepth == depth && reader.TokenType == JsonTokenType.EndArray))
            {
                return;
            }

            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("text"u8) && reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                AddReasoning(reader.ValueSpan);
            }
        }
    }

    private void AddToolCalls(ReadOnlySpan<byte> calls)
    {
        var reader = new Utf8JsonReader(calls, LlmJson.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            var delta = ChatToolDelta.Read(ref reader, calls);
            SawFirstContent = true;
            OutputCharacters += _tools.Add(ref delta);
        }

        _tools.Pump(Events);
    }

    private void AddFunctionCall(ReadOnlySpan<byte> call)
    {
        var reader = new Utf8JsonReader(call, LlmJson.ReaderOptions);
        reader.Read();
        var delta = default(ChatToolDelta);
        delta.ReadFunction(ref reader, call);
        delta.Index = 0;
        delta.Id = delta.Name is null ? null : ChatAnswerReader.FunctionCallId(delta.Name);
        SawFirstContent = true;
        OutputCharacters += _tools.Add(ref delta);
        _tools.Pump(Events);
    }
}
