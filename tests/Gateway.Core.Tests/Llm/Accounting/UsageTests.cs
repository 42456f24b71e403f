using System.Text.Json;
using Gateway.Core.Llm.Accounting;
using Gateway.Shared.Usage;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Accounting;

public class UsageTests
{
    [Theory]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"total_tokens":20}""", "prompt 10 completion 5 total 20 input 10")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5}""", "prompt 10 completion 5 total 15 input 10")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":1},"completion_tokens_details":{"reasoning_tokens":2,"audio_tokens":3,"accepted_prediction_tokens":6,"rejected_prediction_tokens":7}}""", "prompt 10 completion 5 total 15 input 6 read 4 reasoning 2 audio 1/3 prediction 6/7 details pc")]
    [InlineData("""{"prompt_tokens":10,"prompt_cache_hit_tokens":4,"prompt_cache_miss_tokens":6,"completion_tokens":5}""", "prompt 10 completion 5 total 15 input 6 read 4")]
    [InlineData("""{"prompt_tokens":10,"prompt_tokens_details":{"cached_tokens":3,"cache_write_tokens":2},"completion_tokens":0}""", "prompt 10 completion 0 total 10 input 5 read 3 write 2/0 details p")]
    [InlineData("""{"input_tokens":10,"input_tokens_details":{"cached_tokens":4},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":15}""", "prompt 10 completion 5 total 15 input 6 read 4 reasoning 2 details pc")]
    [InlineData("""{"prompt_tokens":5,"total_tokens":5}""", "prompt 5 completion 0 total 5 input 5")]
    [InlineData("""{"type":"tokens","input_tokens":5,"input_token_details":{"audio_tokens":5},"output_tokens":1}""", "prompt 5 completion 1 total 6 input 5 audio 5/0 details p")]
    [InlineData("""{"prompt_tokens":null,"completion_tokens":3,"prompt_tokens_details":null,"completion_tokens_details":null}""", "prompt 0 completion 3 total 3 input 0")]
    [InlineData("""{"prompt_tokens":-1,"completion_tokens":"x","total_tokens":[1]}""", "none")]
    [InlineData("""{"prompt_tokens":1.0,"completion_tokens":2e0}""", "prompt 1 completion 2 total 3 input 1")]
    [InlineData("""{"prompt_tokens":99999999999999999999999,"completion_tokens":1}""", "prompt 0 completion 1 total 1 input 0")]
    [InlineData("""{"queue_time":0.1,"nested":{"prompt_tokens":9}}""", "none")]
    [InlineData("{}", "none")]
    public void ReadOpenAI_EachShape_IsTheNormalForm(string json, string expected)
    {
        var reader = new Utf8JsonReader(Utf8(json));
        reader.Read();

        Assert.Equal(expected, Say(UsageReader.ReadOpenAI(ref reader)));
        Assert.Equal(JsonTokenType.EndObject, reader.TokenType);
        Assert.Equal(0, reader.CurrentDepth);
    }

    [Theory]
    [InlineData("""{"input_tokens":10,"output_tokens":5}""", null, "prompt 10 completion 5 total 15 input 10")]
    [InlineData("""{"input_tokens":10,"cache_read_input_tokens":4,"cache_creation_input_tokens":2,"output_tokens":5}""", null, "prompt 16 completion 5 total 21 input 10 read 4 write 2/0 details p")]
    [InlineData("""{"input_tokens":10,"cache_creation":{"ephemeral_5m_input_tokens":2,"ephemeral_1h_input_tokens":3},"output_tokens":5}""", null, "prompt 15 completion 5 total 20 input 10 write 2/3 details p")]
    [InlineData("""{"input_tokens":10,"cache_creation_input_tokens":6,"cache_creation":{"ephemeral_1h_input_tokens":3},"output_tokens":5}""", null, "prompt 16 completion 5 total 21 input 10 write 3/3 details p")]
    [InlineData("""{"input_tokens":10,"output_tokens":5,"output_tokens_details":{"thinking_tokens":3}}""", null, "prompt 10 completion 5 total 15 input 10 reasoning 3 details c")]
    [InlineData("""{"input_tokens":10,"output_tokens":5,"server_tool_use":{"web_search_requests":1,"input_tokens":99}}""", null, "prompt 10 completion 5 total 15 input 10")]
    [InlineData("""{"input_tokens":1,"output_tokens":1,"iterations":[{"input_tokens":10,"output_tokens":2},{"input_tokens":20,"cache_read_input_tokens":5,"output_tokens":3}]}""", null, "prompt 35 completion 5 total 40 input 30 read 5 details p")]
    [InlineData("""{"input_tokens":null,"output_tokens":-3}""", null, "none")]
    [InlineData("""{"cache_creation":null,"iterations":null,"input_tokens":1}""", null, "prompt 1 completion 0 total 1 input 1")]
    // A stream: both ends. The first output count is provisional, the second overwrites what it names.
    [InlineData("""{"input_tokens":10,"cache_read_input_tokens":4,"output_tokens":1}""", """{"output_tokens":7}""", "prompt 14 completion 7 total 21 input 10 read 4 details p")]
    [InlineData("""{"input_tokens":10,"cache_read_input_tokens":4,"output_tokens":1}""", """{"input_tokens":20,"cache_read_input_tokens":0,"output_tokens":7}""", "prompt 20 completion 7 total 27 input 20")]
    [InlineData("""{"input_tokens":0,"output_tokens":0}""", """{"input_tokens":30,"output_tokens":7}""", "prompt 30 completion 7 total 37 input 30")]
    [InlineData("""{"input_tokens":10,"output_tokens":1}""", "{}", "prompt 10 completion 0 total 10 input 10")]
    public void AnthropicUsage_EachShape_IsTheNormalForm(string first, string? second, string expected)
    {
        AnthropicUsage usage = default;
        foreach (var json in (string?[])[first, second])
        {
            if (json is not null)
            {
                var reader = new Utf8JsonReader(Utf8(json));
                reader.Read();
                usage.Read(ref reader, isProvisional: second is not null && json == first);
                Assert.Equal(0, reader.CurrentDepth);
            }
        }

        Assert.Equal(expected, Say(usage.ToUsage()));
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"one two  three"}]}""", false, 3)]
    [InlineData("""{"messages":[{"role":"user","content":"one two"},{"role":"assistant","content":"three\nfour"}]}""", true, 7)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"a b"},{"type":"image_url","image_url":{"url":"x y z"}}]}]}""", false, 2)]
    [InlineData("""{"system":"a b","messages":[{"role":"user","content":"c"}]}""", false, 3)]
    [InlineData("""{"instructions":"a b","input":[{"role":"user","content":[{"type":"input_text","text":"c d"}]}]}""", false, 4)]
    [InlineData("""{"input":["a b","c"]}""", false, 3)]
    [InlineData("""{"input":[1,2,3]}""", false, 3)]
    [InlineData("""{"prompt":"a b c"}""", false, 3)]
    [InlineData("""{"messages":[{"role":"user","content":"\ud83d a"}]}""", false, 2)]
    [InlineData("not json", false, 0)]
    public void EstimatePromptTokens_Body_CountsWords(string body, bool isStream, long expected) =>
        Assert.Equal(expected, UsageEstimator.EstimatePromptTokens(Utf8(body), isStream));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(8, 2)]
    [InlineData(9, 3)]
    public void EstimateCompletionTokens_Characters_AreQuartered(long characters, long expected) =>
        Assert.Equal(expected, UsageEstimator.EstimateCompletionTokens(characters));

    [Fact]
    public void Estimate_Whole_IsMarked() =>
        Assert.Equal(UsageSource.Estimate, UsageEstimator.Estimate(Utf8("""{"prompt":"a"}"""), false, 4).Source);

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"foo"}]}""", 5)]
    [InlineData("""{"messages":[]}""", 1)]
    [InlineData("""{"system":"12345678","messages":[{"role":"user","content":[{"type":"text","text":"1234"}]}]}""", 7)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image","source":{}}]}]}""", 1604)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","data":"AAAA"}}]}]}""", 2004)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"text","data":"12345678"}}]}]}""", 6)]
    [InlineData("""{"messages":[{"role":"assistant","content":[{"type":"tool_use","name":"Read","input":{"a":1}}]},{"role":"user","content":[{"type":"tool_result","content":[{"type":"text","text":"12345"}]}]}]}""", 12)]
    [InlineData("""{"messages":[],"tools":[{"name":"Read","description":"1234","input_schema":{"a":1}}]}""", 4)]
    [InlineData("""{"messages":[{"role":"user","content":"é😀"}]}""", 6)]
    [InlineData("""{"messages":[{"role":"user","content":null},7,{"role":"user"}]}""", 12)]
    public void CountTokens_Body_IsEstimated(string body, long expected) => Assert.Equal(expected, CountTokensEstimator.Estimate(Utf8(body)).Value);

    [Theory]
    [InlineData("""{"messages":{}}""", "messages: an array is required")]
    [InlineData("[]", "the request body is not a JSON object")]
    [InlineData("", "the request body is not a JSON object")]
    public void CountTokens_NoMessagesRequest_IsRefused(string body, string expected) => Assert.Equal(expected, CountTokensEstimator.Estimate(Utf8(body)).Error?.Message);

    private static string Say(TokenUsage? usage)
    {
        if (usage is null)
        {
            return "none";
        }

        var text = $"prompt {usage.PromptTokens} completion {usage.CompletionTokens} total {usage.TotalTokens} input {usage.InputTokens}";
        text += usage.CacheReadTokens > 0 ? $" read {usage.CacheReadTokens}" : "";
        text += usage.CacheWrite5mTokens + usage.CacheWrite1hTokens > 0 ? $" write {usage.CacheWrite5mTokens}/{usage.CacheWrite1hTokens}" : "";
        text += usage.ReasoningTokens > 0 ? $" reasoning {usage.ReasoningTokens}" : "";
        text += usage.PromptAudioTokens + usage.CompletionAudioTokens > 0 ? $" audio {usage.PromptAudioTokens}/{usage.CompletionAudioTokens}" : "";
        text += usage.AcceptedPredictionTokens + usage.RejectedPredictionTokens > 0 ? $" prediction {usage.AcceptedPredictionTokens}/{usage.RejectedPredictionTokens}" : "";
        return text + (usage.HasPromptDetails || usage.HasCompletionDetails ? $" details {(usage.HasPromptDetails ? "p" : "")}{(usage.HasCompletionDetails ? "c" : "")}" : "");
    }
}
