using System.Buffers;
using Gateway.Core.Llm.Errors;
using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Streaming;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>Writes the events of a Messages stream, and the object of a one-shot answer. Clients ignore events without their <c>event:</c> line.</summary>
internal readonly struct AnthropicEvents(IBufferWriter<byte> output)
{
    private readonly JsonEmitter _json = new(output);

    /// <param name="usage">Null: counts are not known yet, zeros are written.</param>
    public void MessageStart(string id, string model, TokenUsage? usage)
    {
        SseWriter.Begin(output, "message_start"u8);
        _json.Raw("{\"type\":\"message_start\",\"message\":{\"id\":"u8);
        _json.String(id);
        _json.Raw(",\"type\":\"message\",\"role\":\"assistant\",\"model\":"u8);
        _json.String(model);
        _json.Raw(",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":"u8);
        WriteUsage(usage ?? new TokenUsage(), hidesOutput: usage is not null);
        _json.Raw("}}"u8);
        SseWriter.End(output);
    }

    public void Ping()
    {
        SseWriter.Begin(output, "ping"u8);
        _json.Raw("{\"type\":\"ping\"}"u8);
        SseWriter.End(output);
    }

    public void TextStart(int index) => BlockStart(index, "{\"type\":\"text\",\"text\":\"\"}"u8);

    public void ThinkingStart(int index) => BlockStart(index, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"u8);

    public void ToolStart(int index, string id, string name)
    {
        BeginBlockStart(index);
        _json.Raw("{\"type\":\"tool_use\",\"id\":"u8);
        _json.String(id);
        _json.Raw(",\"name\":"u8);
        _json.String(name);
        _json.Raw(",\"input\":{}}}"u8);
        SseWriter.End(output);
    }

    /// <param name="text">Escaped content.</param>
    public void TextDelta(int index, ReadOnlySpan<byte> text) => Delta(index, "{\"type\":\"text_delta\",\"text\":\""u8, text);

    /// <param name="text">Escaped content.</param>
    public void ThinkingDelta(int index, ReadOnlySpan<byte> text) => Delta(index, "{\"type\":\"thinking_delta\",\"thinking\":\""u8, text);

    /// <param name="signature">Escaped content.</param>
    public void SignatureDelta(int index, ReadOnlySpan<byte> signature) => Delta(index, "{\"type\":\"signature_delta\",\"signature\":\""u8, signature);

    /// <param name="json">A piece of the input's JSON, as escaped content.</param>
    public void InputDelta(int index, ReadOnlySpan<byte> json) => Delta(index, "{\"type\":\"input_json_delta\",\"partial_json\":\""u8, json);

    public void BlockStop(int index)
    {
        SseWriter.Begin(output, "content_block_stop"u8);
        _json.Raw("{\"type\":\"content_block_stop\",\"index\":"u8);
        _json.Number(index);
        _json.Raw("}"u8);
        SseWriter.End(output);
    }

    /// <summary>The end: stop reason and usage, input counts included, because the upstream tells them only now.</summary>
    public void MessageEnd(string stopReason, string? stopSequence, TokenUsage usage)
    {
        SseWriter.Begin(output, "message_delta"u8);
        _json.Raw("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"u8);
        WriteStop(stopReason, stopSequence);
        _json.Raw("},\"usage\":"u8);
        WriteUsage(usage, hidesOutput: false);
        _json.Raw("}"u8);
        SseWriter.End(output);
        SseWriter.Begin(output, "message_stop"u8);
        _json.Raw("{\"type\":\"message_stop\"}"u8);
        SseWriter.End(output);
    }

    public void Error(int status, string message) => LlmErrors.WriteStreamEvent(LlmFormat.AnthropicMessages, output, status, message);

    /// <summary>A whole answer as one object.</summary>
    public void Message(AnthropicAnswer answer)
    {
        _json.Raw("{\"id\":"u8);
        _json.String(answer.Id);
        _json.Raw(",\"type\":\"message\",\"role\":\"assistant\",\"model\":"u8);
        _json.String(answer.Model);
        _json.Raw(",\"content\":["u8);
        for (var i = 0; i < answer.Blocks.Count; i++)
        {
            _json.Raw(i == 0 ? ""u8 : ","u8);
            WriteBlock(answer.Blocks[i]);
        }

        _json.Raw("],\"stop_reason\":"u8);
        WriteStop(answer.StopReason, answer.StopSequence);
        _json.Raw(",\"usage\":"u8);
        WriteUsage(answer.Usage, hidesOutput: false, withTier: true);
        _json.Raw("}"u8);
    }

    /// <summary>A whole answer as a stream.</summary>
    /// <param name="isStarted">Whether <c>message_start</c> has been sent already.</param>
    public void Stream(AnthropicAnswer answer, bool isStarted)
    {
        if (!isStarted)
        {
            MessageStart(answer.Id, answer.Model, answer.Usage);
        }

        for (var i = 0; i < answer.Blocks.Count; i++)
        {
            var block = answer.Blocks[i];
            switch (block.Kind)
            {
                case AnthropicBlockKind.Text:
                    TextStart(i);
                    if (!block.Text.IsEmpty)
                    {
                        TextDelta(i, block.Text.Written);
                    }

                    break;
                case AnthropicBlockKind.Thinking:
                    ThinkingStart(i);
                    ThinkingDelta(i, block.Text.Written);
                    break;
                default:
                    ToolStart(i, block.Id ?? "", block.Name ?? "");
                    if (!block.Text.Written.SequenceEqual("{}"u8))
                    {
                        var escaped = new ArrayBufferWriter<byte>(block.Text.Written.Length + 16);
                        new JsonEmitter(escaped).Escaped(block.Text.Written);
                        InputDelta(i, escaped.WrittenSpan);
                    }

                    break;
            }

            BlockStop(i);
        }

        MessageEnd(answer.StopReason, answer.StopSequence, answer.Usage);
    }

    private void BlockStart(int index, ReadOnlySpan<byte> block)
    {
        BeginBlockStart(index);
        _json.Raw(block);
        _json.Raw("}"u8);
        SseWriter.End(output);
    }

    private void BeginBlockStart(int index)
    {
        SseWriter.Begin(output, "content_block_start"u8);
        _json.Raw("{\"type\":\"content_block_start\",\"index\":"u8);
        _json.Number(index);
        _json.Raw(",\"content_block\":"u8);
    }

    private void Delta(int index, ReadOnlySpan<byte> head, ReadOnlySpan<byte> content)
    {
        SseWriter.Begin(output, "content_block_delta"u8);
        _json.Raw("{\"type\":\"content_block_delta\",\"index\":"u8);
        _json.Number(index);
        _json.Raw(",\"delta\":"u8);
        _json.Raw(head);
        _json.Raw(content);
        _json.Raw("\"}}"u8);
        SseWriter.End(output);
    }

    private void WriteBlock(AnthropicBlock block)
    {
        switch (block.Kind)
        {
            case AnthropicBlockKind.Text:
                _json.Raw("{\"type\":\"text\",\"text\":"u8);
                _json.StringRaw(block.Text.Written);
                break;
            case AnthropicBlockKind.Thinking:
                _json.Raw("{\"type\":\"thinking\",\"thinking\":"u8);
                _json.StringRaw(block.Text.Written);
                _json.Raw(",\"signature\":\"\""u8);
                break;
            default:
                _json.Raw("{\"type\":\"tool_use\",\"id\":"u8);
                _json.String(block.Id ?? "");
                _json.Raw(",\"name\":"u8);
                _json.String(block.Name ?? "");
                _json.Raw(",\"input\":"u8);
                _json.Raw(block.Text.Written);
                break;
        }

        _json.Raw("}"u8);
    }

    private void WriteStop(string reason, string? sequence)
    {
        _json.String(reason);
        _json.Raw(",\"stop_sequence\":"u8);
        if (sequence is null)
        {
            _json.Raw("null"u8);
        }
        else
        {
            _json.String(sequence);
        }
    }

    private void WriteUsage(TokenUsage usage, bool hidesOutput, bool withTier = false)
    {
        _json.Raw("{\"input_tokens\":"u8);
        _json.Number(Math.Max(0, usage.PromptTokens - usage.CacheReadTokens));
        _json.Raw(",\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":"u8);
        _json.Number(usage.CacheReadTokens);
        _json.Raw(",\"output_tokens\":"u8);
        _json.Number(hidesOutput ? 0 : usage.CompletionTokens);
        _json.Raw(withTier ? ",\"service_tier\":\"standard\"}"u8 : "}"u8);
    }
}
