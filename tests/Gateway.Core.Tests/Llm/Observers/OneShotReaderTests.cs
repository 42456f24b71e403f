using Gateway.Core.Llm;
using Gateway.Core.Llm.Observers;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Observers;

public class OneShotReaderTests
{
    private const LlmFormat Chat = LlmFormat.OpenAIChat;
    private const LlmFormat Messages = LlmFormat.AnthropicMessages;
    private const LlmFormat Responses = LlmFormat.OpenAIResponses;

    public static TheoryData<string, string, string> Answers() => new()
    {
        { nameof(Chat), """{"id":"c","model":"g","service_tier":"default","choices":[{"message":{"content":"\"finish_reason\":\"no\""},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":9}}""", "c g stop default 9 0 whole" },
        { nameof(Chat), """{"choices":[{"finish_reason" : "length","message":{"content":"abc","reasoning_content":"de","tool_calls":[{"function":{"arguments":"{}"}}]}}]}""", "- - length - - 7 whole" },
        { nameof(Chat), """{"choices":[{"finish_reason":null,"message":{"content":null}}]}""", "- - - - - 0 whole" },
        { nameof(Chat), """{"choices":null,"usage":"none"}""", "- - - - - 0 whole" },
        { nameof(Chat), """{"error":{"message":"boom"}}""", "- - - - - 0 whole error:boom" },
        { nameof(Chat), """{"error":"boom"}""", "- - - - - 0 whole error:boom" },
        { nameof(Chat), """{"error":null,"model":"g"}""", "- g - - - 0 whole" },
        { nameof(Messages), """{"id":"m","model":"c","content":[{"type":"text","text":"abc"},{"type":"tool_use","input":{"a":1}}],"stop_reason":"tool_use"}""", "m c tool_use - - 10 whole" },
        { nameof(Messages), """{"stop_reason":"end_turn","usage":{"service_tier":"priority","input_tokens":1,"cache_creation":{"ephemeral_5m_input_tokens":2,"ephemeral_1h_input_tokens":3},"output_tokens":4}}""", "- - end_turn priority 10 0 whole" },
        { nameof(Responses), """{"id":"r","model":"g","status":"completed","output":[{"content":[{"text":"abc"}]}],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}""", "r g completed - 3 0 whole" },
        { nameof(LlmFormat.OpenAIEmbeddings), """{"model":"e","data":[{"embedding":[0.1]}],"usage":{"prompt_tokens":5,"total_tokens":5}}""", "- e - - 5 0 whole" },
        { nameof(Chat), "<html>", "- - - - - 0 cut" },
        { nameof(Chat), """{"choices":[""", "- - - - - 0 cut" },
        { nameof(Chat), "", "- - - - - 0 cut" },
        { nameof(Chat), "[1]", "- - - - - 0 cut" },
        // Half a surrogate pair in a key, numbers beyond any type, and usage that counts backwards.
        { nameof(Chat), """{"model":"g","usage":{"\ud83d":1,"prompt_tokens":1}}""", "- g - - 1 0 whole" },
        { nameof(Chat), """{"model":"g","usage":{"prompt_tokens":99999999999999999999999999,"completion_tokens":-5,"total_tokens":"7"}}""", "- g - - - 0 whole" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void Push_EachAnswer_CutAtEveryByte_SaysTheSame(string format, string body, string expected)
    {
        var known = format switch { nameof(Chat) => Chat, nameof(Messages) => Messages, nameof(Responses) => Responses, _ => LlmFormat.OpenAIEmbeddings };
        foreach (var pieces in Cuts(Utf8(body)))
        {
            var facts = LlmObservers.ForOneShot(known)!;
            foreach (var piece in pieces)
            {
                facts.Push(piece);
            }

            facts.Complete();
            Assert.Equal(
                expected,
                $"{facts.ResponseId ?? "-"} {facts.ResponseModel ?? "-"} {facts.FinishReason ?? "-"} {facts.ServiceTier ?? "-"} {(facts.Usage is { } usage ? $"{usage.TotalTokens}" : "-")} "
                    + $"{facts.OutputCharacters} {(facts.SawTerminal ? "whole" : "cut")}{(facts.SawError ? " error:" + facts.ErrorMessage : "")}");
        }
    }

    [Fact]
    public void ReadErrorMessage_DeepOrBroken_IsEmptyAndNoException()
    {
        var deep = $$"""{"a":{{new string('[', 100)}}{{new string(']', 100)}},"message":"boom"}""";

        Assert.Equal("boom", OneShotReader.ReadErrorMessage(Utf8(deep)));
        Assert.Equal("boom", OneShotReader.ReadErrorMessage(Utf8("""{"\ud83d":1,"message":"boom"}""")));
        Assert.Equal("", OneShotReader.ReadErrorMessage(Utf8("""{"mess""")));
    }

    [Fact]
    public void Push_AnswerAboveTheLimit_PassesUnread()
    {
        var observer = new OneShotObserver(Chat);
        var piece = new byte[1024 * 1024];
        for (var i = 0; i <= OneShotObserver.MaxBytes / piece.Length; i++)
        {
            observer.Push(piece);
        }

        observer.Complete();
        Assert.True(observer.SawTerminal);
        Assert.Null(observer.Usage);
    }
}
