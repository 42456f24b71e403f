using System.Buffers;
using Gateway.Core.Llm;
using Gateway.Core.Llm.Codecs;
using Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Codecs.OpenAIChatToAnthropic;

public class MessagesRequestTests
{
    private const string User = """{"role":"user","content":"u"}""";

    [Theory]
    // system
    [InlineData("""{"role":"system","content":"A"},{"role":"user","content":"u"}""", "\"system\":\"A\",\"messages\":[{\"role\":\"user\",\"content\":\"u\"}]")]
    [InlineData("""{"role":"system","content":"A"},{"role":"user","content":"u"},{"role":"developer","content":[{"type":"text","text":"B"}]}""", """ "system":[{"type":"text","text":"A"},{"type":"text","text":"B"}],"messages":[{"role":"user","content":"u"}] """)]
    [InlineData("""{"role":"system","content":" "},{"role":"user","content":"u"}""", """ "max_tokens":4096,"messages":[{"role":"user","content":"u"}] """)]
    // user content
    [InlineData("""{"role":"user","content":"\u00e9 \ud83d\ude00 \n <&>"}""", """[{"role":"user","content":"\u00e9 \ud83d\ude00 \n <&>"}]""")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":""},{"type":"text","text":"b"}]}""", """[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]""")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AB\/C==","detail":"low"}}]}""", """[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AB/C=="}}]}]""")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/jpg;base64,AB"}}]}""", """[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"AB"}}]}]""")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":"https://x/y.png?a=1&b"}]}""", """[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://x/y.png?a=1&b"}}]}]""")]
    [InlineData("""{"role":"user","content":[{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AB"}}]}""", """[{"role":"user","content":[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"AB"},"title":"a.pdf"}]}]""")]
    [InlineData("""{"role":"user","content":[{"type":"hologram"}]}""", """[{"role":"user","content":"[unsupported content: hologram]"}]""")]
    [InlineData("""{"role":"user","content":[{"type":"hologram"},{"type":"text","text":"a"}]}""", """[{"role":"user","content":"a"}]""")]
    // order and merging
    [InlineData("""{"role":"user","content":"a"},{"role":"user","content":"b"}""", """[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]""")]
    [InlineData("""{"role":"assistant","content":"a"},{"role":"user","content":"b"}""", """[{"role":"user","content":"Continue."},{"role":"assistant","content":"a"},{"role":"user","content":"b"}]""")]
    [InlineData("""{"role":"system","content":"A"}""", """[{"role":"user","content":"Continue."}]""")]
    [InlineData("""{"role":"user","content":"a"},{"role":"assistant","content":"b \n\t"}""", """[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]""")]
    [InlineData("""{"role":"user","content":"a"},{"role":"assistant","content":"b\\n"}""", """[{"role":"user","content":"a"},{"role":"assistant","content":"b\\n"}]""")]
    [InlineData("""{"role":"user","content":"a"},{"role":"assistant","content":null},{"role":"user","content":"b"}""", """[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]""")]
    [InlineData("""{"role":"user","content":"a"},{"role":"assistant","content":null,"refusal":"No"},{"role":"user","content":"b"}""", """{"role":"assistant","content":"No"}""")]
    [InlineData("""{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"text","text":"x"},{"type":"refusal","refusal":"No"}]},{"role":"user","content":"b"}""", """{"role":"assistant","content":[{"type":"text","text":"x"},{"type":"text","text":"No"}]}""")]
    // tools in the history
    [InlineData("""{"role":"user","content":"a"},{"role":"assistant","content":"\n","tool_calls":[{"id":"c","type":"function","function":{"name":"N","arguments":"{\"p\": [1, 2]}"}}]},{"role":"tool","tool_call_id":"c","content":"ok"}""", """{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"N","input":{"p":[1,2]}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"ok"}]}]""")]
    [InlineData("""{"role":"assistant","content":"t","tool_calls":[{"id":"c","function":{"name":"N","arguments":""}},{"id":"d","function":{"name":"M","arguments":"{oops"}}]},{"role":"tool","tool_call_id":"c","content":""},{"role":"tool","tool_call_id":"d","content":[{"type":"text","text":"x"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AB"}}]},{"role":"user","content":"go on"}""", """{"role":"assistant","content":[{"type":"text","text":"t"},{"type":"tool_use","id":"c","name":"N","input":{}},{"type":"tool_use","id":"d","name":"M","input":{"_raw":"{oops"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":""},{"type":"tool_result","tool_use_id":"d","content":[{"type":"text","text":"x"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AB"}}]},{"type":"text","text":"go on"}]}]""")]
    [InlineData("""{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"N","arguments":"{}"}}]},{"role":"user","content":"late"},{"role":"tool","tool_call_id":"c","content":"ok"}""", """{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"ok"},{"type":"text","text":"late"}]}]""")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"functions.N:0","function":{"name":"N","arguments":{"a":1}}}]},{"role":"tool","tool_call_id":"functions.N:0","content":"ok"}""", """ "id":"toolu_de0fee4511548815209f170694a17b88","name":"N","input":{"a":1}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_de0fee4511548815209f170694a17b88",""")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"N","arguments":"{\"big\":123456789012345678901234567890,\"s\":\"\\ud83d\"}"}}]}""", """ "input":{"big":123456789012345678901234567890,"s":"\ud83d"}""")]
    public void Messages_EachShape_IsMapped(string messages, string expected) =>
        Assert.Contains(expected.Trim(), Translate($$"""{"messages":[{{messages}}]}"""), StringComparison.Ordinal);

    [Fact]
    public void Legacy_FunctionCallAndResult_BecomeAPair()
    {
        var output = Translate("""{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":null,"function_call":{"name":"N","arguments":"{}"}},{"role":"function","name":"N","content":"ok"}]}""");

        var id = System.Text.RegularExpressions.Regex.Match(output, "\"tool_use\",\"id\":\"(toolu_[0-9a-f]{32})\"").Groups[1].Value;
        Assert.NotEmpty(id);
        Assert.Contains($"\"tool_use_id\":\"{id}\",\"content\":\"ok\"", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/tiff;base64,AB"}}]}""", "messages.0: image_url: images of type image/tiff are not supported, only jpeg, png, gif and webp")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"file:///etc/passwd"}}]}""", "messages.0: image_url.url: an http address or a base64 data URL is required")]
    [InlineData("""{"role":"user","content":[{"type":"image_url"}]}""", "messages.0: image_url: a URL is required")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{}}]}""", "messages.0: image_url.url: a string is required")]
    [InlineData("""{"role":"user","content":"a"},{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}""", "messages.1: input_audio cannot be sent to an Anthropic model")]
    [InlineData("""{"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]}""", "messages.0: file: file_data is required; files that were uploaded elsewhere cannot be reached")]
    [InlineData("""{"role":"user","content":[{"type":"file","file":{"file_data":"data:text/csv;base64,AB"}}]}""", "messages.0: file.file_data: a base64 data URL of a PDF is required")]
    [InlineData("""{"content":"a"}""", "messages.0: a role is required")]
    [InlineData("\"text\"", "messages.0: a role is required")]
    [InlineData("""{"role":"critic","content":"a"}""", "messages.0: this role cannot be translated")]
    public void Messages_NotTranslatable_AreRefusedWith400(string messages, string expected) =>
        AssertFault(expected, $$"""{"messages":[{{messages}}]}""");

    [Theory]
    [InlineData("""{"messages":{}}""", "messages: an array is required")]
    [InlineData("[]", "the request body is not a JSON object")]
    [InlineData("{", "the request body is not valid JSON")]
    [InlineData("""{"messages":[],"n":2}""", "n: an Anthropic model gives one answer only")]
    [InlineData("""{"messages":[],"n":1.5}""", "n: an Anthropic model gives one answer only")]
    [InlineData("""{"messages":[],"modalities":["text","audio"]}""", "modalities: an Anthropic model gives no audio")]
    public void Request_Unusable_IsRefusedWith400(string body, string expected) => AssertFault(expected, body);

    [Theory]
    // limits
    [InlineData("", "\"max_tokens\":4096")]
    [InlineData("\"max_tokens\":7", "\"max_tokens\":7")]
    [InlineData("\"max_tokens\":7,\"max_completion_tokens\":8", "\"max_tokens\":8")]
    [InlineData("\"max_tokens\":null", "\"max_tokens\":4096")]
    [InlineData("\"max_tokens\":-1", "\"max_tokens\":4096")]
    // sampling
    [InlineData("\"temperature\":0.70", "\"temperature\":0.70}")]
    [InlineData("\"temperature\":1.7", "\"temperature\":1}")]
    [InlineData("\"temperature\":0.5,\"top_p\":0.9", "\"temperature\":0.5}")]
    [InlineData("\"top_p\":0.9", "\"top_p\":0.9}")]
    [InlineData("\"temperature\":null,\"top_k\":5", "\"top_k\":5}")]
    // stop
    [InlineData("\"stop\":\"END\"", "\"stop_sequences\":[\"END\"]}")]
    [InlineData("\"stop\":[\"a\",\" \\n\",\"b\"]", "\"stop_sequences\":[\"a\",\"b\"]}")]
    [InlineData("\"stop\":[\" \"]", "\"content\":\"u\"}]}")]
    // reasoning
    [InlineData("\"reasoning_effort\":\"low\",\"max_tokens\":100,\"temperature\":0.5", "\"max_tokens\":2148,\"messages\":[{\"role\":\"user\",\"content\":\"u\"}],\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2048}}")]
    [InlineData("\"reasoning_effort\":\"medium\"", "\"budget_tokens\":8192")]
    [InlineData("\"reasoning_effort\":\"high\",\"max_tokens\":32000", "\"max_tokens\":48384")]
    [InlineData("\"reasoning_effort\":\"minimal\"", "\"content\":\"u\"}]}")]
    [InlineData("\"reasoning_effort\":\"none\"", "\"content\":\"u\"}]}")]
    [InlineData("\"reasoning_effort\":\"low\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"N\"}}],\"tool_choice\":\"required\"", "\"tool_choice\":{\"type\":\"auto\"}")]
    // the rest
    [InlineData("\"user\":\"u-1\"", "\"metadata\":{\"user_id\":\"u-1\"}}")]
    [InlineData("\"stream\":true,\"stream_options\":{\"include_usage\":true}", "\"stream\":true}")]
    [InlineData("\"stream\":false", "\"content\":\"u\"}]}")]
    [InlineData("\"response_format\":{\"type\":\"text\"}", "\"content\":\"u\"}]}")]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}", "\"system\":\"Answer with one JSON object and nothing else.\"")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":{\"type\":\"object\"}}}", "\"tools\":[{\"name\":\"json_output\",\"description\":\"Gives the final answer. Call it once, with the whole answer.\",\"input_schema\":{\"type\":\"object\"}}],\"tool_choice\":{\"type\":\"tool\",\"name\":\"json_output\"}")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"type\":\"object\"}}},\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"N\"}}]", "\"tool_choice\":{\"type\":\"any\"}")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"type\":\"object\"}}},\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"N\"}}],\"tool_choice\":\"none\"", "\"tool_choice\":{\"type\":\"tool\",\"name\":\"json_output\"}")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"type\":\"object\"}}},\"reasoning_effort\":\"low\"", "\"tool_choice\":{\"type\":\"auto\"}")]
    public void Members_EachOne_IsMapped(string members, string expected) => Assert.Contains(expected, Translate(Request(members)), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"type":"function","function":{"name":"N","description":"d","strict":true,"parameters":{"type":"object","properties":{"a":{"type":"string","format":"uri"}},"required":[],"$schema":"s"}}}""", """[{"name":"N","description":"d","input_schema":{"type":"object","properties":{"a":{"type":"string","format":"uri"}},"required":[],"$schema":"s"}}]""")]
    [InlineData("""{"type":"function","function":{"name":"N"}}""", """[{"name":"N","input_schema":{"type":"object","properties":{}}}]""")]
    [InlineData("""{"type":"function","function":{"name":"N","parameters":{ }}}""", """[{"name":"N","input_schema":{"type":"object"}}]""")]
    [InlineData("""{"type":"function","function":{"name":"N","parameters":{"properties":{}}}}""", """[{"name":"N","input_schema":{"type":"object","properties":{}}}]""")]
    [InlineData("""{"type":"custom","custom":{"name":"x"}},{"type":"function","function":{"name":"N","parameters":null}}""", """[{"name":"N","input_schema":{"type":"object","properties":{}}}]""")]
    public void Tools_EachShape_IsMapped(string tools, string expected) =>
        Assert.Contains($"\"tools\":{expected}", Translate(Request($"\"tools\":[{tools}]")), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"auto\"", "", """{"type":"auto"}""")]
    [InlineData("\"required\"", "", """{"type":"any"}""")]
    [InlineData("\"none\"", "", """{"type":"none"}""")]
    [InlineData("\"none\"", ",\"parallel_tool_calls\":false", """{"type":"none"}""")]
    [InlineData("""{"type":"function","function":{"name":"N"}}""", "", """{"type":"tool","name":"N"}""")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[]}}""", "", """{"type":"any"}""")]
    [InlineData("\"required\"", ",\"parallel_tool_calls\":false", """{"type":"any","disable_parallel_tool_use":true}""")]
    [InlineData("null", ",\"parallel_tool_calls\":false", """{"type":"auto","disable_parallel_tool_use":true}""")]
    public void ToolChoice_EachKind_IsMapped(string choice, string more, string expected) =>
        Assert.Contains(
            $"\"tool_choice\":{expected}}}",
            Translate(Request($$$"""
                "tools":[{"type":"function","function":{"name":"N"}}],"tool_choice":{{{choice}}}{{{more}}}
                """)),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("\"tools\":[],\"tool_choice\":\"auto\",\"parallel_tool_calls\":false")]
    [InlineData("\"tool_choice\":\"required\"")]
    [InlineData("\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"x\"}}],\"tool_choice\":\"auto\"")]
    public void ToolChoice_NoToolIsLeft_IsOmitted(string members) =>
        Assert.DoesNotContain("tool", Translate(Request(members)), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"seed\":1,\"logprobs\":true,\"logit_bias\":{},\"presence_penalty\":1,\"store\":true,\"metadata\":{},\"service_tier\":\"auto\",\"unknown\":1", "seed logprobs logit_bias presence_penalty store metadata service_tier unknown")]
    [InlineData("\"seed\":null,\"n\":1,\"stream_options\":{}", "")]
    [InlineData("\"temperature\":0.5,\"top_p\":0.9", "top_p")]
    [InlineData("\"temperature\":0.5,\"top_p\":1", "")]
    [InlineData("\"reasoning_effort\":\"low\",\"temperature\":0.5,\"top_p\":0.9", "temperature top_p")]
    [InlineData("\"tools\":[{\"type\":\"custom\"}]", "tools.custom")]
    public void Dropped_NamesWhatIsLost(string members, string expected)
    {
        var translated = new OpenAIChatToAnthropicCodec().TranslateRequest(Utf8(Request(members)), Target, new ArrayBufferWriter<byte>());

        Assert.Equal(expected, string.Join(' ', translated.Value!.Dropped));
    }

    [Fact]
    public void Thinking_InTheMiddleOfToolWork_IsLeftOut()
    {
        const string body = """{"messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"N","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"ok"}],"reasoning_effort":"high"}""";

        Assert.DoesNotContain("thinking", Translate(body), StringComparison.Ordinal);
    }

    [Fact]
    public void Target_OptionsAndFlags_AreFollowed()
    {
        var target = Target with
        {
            Model = "claude-x",
            Options = new LlmOptions { MaxTokens = 9, Temperature = 2, TopK = 3 },
            AcceptsOutputFormat = true,
            Stream = true,
            MinOutputTokens = 20,
        };
        var output = Translate(Request("\"model\":\"theirs\",\"max_tokens\":5,\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"type\":\"object\"}}}"), target);

        Assert.Equal("""{"model":"claude-x","max_tokens":20,"messages":[{"role":"user","content":"u"}],"temperature":1,"top_k":3,"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}},"stream":true}""", output);
        Assert.Contains("\"max_tokens\":50", Translate(Request("\"max_tokens\":100"), Target with { MaxOutputTokens = 50 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Strict_AnythingLost_IsRefused()
    {
        var translated = new OpenAIChatToAnthropicCodec().TranslateRequest(Utf8(Request("\"seed\":1")), Target with { IsStrict = true }, new ArrayBufferWriter<byte>());

        Assert.Equal("unsupported_parameter", Assert.IsType<LlmFault>(translated.Error).Code);
    }

    [Fact]
    public void SameInput_GivesTheSameBytes()
    {
        var body = Request("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"N\"}}],\"user\":\"x\"");

        Assert.Equal(Translate(body), Translate(body));
    }

    private static CodecTarget Target => CodecTarget.For("anthropic", null);

    private static string Request(string members) => $$"""{"messages":[{{User}}]{{(members.Length == 0 ? "" : "," + members.Trim())}}}""";

    private static string Translate(string body, CodecTarget? target = null)
    {
        var output = new ArrayBufferWriter<byte>();
        var translated = new OpenAIChatToAnthropicCodec().TranslateRequest(Utf8(body), target ?? Target, output);
        Assert.False(translated.IsError, translated.Error?.Message);
        using var valid = System.Text.Json.JsonDocument.Parse(output.WrittenMemory);
        return output.Text();
    }

    private static void AssertFault(string expected, string body)
    {
        var translated = new OpenAIChatToAnthropicCodec().TranslateRequest(Utf8(body), Target, new ArrayBufferWriter<byte>());

        var fault = Assert.IsType<LlmFault>(translated.Error);
        Assert.Equal(400, fault.Status);
        Assert.Equal(expected, fault.Message);
    }
}
