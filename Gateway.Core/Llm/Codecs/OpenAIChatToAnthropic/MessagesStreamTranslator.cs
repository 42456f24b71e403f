using System.Buffers;
using Gateway.Core.Llm.Accounting;
using Gateway.Core.Llm.Errors;
using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Streaming;
using Gateway.Shared.Results;

namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>Translates a Messages stream into a chat stream while it arrives.</summary>
internal sealed class MessagesStreamTranslator(MessagesAnswerTranslation translation) : StreamTranslator
{
    private readonly ChatWriter _writer = translation.CreateWriter();
    private readonly List<Block> _blocks = [];
    private AnthropicUsage _usage;
    private int _calls;

    /// <summary>Only <c>message_stop</c> says so, and that ends the stream by itself.</summary>
    protected override bool IsWhole => false;

    protected override void Translate(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        var read = MessagesEvent.Read(data, ref _usage);
        var type = read.Type.IsEmpty ? name : read.Type;
        Usage = _usage.ToUsage();
        ServiceTier = _usage.ServiceTier;
        if (type.SequenceEqual("content_block_delta"u8))
        {
            Add(Find(read.Index), ref read);
        }
        else if (type.SequenceEqual("message_start"u8))
        {
            ResponseId = read.Id ?? ResponseId;
            ResponseModel = read.Model ?? ResponseModel;
            Start(read.Id, read.Model);
        }
        else if (type.SequenceEqual("content_block_start"u8))
        {
            Open(ref read);
        }
        else if (type.SequenceEqual("content_block_stop"u8))
        {
            Close(Find(read.Index));
        }
        else if (type.SequenceEqual("message_delta"u8))
        {
            FinishReason = read.StopReason ?? FinishReason;
        }
        else if (type.SequenceEqual("message_stop"u8))
        {
            Finish();
        }
        else if (type.SequenceEqual("error"u8))
        {
            var error = read.Error.IsEmpty ? data : read.Error;
            FailWith(MessagesErrorTranslator.StatusOf(error), error);
        }
    }

    protected override void Finish()
    {
        Start(null, null);
        foreach (var block in _blocks)
        {
            Close(block);
        }

        _writer.Finish(Output, MessagesFinish.Map(FinishReason, _calls > 0), Usage ?? translation.EstimateUsage(OutputCharacters));
        End();
    }

    protected override void Ping()
    {
        // Once something has been sent, a stream that is cut must end with an error.
        Start(null, null);
        SseWriter.Comment(Output);
    }

    protected override void ErrorEvent(int status, string message) =>
        LlmErrors.WriteStreamEvent(LlmFormat.OpenAIChat, Output, status, message, MessagesErrorTranslator.CodeOf(status, message));

    protected override Result<LlmAnswer> Synthesize(ReadOnlyMemory<byte> body)
    {
        var answer = MessagesAnswerReader.Read(body, translation, out var facts);
        if (answer.IsError)
        {
            return answer.Error;
        }

        _writer.Stream(Output, answer.Value, IsStarted);
        return facts;
    }

    private void Start(string? id, string? model)
    {
        if (!IsStarted)
        {
            IsStarted = true;
            _writer.Begin(translation.CompletionId(id), string.IsNullOrEmpty(model) ? translation.Model : model);
            _writer.Role(Output);
        }
    }

    private void Open(ref MessagesEvent read)
    {
        Start(null, null);
        var block = Find(read.Index);
        if (block.IsClosed)
        {
            // An index used again is another block.
            _blocks.Remove(block);
            block = Find(read.Index);
        }

        if (!read.Block.SequenceEqual("tool_use"u8))
        {
            block.IsForeign = !read.Block.SequenceEqual("text"u8) && !read.Block.SequenceEqual("thinking"u8);
            Add(block, ref read);
            return;
        }

        SawFirstContent = true;
        if (translation.IsOutput(read.Name))
        {
            block.IsOutput = true;
        }
        else
        {
            block.Call = _calls++;
            _writer.CallStart(Output, block.Call, read.Id is { Length: > 0 } id ? id : "call_" + translation.NewId(), read.Name ?? "");
        }

        if (read.Input is not [(byte)'{', .. var members, (byte)'}'] || members.Trim(" \t\r\n"u8).IsEmpty)
        {
            return;
        }

        var whole = new ArrayBufferWriter<byte>(read.Input.Length + 16);
        new JsonEmitter(whole).EscapedCompact(read.Input);
        AddInput(block, whole.WrittenSpan);
    }

    private void Add(Block block, ref MessagesEvent read)
    {
        Start(null, null);
        if (block.IsForeign)
        {
            return;
        }

        if (!read.Text.IsEmpty)
        {
            Count(read.Text);
            Write(block, read.Text, isReasoning: false);
        }

        if (!read.Thinking.IsEmpty)
        {
            Count(read.Thinking);
            if (translation.ShowsReasoning)
            {
                block.IsReasoning = true;
                Write(block, read.Thinking, isReasoning: true);
            }
        }

        if (!read.PartialJson.IsEmpty)
        {
            AddInput(block, read.PartialJson);
        }
    }

    /// <param name="json">A piece of the input, as escaped content: just what arguments are made of, and content as well.</param>
    private void AddInput(Block block, ReadOnlySpan<byte> json)
    {
        Count(json);
        block.HasInput = true;
        Write(block, json, isReasoning: false);
    }

    private void Count(ReadOnlySpan<byte> content)
    {
        SawFirstContent = true;
        OutputCharacters += JsonText.CountCharacters(content);
    }

    private void Write(Block block, ReadOnlySpan<byte> content, bool isReasoning)
    {
        if (block.Joiner.Join(content) is { IsEmpty: false } whole)
        {
            WriteWhole(block, whole, isReasoning);
        }
    }

    private void WriteWhole(Block block, ReadOnlySpan<byte> content, bool isReasoning)
    {
        if (block.Call >= 0)
        {
            _writer.CallArguments(Output, block.Call, content);
        }
        else if (isReasoning)
        {
            _writer.Reasoning(Output, content);
        }
        else
        {
            _writer.Content(Output, content);
        }
    }

    private void Close(Block block)
    {
        if (block.IsClosed)
        {
            return;
        }

        block.IsClosed = true;
        if (block.Joiner.Flush() is { IsEmpty: false } rest)
        {
            WriteWhole(block, rest, block.IsReasoning);
        }

        if (!block.HasInput && (block.Call >= 0 || block.IsOutput))
        {
            WriteWhole(block, "{}"u8, isReasoning: false);
        }
    }

    private Block Find(int index)
    {
        // The block in work is the last one, nearly always.
        for (var i = _blocks.Count - 1; i >= 0; i--)
        {
            if (_blocks[i].Index == index)
            {
                return _blocks[i];
            }
        }

        var block = new Block(index);
        _blocks.Add(block);
        return block;
    }

    private sealed class Block(int index)
    {
        public SurrogateJoiner Joiner { get; } = new();

        public int Index { get; } = index;

        /// <summary>Number of the call among the calls; -1 for a block that is none.</summary>
        public int Call { get; set; } = -1;

        public bool IsOutput { get; set; }

        /// <summary>A block that a chat client has no place for, such as a tool that the provider ran.</summary>
        public bool IsForeign { get; set; }

        public bool IsReasoning { get; set; }

        public bool HasInput { get; set; }

        public bool IsClosed { get; set; }
    }
}
