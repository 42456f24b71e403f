using System.Buffers;
using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Streaming;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>Writes chat completions: whole, or chunk by chunk.</summary>
/// <param name="created">Seconds since 1970.</param>
/// <param name="includesUsage">Whether the client asked for the usage chunk at the end.</param>
internal sealed class ChatWriter(long created, bool includesUsage)
{
    private byte[] _head = [];

    /// <summary>Names what every chunk repeats.</summary>
    public void Begin(string id, string model)
    {
        var head = new ArrayBufferWriter<byte>(256);
        WriteHead(new JsonEmitter(head), id, "chat.completion.chunk"u8, model);
        _head = head.WrittenSpan.ToArray();
    }

    public void Role(IBufferWriter<byte> output) => Chunk(output, "\"role\":\"assistant\",\"content\":\"\""u8);

    /// <param name="text">Escaped content.</param>
    public void Content(IBufferWriter<byte> output, ReadOnlySpan<byte> text) => Chunk(output, "\"content\":\""u8, text, "\""u8);

    /// <param name="text">Escaped content.</param>
    public void Reasoning(IBufferWriter<byte> output, ReadOnlySpan<byte> text) => Chunk(output, "\"reasoning_content\":\""u8, text, "\""u8);

    public void CallStart(IBufferWriter<byte> output, int call, string id, string name)
    {
        var json = BeginDelta(output);
        json.Raw("\"tool_calls\":[{\"index\":"u8);
        json.Number(call);
        json.Raw(",\"id\":"u8);
        json.String(id);
        json.Raw(",\"type\":\"function\",\"function\":{\"name\":"u8);
        json.String(name);
        json.Raw(",\"arguments\":\"\"}}]"u8);
        EndDelta(output);
    }

    /// <param name="arguments">A piece of the arguments' JSON, as escaped content.</param>
    public void CallArguments(IBufferWriter<byte> output, int call, ReadOnlySpan<byte> arguments)
    {
        var json = BeginDelta(output);
        json.Raw("\"tool_calls\":[{\"index\":"u8);
        json.Number(call);
        json.Raw(",\"function\":{\"arguments\":\""u8);
        json.Raw(arguments);
        json.Raw("\"}}]"u8);
        EndDelta(output);
    }

    /// <summary>The end: reason, usage where the client asked for it, and the end mark.</summary>
    public void Finish(IBufferWriter<byte> output, string reason, TokenUsage usage)
    {
        var json = BeginDelta(output);
        json.Raw("},\"logprobs\":null,\"finish_reason\":"u8);
        json.String(reason);
        json.Raw(includesUsage ? "}],\"usage\":null}"u8 : "}]}"u8);
        SseWriter.End(output);
        if (includesUsage)
        {
            SseWriter.Begin(output);
            json.Raw(_head);
            json.Raw(",\"choices\":[],\"usage\":"u8);
            WriteUsage(json, usage);
            json.Raw("}"u8);
            SseWriter.End(output);
        }

        output.Write(SseWriter.Done);
    }

    /// <summary>A whole answer as one object.</summary>
    public void Whole(IBufferWriter<byte> output, ChatAnswer answer)
    {
        var json = new JsonEmitter(output);
        WriteHead(json, answer.Id, "chat.completion"u8, answer.Model);
        json.Raw(",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"u8);
        if (answer.Content.IsEmpty)
        {
            json.Raw("null"u8);
        }
        else
        {
            json.StringRaw(answer.Content.Written);
        }

        json.Raw(",\"refusal\":null"u8);
        if (!answer.Reasoning.IsEmpty)
        {
            json.Raw(",\"reasoning_content\":"u8);
            json.StringRaw(answer.Reasoning.Written);
        }

        for (var i = 0; i < answer.Calls.Count; i++)
        {
            var call = answer.Calls[i];
            json.Raw(i == 0 ? ",\"tool_calls\":[{\"id\":"u8 : ",{\"id\":"u8);
            json.String(call.Id);
            json.Raw(",\"type\":\"function\",\"function\":{\"name\":"u8);
            json.String(call.Name);
            json.Raw(",\"arguments\":"u8);
            json.StringRaw(call.Arguments.Written);
            json.Raw("}}"u8);
        }

        json.Raw(answer.Calls.Count > 0 ? "]},\"logprobs\":null,\"finish_reason\":"u8 : "},\"logprobs\":null,\"finish_reason\":"u8);
        json.String(answer.FinishReason);
        json.Raw("}],\"usage\":"u8);
        WriteUsage(json, answer.Usage);
        json.Raw("}"u8);
    }

    /// <summary>A whole answer as chunks.</summary>
    /// <param name="isStarted">Whether the first chunk has been sent already.</param>
    public void Stream(IBufferWriter<byte> output, ChatAnswer answer, bool isStarted)
    {
        if (!isStarted)
        {
            Begin(answer.Id, answer.Model);
            Role(output);
        }

        if (!answer.Reasoning.IsEmpty)
        {
            Reasoning(output, answer.Reasoning.Written);
        }

        if (!answer.Content.IsEmpty)
        {
            Content(output, answer.Content.Written);
        }

        for (var i = 0; i < answer.Calls.Count; i++)
        {
            CallStart(output, i, answer.Calls[i].Id, answer.Calls[i].Name);
            CallArguments(output, i, answer.Calls[i].Arguments.Written);
        }

        Finish(output, answer.FinishReason, answer.Usage);
    }

    private void WriteHead(JsonEmitter json, string id, ReadOnlySpan<byte> kind, string model)
    {
        json.Raw("{\"id\":"u8);
        json.String(id);
        json.Raw(",\"object\":\""u8);
        json.Raw(kind);
        json.Raw("\",\"created\":"u8);
        json.Number(created);
        json.Raw(",\"model\":"u8);
        json.String(model);
        json.Raw(",\"system_fingerprint\":null"u8);
    }

    private void Chunk(IBufferWriter<byte> output, ReadOnlySpan<byte> before, ReadOnlySpan<byte> content = default, ReadOnlySpan<byte> after = default)
    {
        var json = BeginDelta(output);
        json.Raw(before);
        json.Raw(content);
        json.Raw(after);
        EndDelta(output);
    }

    private JsonEmitter BeginDelta(IBufferWriter<byte> output)
    {
        SseWriter.Begin(output);
        var json = new JsonEmitter(output);
        json.Raw(_head);
        json.Raw(",\"choices\":[{\"index\":0,\"delta\":{"u8);
        return json;
    }

    private void EndDelta(IBufferWriter<byte> output)
    {
        output.Write(includesUsage ? "},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}"u8 : "},\"logprobs\":null,\"finish_reason\":null}]}"u8);
        SseWriter.End(output);
    }

    private static void WriteUsage(JsonEmitter json, TokenUsage usage)
    {
        json.Raw("{\"prompt_tokens\":"u8);
        json.Number(usage.PromptTokens);
        json.Raw(",\"completion_tokens\":"u8);
        json.Number(usage.CompletionTokens);
        json.Raw(",\"total_tokens\":"u8);
        json.Number(usage.TotalTokens);
        json.Raw(",\"prompt_tokens_details\":{\"cached_tokens\":"u8);
        json.Number(usage.CacheReadTokens);
        json.Raw("},\"completion_tokens_details\":{\"reasoning_tokens\":"u8);
        json.Number(usage.ReasoningTokens);
        json.Raw("}}"u8);
    }
}
