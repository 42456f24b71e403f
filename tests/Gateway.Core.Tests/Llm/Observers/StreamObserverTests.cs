using System.Text;
using Gateway.Core.Llm;
using Gateway.Core.Llm.Observers;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Observers;

/// <summary>What is read from streams that pass as they are: the same whatever the cuts, and never a whole answer from a cut stream.</summary>
public class StreamObserverTests
{
    private const string ChatText = """{"id":"chatcmpl-1","model":"g","service_tier":"default","choices":[{"index":0,"delta":{"role":"assistant","content":"Hé"},"finish_reason":null}],"usage":null}""";
    private const string ChatMore = """{"id":"chatcmpl-1","model":"g","choices":[{"index":0,"delta":{"content":"a\n\u00e9"},"finish_reason":null}],"usage":null}""";
    private const string ChatStop = """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}""";
    private const string ChatUsage = """{"choices":[],"usage":{"prompt_tokens":30,"completion_tokens":7,"total_tokens":37,"prompt_tokens_details":{"cached_tokens":10}}}""";

    private const string MessageStart = """{"type":"message_start","message":{"id":"msg_1","model":"c","usage":{"input_tokens":10,"cache_read_input_tokens":5,"cache_creation_input_tokens":2,"output_tokens":1,"service_tier":"standard"}}}""";
    private const string MessageText = """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Héa"}}""";
    private const string MessageDelta = """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}""";
    private const string MessageStop = """{"type":"message_stop"}""";

    private const string ResponseCreated = """{"type":"response.created","response":{"id":"resp_1","model":"g","status":"in_progress","usage":null}}""";
    private const string ResponseText = """{"type":"response.output_text.delta","item_id":"i","delta":"Héa","obfuscation":"xyz"}""";
    private const string ResponseDone = """{"type":"response.completed","response":{"id":"resp_1","model":"g","status":"completed","service_tier":"default","output":[],"usage":{"input_tokens":30,"input_tokens_details":{"cached_tokens":10},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":3},"total_tokens":37}}}""";

    public static TheoryData<string, string[], string> Streams() => new()
    {
        // chat
        { "chat", [ChatText, ChatMore, ChatStop, ChatUsage, "[DONE]"], "chatcmpl-1 g stop default 30/10+7/0=37 content whole chars 5" },
        { "chat", [ChatText, ChatStop], "chatcmpl-1 g stop default - content whole chars 2" },
        { "chat", [ChatText, "[DONE]"], "chatcmpl-1 g - default - content whole chars 2" },
        { "chat", [ChatText], "chatcmpl-1 g - default - content cut chars 2" },
        { "chat", [ChatText, ChatStop, "[DONE]", ChatUsage], "chatcmpl-1 g stop default - content whole chars 2" },
        { "chat", ["""{"choices":[],"prompt_filter_results":[{}]}""", """{"choices":[{"delta":{"role":"assistant","content":""}}]}"""], "- - - - - nothing cut chars 0" },
        { "chat", ["""{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"N","arguments":"{\"a\":1}"}}]}}]}""", """{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"""], "- - tool_calls - - content whole chars 7" },
        { "chat", ["""{"choices":[{"delta":{"reasoning_content":"abc"}}]}""", """{"choices":[{"delta":{"reasoning":"de"}}]}""", """{"choices":[{"delta":{"refusal":"no"},"finish_reason":"stop"}]}"""], "- - stop - - content whole chars 7" },
        { "chat", ["""{"choices":[{"delta":{"content":"a"},"finish_reason":null}],"usage":{"prompt_tokens":5,"completion_tokens":1}}""", """{"choices":[{"delta":{"content":"b"},"finish_reason":null}],"usage":{"prompt_tokens":5,"completion_tokens":2}}""", ChatStop, "[DONE]"], "- - stop - 5/0+2/0=7 content whole chars 2" },
        { "chat", ["""{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}],"x_groq":{"id":"r","usage":{"prompt_tokens":5,"completion_tokens":2}}}""", "[DONE]"], "- - stop - 5/0+2/0=7 content whole chars 1" },
        { "chat", [ChatText, """{"error":{"message":"boom","type":"server_error"}}""", "[DONE]"], "chatcmpl-1 g - default - content cut error:boom chars 2" },
        { "chat", [ChatText, ChatStop, """{"error":"late"}"""], "chatcmpl-1 g stop default - content cut error:late chars 2" },
        { "chat", ["not json", ChatText, "{\"choices\":", ChatStop, "[DONE]"], "chatcmpl-1 g stop default - content whole chars 2" },
        { "chat", ["""{"choices":[{"delta":{"content":"\ud83d"},"finish_reason":null}],"\ud83d":1}""", """{"choices":[{"delta":{"content":"\ude00"},"finish_reason":"stop"}],"model":"\ud83d"}"""], "- \uFFFD stop - - content whole chars 2" },
        { "completions", ["""{"id":"c","model":"g","choices":[{"text":"ab","index":0,"finish_reason":null}]}""", """{"choices":[{"text":"","finish_reason":"length"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}""", "[DONE]"], "c g length - 1/0+2/0=3 content whole chars 2" },

        // Messages
        { "messages", [MessageStart, MessageText, MessageDelta, MessageStop], "msg_1 c end_turn standard 17/5+7/0=24 content whole chars 3" },
        { "messages", [MessageStart, MessageText, MessageDelta], "msg_1 c end_turn standard 17/5+7/0=24 content cut chars 3" },
        { "messages", [MessageStart], "msg_1 c - standard 17/5+0/0=17 nothing cut chars 0" },
        { "messages", [MessageStart, """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""", """{"type":"ping"}"""], "msg_1 c - standard 17/5+0/0=17 nothing cut chars 0" },
        { "messages", [MessageStart, """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"N","input":{}}}""", """{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}""", """{"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": "1}"}}""", MessageStop], "msg_1 c - standard 17/5+0/0=17 content whole chars 7" },
        { "messages", ["""{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"abcd"}}""", """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"zzzz"}}""", MessageStop], "- - - - - content whole chars 4" },
        { "messages", [MessageStart, """{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"input_tokens":20,"cache_read_input_tokens":0,"output_tokens":3}}""", """{"type":"message_delta","delta":{},"usage":{"output_tokens":9}}""", MessageStop], "msg_1 c tool_use standard 22/0+9/0=31 nothing whole chars 0" },
        { "messages", [MessageStart, MessageText, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"""], "msg_1 c - standard 17/5+0/0=17 content cut error:Overloaded chars 3" },
        { "messages", ["""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", MessageStop], "- - - - - nothing cut error:Overloaded chars 0" },

        // Responses
        { "responses", [ResponseCreated, ResponseText, ResponseDone], "resp_1 g completed default 30/10+7/3=37 content whole chars 3" },
        { "responses", [ResponseCreated, ResponseText], "resp_1 g - - - content cut chars 3" },
        { "responses", ["""{"type":"response.output_item.done","item":{}}""", """{"type":"response.completed","response":{"id":"r"}}"""], "r - - - - content whole chars 0" },
        { "responses", [ResponseCreated, """{"type":"response.function_call_arguments.delta","delta":"{\"a\""}""", """{"type":"response.incomplete","response":{"status":"incomplete","usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}}"""], "resp_1 g incomplete - 1/0+2/0=3 content whole chars 4" },
        { "responses", [ResponseCreated, """{"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"server_error","message":"boom"},"usage":null}}"""], "resp_1 g failed - - nothing whole error:boom chars 0" },
        { "responses", [ResponseCreated, """{"type":"error","code":"x","message":"boom"}"""], "resp_1 g - - - nothing cut error:boom chars 0" },
        { "responses", [ResponseCreated, ResponseDone, "[DONE]"], "resp_1 g completed default 30/10+7/3=37 nothing whole chars 0" },

        // One object where a stream was asked for.
        { "chat json", ["""{"id":"chatcmpl-1","model":"g","choices":[{"message":{"content":"abc"},"finish_reason":"stop"}]}"""], "chatcmpl-1 g stop - - content whole chars 3" },
        { "messages json", ["""{"type":"error","error":{"message":"boom"}}"""], "- - - - - content whole error:boom chars 0" },
        { "responses json", ["""{"id":"resp_1","model":"g","status":"completed","usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}"""], "resp_1 g completed - 1/0+2/0=3 content whole chars 0" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Push_EachStream_CutAtEveryByte_SaysTheSame(string kind, string[] events, string expected)
    {
        var body = kind.EndsWith("json", StringComparison.Ordinal) ? Utf8(events[0]) : Sse(events, named: kind == "messages");
        foreach (var pieces in Cuts(body))
        {
            Assert.Equal(expected, Observe(kind, pieces));
        }
    }

    [Theory]
    [InlineData("messages")]
    [InlineData("responses")]
    public void Push_EventLinesMissing_SaysTheSame(string kind)
    {
        string[] events = kind == "messages" ? [MessageStart, MessageText, MessageDelta, MessageStop] : [ResponseCreated, ResponseText, ResponseDone];

        Assert.Equal(Observe(kind, [Sse(events, named: true)]), Observe(kind, [Sse(events, named: false)]));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Push_OtherLineEndsAndComments_SayTheSame(string lineEnd)
    {
        var stream = ": hello\n\n" + Encoding.UTF8.GetString(Sse([ChatText, ChatStop, ChatUsage, "[DONE]"], named: false));
        foreach (var pieces in Cuts(Utf8(stream.Replace("\n", lineEnd, StringComparison.Ordinal))))
        {
            Assert.Equal("chatcmpl-1 g stop default 30/10+7/0=37 content whole chars 2", Observe("chat", pieces));
        }
    }

    /// <summary>The byte at which the answer is whole: the last one of the event that says so, or any later one.</summary>
    public static TheoryData<string, string[], string> Whole() => new()
    {
        { "chat", [ChatText, ChatStop, ChatUsage, "[DONE]"], ChatStop },
        { "chat", [ChatText, "[DONE]"], "[DONE]" },
        { "messages", [MessageStart, MessageText, MessageDelta, MessageStop], MessageStop },
        { "responses", [ResponseCreated, ResponseText, ResponseDone], ResponseDone },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public void Push_StreamThatEndsEarly_NeverLooksComplete(string kind, string[] events, string last)
    {
        var body = Sse(events, named: kind == "messages");
        var whole = body.AsSpan().IndexOf(Utf8(last)) + Utf8(last).Length;
        for (var length = 0; length <= body.Length; length++)
        {
            var said = Observe(kind, [body[..length]]);

            Assert.True(said.Contains(" whole ", StringComparison.Ordinal) == length >= whole, $"{length} of {body.Length}, whole at {whole}: {said}");
        }
    }

    [Fact]
    public void ForStream_FormatWithoutStreams_HasNone()
    {
        Assert.Null(LlmObservers.ForStream(LlmFormat.Unknown));
        Assert.Null(LlmObservers.ForStream(LlmFormat.OpenAIEmbeddings));
        Assert.Null(LlmObservers.ForOneShot(LlmFormat.Unknown));
    }

    private static byte[] Sse(string[] events, bool named) => Utf8(string.Concat(events.Select(data =>
    {
        var type = System.Text.RegularExpressions.Regex.Match(data, "\"type\": ?\"([a-z_.]+)\"").Groups[1].Value;
        return named && type.Length > 0 ? $"event: {type}\ndata: {data}\n\n" : $"data: {data}\n\n";
    })));

    private static string Observe(string kind, byte[][] pieces)
    {
        var observer = LlmObservers.ForStream(kind.Split(' ')[0] switch
        {
            "chat" => LlmFormat.OpenAIChat,
            "completions" => LlmFormat.OpenAICompletions,
            "messages" => LlmFormat.AnthropicMessages,
            _ => LlmFormat.OpenAIResponses,
        })!;
        foreach (var piece in pieces)
        {
            observer.Push(piece);
        }

        observer.Complete();
        return Say(observer);
    }

    private static string Say(ILlmResponseObserver facts)
    {
        var usage = facts.Usage is { } u ? $"{u.PromptTokens}/{u.CacheReadTokens}+{u.CompletionTokens}/{u.ReasoningTokens}={u.TotalTokens}" : "-";
        return $"{facts.ResponseId ?? "-"} {facts.ResponseModel ?? "-"} {facts.FinishReason ?? "-"} {facts.ServiceTier ?? "-"} {usage} "
            + $"{(facts.SawFirstContent ? "content" : "nothing")} {(facts.SawTerminal ? "whole" : "cut")} "
            + $"{(facts.SawError ? $"error:{facts.ErrorMessage} " : "")}chars {facts.OutputCharacters}";
    }
}
