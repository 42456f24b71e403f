using System.Buffers;
using System.Text.Json;
using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Observers;
using Gateway.Core.Llm.Streaming;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>
/// Translates a chat stream into a Messages stream while it arrives. Messages clients want one open block at a time, at least one
/// block, and usage at both ends; chat upstreams interleave tool calls and tell usage last or never.
/// </summary>
internal sealed class ChatStreamTranslator : ILlmStreamTranslator, ISseEventHandler
{
    /// <summary>Chunks in a row that may be no JSON before the stream counts as broken.</summary>
    private const int MaxBadChunks = 3;

    private readonly ChatAnswerTranslation _translation;
    private readonly SseParser _parser;
    private readonly List<Tool> _tools = [];
    private readonly ArrayBufferWriter<byte> _held = new(8);
    private readonly ArrayBufferWriter<byte> _piece = new();
    private readonly ArrayBufferWriter<byte> _pendingText = new();
    private ByteBuffer _oneShot;
    private bool? _isOneShot;
    private IBufferWriter<byte> _output = null!;
    private bool _isStarted;
    private Block _open = Block.None;
    private int _openIndex;
    private int _nextIndex;
    private byte[]? _signature;
    private bool _isRefusal;
    private bool _isDone;
    private string? _stopSequence;
    private int _badChunks;

    public ChatStreamTranslator(ChatAnswerTranslation translation)
    {
        _translation = translation;
        _parser = new SseParser(this);
    }

    private enum Block
    {
        None,
        Text,
        Thinking,
        Tool,
    }

    public TokenUsage? Usage { get; private set; }

    public string? ResponseModel { get; private set; }

    public string? ResponseId { get; private set; }

    public string? FinishReason { get; private set; }

    public string? ServiceTier { get; private set; }

    public bool SawFirstContent { get; private set; }

    public bool SawTerminal { get; private set; }

    public bool SawError { get; private set; }

    public string? ErrorMessage { get; private set; }

    public long OutputCharacters { get; private set; }

    public bool IsEnded { get; private set; }

    private AnthropicEvents Events => new(_output);

    public void Push(ReadOnlySpan<byte> upstreamBytes, IBufferWriter<byte> clientOutput)
    {
        _output = clientOutput;
        if (_isOneShot is null && upstreamBytes.IndexOfAnyExcept(" \t\r\n"u8) is var first and >= 0)
        {
            // Some servers answer a stream request with one object, under either content type.
            _isOneShot = upstreamBytes[first] == '{';
        }

        if (_isOneShot == true)
        {
            if (!IsEnded && _oneShot.Length + upstreamBytes.Length > OneShotObserver.MaxBytes)
            {
                _oneShot.Release();
                Fail(502, "the upstream's answer is too large to translate");
            }

            if (!IsEnded)
            {
                _oneShot.Append(upstreamBytes);
            }

            return;
        }

        _parser.Push(upstreamBytes);
        CheckOverflow();
    }

    public void Complete(IBufferWriter<byte> clientOutput)
    {
        _output = clientOutput;
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

        if (FinishReason is not null)
        {
            Finish();
        }
        else if (_isStarted)
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
        if (IsEnded)
        {
            return;
        }

        _output = clientOutput;
        if (!_isStarted)
        {
            // The start brings a ping along.
            Start(null, null);
            return;
        }

        Events.Ping();
    }

    public void WriteError(int status, string message, IBufferWriter<byte> clientOutput)
    {
        if (IsEnded)
        {
            return;
        }

        _output = clientOutput;
        EndWithError(status, message);
    }

    void ISseEventHandler.OnEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, bool isTerminated)
    {
        if (IsEnded || _isDone)
        {
            return;
        }

        if (data.SequenceEqual("[DONE]"u8))
        {
            _isDone = true;
            if (!_isStarted)
            {
                Start(null, null);
            }

            Finish();
            return;
        }

        ChatChunk chunk;
        try
        {
            chunk = ChatChunk.Read(data);
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            if (isTerminated && ++_badChunks == MaxBadChunks)
            {
                Fail(502, "the upstream's stream is not valid");
            }

            return;
        }

        _badChunks = 0;
        if (!chunk.Error.IsEmpty || name.SequenceEqual("error"u8))
        {
            FailWith(chunk.Error.IsEmpty ? data : chunk.Error);
            return;
        }

        OnChunk(ref chunk);
    }

    private void OnChunk(ref ChatChunk chunk)
    {
        ResponseId ??= chunk.Id;
        ResponseModel = string.IsNullOrEmpty(chunk.Model) ? ResponseModel : chunk.Model;
        ServiceTier = chunk.ServiceTier ?? ServiceTier;
        if (!_isStarted)
        {
            Start(chunk.Id, chunk.Model);
        }

        if (!chunk.Reasoning.IsEmpty)
        {
            AddReasoning(chunk.Reasoning);
        }

        if (!chunk.Signature.IsEmpty)
        {
            _signature = chunk.Signature.ToArray();
        }

        if (!chunk.Content.IsEmpty)
        {
            AddText(chunk.Content);
        }

        if (!chunk.ContentParts.IsEmpty)
        {
            AddParts(chunk.ContentParts);
        }

        if (!chunk.Refusal.IsEmpty)
        {
            _isRefusal = true;
            AddText(chunk.Refusal);
        }

        if (!chunk.ToolCalls.IsEmpty)
        {
            AddToolCalls(chunk.ToolCalls);
        }

        if (!chunk.FunctionCall.IsEmpty)
        {
            AddFunctionCall(chunk.FunctionCall);
        }

        // The reason may come before usage, and some servers send more with it; the end is [DONE] or the end of the body.
        FinishReason = chunk.FinishReason ?? FinishReason;
        _stopSequence = chunk.StopSequence ?? _stopSequence;
        Usage = chunk.Usage ?? Usage;
    }

    private void Start(string? id, string? model)
    {
        _isStarted = true;
        Events.MessageStart(
            ChatAnswerReader.MessageId(id, _translation.NewId), string.IsNullOrEmpty(model) ? _translation.Model : model, usage: null);
        Events.Ping();
    }

    private void AddReasoning(ReadOnlySpan<byte> content)
    {
        SawFirstContent = true;
        OutputCharacters += JsonText.CountCharacters(content);
        if (!_translation.WantsThinking || _tools.Count > 0)
        {
            return;
        }

        if (_open != Block.Thinking)
        {
            CloseBlock();
            Open(Block.Thinking);
            Events.ThinkingStart(_openIndex);
        }

        WritePiece(content);
    }

    private void AddText(ReadOnlySpan<byte> content)
    {
        SawFirstContent = true;
        OutputCharacters += JsonText.CountCharacters(content);
        if (HasUnclosedTool())
        {
            // One block at a time: the text waits until the tools before it are complete.
            _pendingText.Write(content);
            PumpTools();
            return;
        }

        WriteText(content);
    }

    private void WriteText(ReadOnlySpan<byte> content)
    {
        if (_open != Block.Text)
        {
            CloseBlock();
            Open(Block.Text);
            Events.TextStart(_openIndex);
        }

        WritePiece(content);
    }

    private void AddParts(ReadOnlySpan<byte> parts)
    {
        var reader = new Utf8JsonReader(parts, new JsonReaderOptions { MaxDepth = LlmRequestScanner.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var isText = reader.ValueTextEquals("text"u8);
            var isThinking = reader.ValueTextEquals("thinking"u8);
            reader.Read();
            if (isText && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0)
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
        var reader = new Utf8JsonReader(calls, new JsonReaderOptions { MaxDepth = LlmRequestScanner.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            var delta = ChatToolDelta.Read(ref reader, calls);
            AddTool(FindTool(delta.Index, delta.Id, delta.Name), ref delta);
        }

        PumpTools();
    }

    private void AddFunctionCall(ReadOnlySpan<byte> call)
    {
        var reader = new Utf8JsonReader(call, new JsonReaderOptions { MaxDepth = LlmRequestScanner.MaxDepth });
        reader.Read();
        var delta = default(ChatToolDelta);
        delta.ReadFunction(ref reader, call);
        delta.Id = delta.Name is null ? null : ChatAnswerReader.FunctionCallId(delta.Name);
        AddTool(FindTool(0, delta.Id, delta.Name), ref delta);
        PumpTools();
    }

    private void AddTool(Tool tool, ref ChatToolDelta delta)
    {
        SawFirstContent = true;
        tool.Id ??= delta.Id;
        // Servers that repeat the name in every piece mean the same name, not more of it.
        tool.Name ??= delta.Name;
        if (tool.IsClosed)
        {
            return;
        }

        if (!delta.ArgumentsObject.IsEmpty)
        {
            var json = new JsonEmitter(tool.Buffer);
            var before = tool.Buffer.WrittenCount;
            json.EscapedCompact(delta.ArgumentsObject);
            tool.Completion.Feed(tool.Buffer.WrittenSpan[before..]);
            OutputCharacters += delta.ArgumentsObject.Length;
        }
        else if (!delta.Arguments.IsEmpty)
        {
            tool.Buffer.Write(delta.Arguments);
            tool.Completion.Feed(delta.Arguments);
            OutputCharacters += JsonText.CountCharacters(delta.Arguments);
        }
    }

    private Tool FindTool(int? index, string? id, string? name)
    {
        Tool? found = null;
        if (index is { } wanted)
        {
            found = _tools.FindLast(tool => tool.Index == wanted);
            // Some servers say index 0 for every call; another id with a name is another call.
            if (found is { Id: not null } && id is not null && id != found.Id && name is not null)
            {
                found = null;
            }
        }
        else if (id is not null)
        {
            found = _tools.Find(tool => tool.Id == id);
        }
        else if (_tools.Count > 0)
        {
            found = _tools[^1];
        }

        if (found is null)
        {
            found = new Tool(index);
            _tools.Add(found);
        }

        return found;
    }

    private bool HasUnclosedTool() => _tools.Count > 0 && !_tools[^1].IsClosed;

    /// <summary>Streams the first tool that is not closed; closes it when it is complete and something waits behind it.</summary>
    private void PumpTools()
    {
        for (var i = 0; i < _tools.Count; i++)
        {
            var tool = _tools[i];
            if (tool.IsClosed)
            {
                continue;
            }

            if (tool.Name is null)
            {
                return;
            }

            Flush(tool);
            var isAwaited = i + 1 < _tools.Count || _pendingText.WrittenCount > 0;
            if (!isAwaited || !tool.Completion.IsComplete)
            {
                return;
            }

            Close(tool);
        }

        FlushPendingText();
    }

    private void FlushPendingText()
    {
        if (_pendingText.WrittenCount > 0)
        {
            WriteText(_pendingText.WrittenSpan);
            _pendingText.ResetWrittenCount();
        }
    }

    private void Flush(Tool tool)
    {
        if (!tool.IsOpened)
        {
            CloseBlock();
            Open(Block.Tool);
            tool.IsOpened = true;
            tool.Id ??= "call_" + _translation.NewId();
            Events.ToolStart(_openIndex, tool.Id, _translation.Names.Restore(tool.Name ?? ""));
        }

        if (tool.Buffer.WrittenCount > 0)
        {
            WritePiece(tool.Buffer.WrittenSpan);
            tool.Buffer.ResetWrittenCount();
        }
    }

    private void Close(Tool tool)
    {
        tool.IsClosed = true;
        CloseBlock();
    }

    private void Open(Block block)
    {
        _open = block;
        _openIndex = _nextIndex++;
    }

    private void CloseBlock()
    {
        if (_open == Block.None)
        {
            return;
        }

        if (_held.WrittenCount > 0)
        {
            // Its partner never came: alone it would break the client's JSON parser.
            _held.ResetWrittenCount();
            WriteDelta("\\ufffd"u8);
        }

        if (_open == Block.Thinking && _signature is not null)
        {
            Events.SignatureDelta(_openIndex, _signature);
            _signature = null;
        }

        Events.BlockStop(_openIndex);
        _open = Block.None;
    }

    /// <summary>Writes a piece into the open block. The first half of a surrogate pair waits for the second.</summary>
    private void WritePiece(ReadOnlySpan<byte> content)
    {
        if (_held.WrittenCount > 0)
        {
            _piece.ResetWrittenCount();
            _piece.Write(_held.WrittenSpan);
            _piece.Write(content);
            _held.ResetWrittenCount();
            content = _piece.WrittenSpan;
        }

        if (EndsInHighSurrogate(content))
        {
            _held.Write(content[^6..]);
            content = content[..^6];
        }

        if (!content.IsEmpty)
        {
            WriteDelta(content);
        }
    }

    private void WriteDelta(ReadOnlySpan<byte> content)
    {
        switch (_open)
        {
            case Block.Text:
                Events.TextDelta(_openIndex, content);
                break;
            case Block.Thinking:
                Events.ThinkingDelta(_openIndex, content);
                break;
            default:
                Events.InputDelta(_openIndex, content);
                break;
        }
    }

    private static bool EndsInHighSurrogate(ReadOnlySpan<byte> content)
    {
        if (content.Length < 6 || content[^6] != '\\' || content[^5] != 'u' || (content[^4] | 0x20) != 'd' || (content[^3] | 0x20) is not ((byte)'8' | 0x20 or (byte)'9' | 0x20 or (byte)'a' or (byte)'b'))
        {
            return false;
        }

        // An even number of backslashes before the u is text that only looks like an escape.
        var backslashes = 1;
        while (content.Length - 6 - backslashes >= 0 && content[^(6 + backslashes)] == '\\')
        {
            backslashes++;
        }

        return backslashes % 2 == 1;
    }

    private void Finish()
    {
        foreach (var tool in _tools)
        {
            if (!tool.IsClosed)
            {
                Flush(tool);
                Close(tool);
            }
        }

        FlushPendingText();
        CloseBlock();
        if (_nextIndex == 0)
        {
            Open(Block.Text);
            Events.TextStart(_openIndex);
            CloseBlock();
        }

        var stopReason = ChatStopReason.Map(FinishReason, _tools.Count > 0, _isRefusal, _stopSequence);
        Events.MessageEnd(
            stopReason, stopReason == "stop_sequence" ? _stopSequence : null, Usage ?? _translation.EstimateUsage(OutputCharacters));
        IsEnded = true;
        SawTerminal = true;
    }

    private void CheckOverflow()
    {
        if (_parser.IsOverflowed && !IsEnded)
        {
            Fail(502, "the upstream sent an event that is too large to translate");
        }
    }

    private void FailWith(ReadOnlySpan<byte> error)
    {
        var status = ChatErrorTranslator.StatusOf(error);
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
        Events.Error(status, message);
        IsEnded = true;
    }

    private void CompleteOneShot()
    {
        if (IsEnded)
        {
            return;
        }

        var answer = ChatAnswerReader.Read(_oneShot.WrittenMemory, _translation);
        if (answer.IsError)
        {
            Fail(502, answer.Error.Message);
        }
        else
        {
            var facts = answer.Value.Facts;
            Usage = facts.Usage;
            ResponseModel = facts.ResponseModel;
            ResponseId = facts.ResponseId;
            FinishReason = facts.FinishReason;
            ServiceTier = facts.ServiceTier;
            OutputCharacters = facts.OutputCharacters;
            SawFirstContent = true;
            SawTerminal = true;
            Events.Stream(answer.Value, _isStarted);
            IsEnded = true;
        }

        _oneShot.Release();
    }

    private sealed class Tool(int? index)
    {
        /// <summary>Follows the arguments. A field, because it is a mutable struct.</summary>
        public JsonCompletion Completion;

        public int? Index { get; } = index;

        public string? Id { get; set; }

        public string? Name { get; set; }

        /// <summary>Arguments that are not sent yet.</summary>
        public ArrayBufferWriter<byte> Buffer { get; } = new();

        public bool IsOpened { get; set; }

        public bool IsClosed { get; set; }
    }
}
