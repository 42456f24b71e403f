using System.Buffers;
using System.Text.Json;
using Gateway.Core.Llm;
using Gateway.Core.Llm.Codecs;
using Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Codecs.AnthropicToOpenAIChat;

public class AnthropicToOpenAIChatRequestTests
{
    private const string LongId = "call_with_an_id_that_is_longer_than_the_forty_characters_that_are_allowed";

    [Fact]
    public void TranslateRequest_Sample_IsExact()
    {
        const string body = """
            {"model":"m","max_tokens":100,"system":[{"type":"text","text":"A"},{"type":"text","text":"B","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"read"},{"role":"assistant","content":[{"type":"thinking","thinking":"t"},{"type":"tool_use","id":"c1","name":"Read","input":{"p":"x"}}]},{"role":"user","content":[{"type":"text","text":"go on"},{"type":"tool_result","tool_use_id":"c1","content":[{"type":"text","text":"ok"}]}]}],"tools":[{"name":"Read","input_schema":{"type":"object"}}]}
            """;

        Assert.Equal(
            """{"model":"m","messages":[{"role":"system","content":"A\n\nB"},{"role":"user","content":"read"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"Read","arguments":"{\"p\":\"x\"}"}}]},{"role":"tool","tool_call_id":"c1","content":"ok"},{"role":"user","content":"go on"}],"tools":[{"type":"function","function":{"name":"Read","parameters":{"type":"object","properties":{}}}}],"max_tokens":100}""",
            Translate(body));
    }

    [Theory]
    // system
    [InlineData("\"system\":\"S\"", """{"role":"system","content":"S"}""")]
    [InlineData("\"system\":[{\"type\":\"text\",\"text\":\" A \"},{\"type\":\"text\",\"text\":\"B\\n\"}]", """{"role":"system","content":" A \n\nB\n"}""")]
    [InlineData("\"system\":[]", "")]
    [InlineData("\"system\":\"\"", "")]
    [InlineData("\"system\":[{\"type\":\"text\",\"text\":\"\"}]", "")]
    public void System_AnyShape_BecomesOneMessage(string member, string expected)
    {
        var messages = Member(Translate($$$$"""{"model":"m",{{{{member}}}},"messages":[{"role":"user","content":"u"}]}"""), "messages");

        Assert.Equal("[" + (expected.Length == 0 ? "" : expected + ",") + """{"role":"user","content":"u"}]""", messages);
    }

    [Theory]
    // plain content
    [InlineData("""{"role":"user","content":"hi"}""", """{"role":"user","content":"hi"}""")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"hi"}]}""", """{"role":"user","content":"hi"}""")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}""", """{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}""")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":""},{"type":"text","text":"b","cache_control":{"type":"ephemeral"}}]}""", """{"role":"user","content":"b"}""")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":""}]}""", """{"role":"user","content":""}""")]
    [InlineData("""{"role":"user","content":[]}""", """{"role":"user","content":""}""")]
    [InlineData("""{"role":"user","content":[{"type":"hologram"}]}""", """{"role":"user","content":"[unsupported content: hologram]"}""")]
    [InlineData("""{"role":"user","content":[{"type":"hologram"},{"type":"text","text":"x"}]}""", """{"role":"user","content":"x"}""")]
    [InlineData("""{"role":"system","content":"mid"}""", """{"role":"system","content":"mid"}""")]
    // the text's bytes are kept: escapes, unpaired surrogates, raw UTF-8
    [InlineData("""{"role":"user","content":"<b>&'+ ä \u00e4 \ud83d"}""", """{"role":"user","content":"<b>&'+ ä \u00e4 \ud83d"}""")]
    // images
    [InlineData("""{"role":"user","content":[{"type":"image","source":{"type":"base64","data":"QUJD","media_type":"image/png"}}]}""", """{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}]}""")]
    [InlineData("""{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://x/y.png"}},{"type":"text","text":"see"}]}""", """{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/y.png"}},{"type":"text","text":"see"}]}""")]
    // documents
    [InlineData("""{"role":"user","content":[{"type":"document","title":"T","source":{"type":"base64","media_type":"application/pdf","data":"QUJD"},"context":"c","citations":{"enabled":true}}]}""", """{"role":"user","content":[{"type":"file","file":{"filename":"T","file_data":"data:application/pdf;base64,QUJD"}}]}""")]
    [InlineData("""{"role":"user","content":[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"QUJD"}}]}""", """{"role":"user","content":[{"type":"file","file":{"filename":"document.pdf","file_data":"data:application/pdf;base64,QUJD"}}]}""")]
    [InlineData("""{"role":"user","content":[{"type":"document","title":"T","source":{"type":"text","media_type":"text/plain","data":"D"}}]}""", """{"role":"user","content":"T\nD"}""")]
    [InlineData("""{"role":"user","content":[{"type":"document","source":{"type":"content","content":[{"type":"text","text":"A"},{"type":"image","source":{"type":"url","url":"u"}}]}}]}""", """{"role":"user","content":[{"type":"text","text":"A"},{"type":"image_url","image_url":{"url":"u"}}]}""")]
    [InlineData("""{"role":"user","content":[{"type":"search_result","title":"T","source":"S","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]}""", """{"role":"user","content":"T\nS\nab"}""")]
    public void UserAndSystemMessages_EachShape_IsMapped(string message, string expected) =>
        Assert.Equal($"[{expected}]", Messages(message));

    [Theory]
    [InlineData("""{"role":"assistant","content":"a"}""", """{"role":"assistant","content":"a"}""")]
    [InlineData("""{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}""", """{"role":"assistant","content":"ab"}""")]
    [InlineData("""{"role":"assistant","content":[{"type":"redacted_thinking","data":"x"},{"type":"text","text":"a"}]}""", """{"role":"assistant","content":"a"}""")]
    [InlineData("""{"role":"assistant","content":[{"type":"thinking","thinking":"t"}]}""", "")]
    [InlineData("""{"role":"assistant","content":[{"type":"server_tool_use","id":"s","name":"web_search","input":{}},{"type":"web_search_tool_result","tool_use_id":"s","content":[{"type":"web_search_result","title":"T","url":"u"}]},{"type":"text","text":"a"}]}""", """{"role":"assistant","content":"[web_search result]\nT – u\na"}""")]
    [InlineData("""{"role":"assistant","content":[{"type":"mcp_tool_result","tool_use_id":"s","content":[{"type":"text","text":"r"}]}]}""", """{"role":"assistant","content":"[mcp result]\nr\n"}""")]
    [InlineData("""{"role":"assistant","content":[{"type":"code_execution_tool_result","tool_use_id":"s","content":{"type":"code_execution_result","stdout":"out"}}]}""", """{"role":"assistant","content":"[code_execution result]\nout\n"}""")]
    public void AssistantMessages_EachShape_IsMapped(string message, string expected) =>
        Assert.Equal(
            """[{"role":"user","content":"u"},""" + (expected.Length == 0 ? "" : expected + ",") + """{"role":"user","content":"v"}]""",
            Messages($$$$"""{"role":"user","content":"u"},{{{{message}}}},{"role":"user","content":"v"}"""));

    [Theory]
    [InlineData("""{"type":"tool_use","id":"c","name":"N","input":{ "b" : 1.0, "a" : "x y" }}""", """{"id":"c","type":"function","function":{"name":"N","arguments":"{\"b\":1.0,\"a\":\"x y\"}"}}""")]
    [InlineData("""{"type":"tool_use","id":"c","name":"N"}""", """{"id":"c","type":"function","function":{"name":"N","arguments":"{}"}}""")]
    [InlineData("""{"type":"tool_use","id":"c","name":"N","input":null}""", """{"id":"c","type":"function","function":{"name":"N","arguments":"{}"}}""")]
    [InlineData("""{"type":"tool_use","id":"c","name":"N","input":{"q":"a\"\n"}}""", """{"id":"c","type":"function","function":{"name":"N","arguments":"{\"q\":\"a\\\"\\n\"}"}}""")]
    public void ToolUse_Input_BecomesArgumentText(string block, string expected) =>
        Assert.Equal(
            $$$$"""[{"role":"assistant","content":"t","tool_calls":[{{{{expected}}}}]},{"role":"tool","tool_call_id":"c","content":"r"}]""",
            Messages($$$$"""{"role":"assistant","content":[{"type":"text","text":"t"},{{{{block}}}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"r"}]}"""));

    [Theory]
    [InlineData("\"content\":\"r\"", "r")]
    [InlineData("\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]", "a\\nb")]
    [InlineData("\"content\":[]", "")]
    [InlineData("\"content\":null", "")]
    [InlineData("\"is_error\":false", "")]
    [InlineData("\"content\":\"bad\",\"is_error\":true", "Error: bad")]
    [InlineData("\"content\":\"Error reading\",\"is_error\":true", "Error reading")]
    [InlineData("\"content\":\"<tool_use_error>x</tool_use_error>\",\"is_error\":true", "<tool_use_error>x</tool_use_error>")]
    [InlineData("\"content\":[{\"type\":\"search_result\",\"title\":\"T\",\"source\":\"S\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}]", "T\\nS\\nx")]
    public void ToolResult_EachContent_BecomesText(string members, string expected) =>
        Assert.Equal(
            $$$$"""[{{{{Call("c")}}}},{"role":"tool","tool_call_id":"c","content":"{{{{expected}}}}"}]""",
            Messages($$$$"""{{{{Use("c")}}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c",{{{{members}}}}}]}"""));

    [Fact]
    public void ToolResult_OnlyAnImage_MovesToAUserMessageBehindTheTools() =>
        Assert.Equal(
            $$$$"""[{{{{Call("c", "d")}}}},{"role":"tool","tool_call_id":"c","content":"[image 1]"},{"role":"tool","tool_call_id":"d","content":"text"},{"role":"user","content":[{"type":"text","text":"Image(s) from tool result c:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QQ=="}}]},{"role":"user","content":"next"}]""",
            Messages($$$$"""{{{{Use("c", "d")}}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[{"type":"image","source":{"type":"base64","data":"QQ==","media_type":"image/png"}}]},{"type":"tool_result","tool_use_id":"d","content":"text"},{"type":"text","text":"next"}]}"""));

    [Fact]
    public void ToolResult_Document_MovesToo() =>
        Assert.Equal(
            $$$$"""[{{{{Call("c")}}}},{"role":"tool","tool_call_id":"c","content":"see"},{"role":"user","content":[{"type":"text","text":"Document(s) from tool result c:"},{"type":"file","file":{"filename":"document.pdf","file_data":"data:application/pdf;base64,QQ=="}}]}]""",
            Messages($$$$"""{{{{Use("c")}}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[{"type":"text","text":"see"},{"type":"document","source":{"type":"base64","data":"QQ==","media_type":"application/pdf"}}]}]}"""));

    [Fact]
    public void Pairing_ResultsInAnyOrder_KeepTheirOrderBeforeTheRest() =>
        Assert.Equal(
            $$$$"""[{{{{Call("c", "d")}}}},{"role":"tool","tool_call_id":"d","content":"2"},{"role":"tool","tool_call_id":"c","content":"1"},{"role":"user","content":"x"}]""",
            Messages($$$$"""{{{{Use("c", "d")}}}},{"role":"user","content":[{"type":"text","text":"x"},{"tool_use_id":"d","type":"tool_result","content":"2"},{"type":"tool_result","content":"1","is_error":false,"tool_use_id":"c"}]}"""));

    [Fact]
    public void Pairing_MissingResult_IsFilledIn() =>
        Assert.Equal(
            $$$$"""[{{{{Call("c", "d")}}}},{"role":"tool","tool_call_id":"d","content":"2"},{"role":"tool","tool_call_id":"c","content":"[no result]"},{"role":"user","content":"stop"}]""",
            Messages($$$$"""{{{{Use("c", "d")}}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"d","content":"2"},{"type":"text","text":"stop"}]}"""));

    [Fact]
    public void Pairing_TextBetweenCallAndResult_MovesBehind() =>
        Assert.Equal(
            $$$$"""[{{{{Call("c")}}}},{"role":"tool","tool_call_id":"c","content":"1"},{"role":"user","content":"wait"}]""",
            Messages($$$$"""{{{{Use("c")}}}},{"role":"user","content":"wait"},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"1"}]}"""));

    [Fact]
    public void Pairing_OrphanResult_BecomesText() =>
        Assert.Equal(
            """[{"role":"user","content":"[tool result z]\nr"}]""",
            Messages("""{"role":"user","content":[{"type":"tool_result","tool_use_id":"z","content":"r"}]}"""));

    [Fact]
    public void Pairing_SecondResultForOneCall_BecomesText() =>
        Assert.Equal(
            $$$$"""[{{{{Call("c")}}}},{"role":"tool","tool_call_id":"c","content":"1"},{"role":"user","content":"[tool result c]\n2"}]""",
            Messages($$$$"""{{{{Use("c")}}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"1"},{"type":"tool_result","tool_use_id":"c","content":"2"}]}"""));

    [Fact]
    public void Pairing_IdUsedAgainLater_TakesEachItsOwn() =>
        Assert.Equal(
            $$$$"""[{{{{Call("c")}}}},{"role":"tool","tool_call_id":"c","content":"[no result]"},{"role":"user","content":"x"},{{{{Call("c")}}}},{"role":"tool","tool_call_id":"c","content":"1"}]""",
            Messages($$$$"""{{{{Use("c")}}}},{"role":"user","content":"x"},{{{{Use("c")}}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"1"}]}"""));

    [Fact]
    public void Ids_TooLong_AreReplacedAlikeOnBothSides()
    {
        var translated = Messages($$$$"""{{{{Use(LongId)}}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"{{{{LongId}}}}","content":"1"}]}""");

        using var document = JsonDocument.Parse(translated);
        var id = document.RootElement[0].GetProperty("tool_calls")[0].GetProperty("id").GetString()!;
        Assert.Matches("^call_[0-9a-f]{32}$", id);
        Assert.Equal(id, document.RootElement[1].GetProperty("tool_call_id").GetString());
    }

    [Fact]
    public void Ids_Empty_AreReplacedByPosition()
    {
        var translated = Messages($$$$"""{{{{Use("", "")}}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"","content":"1"},{"type":"tool_result","tool_use_id":"","content":"2"}]}""");

        using var document = JsonDocument.Parse(translated);
        var first = document.RootElement[0].GetProperty("tool_calls")[0].GetProperty("id").GetString();
        var second = document.RootElement[0].GetProperty("tool_calls")[1].GetProperty("id").GetString();
        Assert.NotEqual(first, second);
        Assert.Equal(first, document.RootElement[1].GetProperty("tool_call_id").GetString());
        Assert.Equal(second, document.RootElement[2].GetProperty("tool_call_id").GetString());
        Assert.Equal("2", document.RootElement[2].GetProperty("content").GetString());
    }

    [Fact]
    public void Ids_ForMistral_AreNineCharacters()
    {
        var translated = Messages(Use("toolu_01"), CodecTarget.For("mistral", "m"));

        using var document = JsonDocument.Parse(translated);
        Assert.Matches("^[A-Za-z0-9]{9}$", document.RootElement[0].GetProperty("tool_calls")[0].GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("""[{"name":"R","description":"d","input_schema":{"type":"object","properties":{"p":{"type":"string","format":"uri"}},"required":[],"additionalProperties":false,"$schema":"s"}}]""", """[{"type":"function","function":{"name":"R","description":"d","parameters":{"type":"object","properties":{"p":{"type":"string","format":"uri"}},"required":[],"additionalProperties":false,"$schema":"s"}}}]""")]
    [InlineData("""[{"name":"R","input_schema":{}}]""", """[{"type":"function","function":{"name":"R","parameters":{"properties":{}}}}]""")]
    [InlineData("""[{"type":"custom","name":"R","input_schema":{"type":"object","properties":{}},"cache_control":{"type":"ephemeral"}}]""", """[{"type":"function","function":{"name":"R","parameters":{"type":"object","properties":{}}}}]""")]
    [InlineData("""[{"type":"web_search_20250305","name":"web_search","max_uses":8},{"name":"R","input_schema":{"properties":{}}}]""", """[{"type":"function","function":{"name":"R","parameters":{"properties":{}}}}]""")]
    [InlineData("[]", null)]
    [InlineData("""[{"type":"bash_20250124","name":"bash"}]""", null)]
    [InlineData("""[{"type":"text_editor_20250124","name":"e"},{"type":"computer_20250124","name":"c"},{"type":"memory_20250818","name":"m"},{"type":"web_fetch_20250910","name":"w"},{"type":"code_execution_20250825","name":"x"}]""", null)]
    public void Tools_EachShape_IsMapped(string tools, string? expected)
    {
        var translated = Translate($$$$"""{"model":"m","messages":[{"role":"user","content":"u"}],"tools":{{{{tools}}}},"tool_choice":{"type":"auto"}}""");

        Assert.Equal(expected, Member(translated, "tools"));
        Assert.Equal(expected is null ? null : "\"auto\"", Member(translated, "tool_choice"));
    }

    [Theory]
    [InlineData("""{"type":"auto"}""", "\"auto\"", null)]
    [InlineData("""{"type":"any"}""", "\"required\"", null)]
    [InlineData("""{"type":"none"}""", "\"none\"", null)]
    [InlineData("""{"type":"tool","name":"R"}""", """{"type":"function","function":{"name":"R"}}""", null)]
    [InlineData("""{"type":"tool","name":"gone"}""", "\"auto\"", null)]
    [InlineData("""{"type":"auto","disable_parallel_tool_use":true}""", "\"auto\"", "false")]
    public void ToolChoice_EachKind_IsMapped(string choice, string expected, string? parallel)
    {
        var translated = Translate($$$$"""{"model":"m","messages":[],"tools":[{"name":"R","input_schema":{"properties":{}}}],"tool_choice":{{{{choice}}}}}""");

        Assert.Equal(expected, Member(translated, "tool_choice"));
        Assert.Equal(parallel, Member(translated, "parallel_tool_calls"));
    }

    [Theory]
    [InlineData("openai", "o3")]
    [InlineData("ollama", "llama3")]
    public void ToolChoice_NoParallel_IsDroppedWhereTheTargetRefusesIt(string provider, string model)
    {
        var translated = Translate(
            """{"messages":[],"tools":[{"name":"R","input_schema":{"properties":{}}}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}""",
            CodecTarget.For(provider, model), out var translation);

        Assert.Null(Member(translated, "parallel_tool_calls"));
        Assert.Equal(["tool_choice.disable_parallel_tool_use"], translation.Dropped);
    }

    [Fact]
    public void ToolNames_TooLongOrForeign_AreShortenedEverywhereAndRestored()
    {
        var name = "mcp__a.server__" + new string('n', 60);
        var body = $$$$"""{"model":"m","messages":[{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"{{{{name}}}}","input":{}}]}],"tools":[{"name":"{{{{name}}}}","input_schema":{"properties":{}}}],"tool_choice":{"type":"tool","name":"{{{{name}}}}"}}""";
        var translated = Translate(body, Target(), out var translation);

        using var document = JsonDocument.Parse(translated);
        var shorter = document.RootElement.GetProperty("tools")[0].GetProperty("function").GetProperty("name").GetString()!;
        Assert.Matches("^mcp__aserver__n+_[0-9a-f]{8}$", shorter);
        Assert.Equal(64, shorter.Length);
        Assert.Equal(shorter, document.RootElement.GetProperty("tool_choice").GetProperty("function").GetProperty("name").GetString());
        Assert.Equal(shorter, document.RootElement.GetProperty("messages")[0].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("name").GetString());

        var output = new ArrayBufferWriter<byte>();
        translation.TranslateResponse(Utf8($$$$"""{"choices":[{"message":{"tool_calls":[{"id":"c","function":{"name":"{{{{shorter}}}}","arguments":"{}"}}]}}]}"""), output);
        Assert.Contains($"\"name\":\"{name}\"", output.Text(), StringComparison.Ordinal);
    }

    [Theory]
    // limit
    [InlineData("openai", "gpt-4o", "\"max_tokens\":32000", "\"max_tokens\":32000")]
    [InlineData("openai", "gpt-5-mini", "\"max_tokens\":32000", "\"max_completion_tokens\":32000")]
    [InlineData("azure", "o3-mini", "\"max_tokens\":5", "\"max_completion_tokens\":5")]
    [InlineData("openai", "gpt-5-chat-latest", "\"max_tokens\":5", "\"max_tokens\":5")]
    // sampling
    [InlineData("openai", "gpt-4o", "\"temperature\":1.0,\"top_p\":0.50", "\"temperature\":1.0,\"top_p\":0.50")]
    [InlineData("openai", "gpt-5", "\"temperature\":1.0,\"top_p\":0.5,\"stop_sequences\":[\"x\"]", "")]
    [InlineData("openai", "gpt-4o", "\"top_k\":5", "")]
    [InlineData("vllm", "any", "\"top_k\":5", "\"top_k\":5")]
    // stop
    [InlineData("openai", "gpt-4o", "\"stop_sequences\":[\"a\",\" \\n\",\"b\"]", "\"stop\":[\"a\",\"b\"]")]
    [InlineData("openai", "gpt-4o", "\"stop_sequences\":[]", "")]
    [InlineData("openai", "gpt-4o", "\"stop_sequences\":[\"1\",\"2\",\"3\",\"4\",\"5\"]", "\"stop\":[\"1\",\"2\",\"3\",\"4\"]")]
    // stream
    [InlineData("openai", "gpt-4o", "\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}")]
    [InlineData("openai", "gpt-4o", "\"stream\":false", "")]
    [InlineData("databricks", "x", "\"stream\":true", "\"stream\":true")]
    // reasoning
    [InlineData("openai", "gpt-5", "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}", "\"reasoning_effort\":\"low\"")]
    [InlineData("openai", "gpt-5", "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":8192}", "\"reasoning_effort\":\"medium\"")]
    [InlineData("openai", "gpt-5", "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":31999}", "\"reasoning_effort\":\"high\"")]
    [InlineData("openai", "gpt-5", "\"thinking\":{\"type\":\"disabled\"}", "")]
    [InlineData("openai", "gpt-4o", "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":31999}", "")]
    [InlineData("openai", "gpt-5", "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024},\"output_config\":{\"effort\":\"max\"}", "\"reasoning_effort\":\"high\"")]
    [InlineData("openai", "gpt-5", "\"effort\":\"medium\"", "\"reasoning_effort\":\"medium\"")]
    // output format
    [InlineData("openai", "gpt-4o", "\"output_format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}", "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"response\",\"schema\":{\"type\":\"object\"},\"strict\":true}}")]
    [InlineData("openai", "gpt-4o", "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{}}}", "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"response\",\"schema\":{},\"strict\":true}}")]
    // user and tier
    [InlineData("openai", "gpt-4o", "\"metadata\":{\"user_id\":\"u\"}", "\"user\":\"u\"")]
    [InlineData("mistral", "m", "\"metadata\":{\"user_id\":\"u\"}", "")]
    [InlineData("openai", "gpt-4o", "\"service_tier\":\"auto\"", "")]
    [InlineData("openai", "gpt-4o", "\"service_tier\":\"standard_only\"", "\"service_tier\":\"default\"")]
    // unknown
    [InlineData("openai", "gpt-4o", "\"context_management\":{},\"container\":\"c\",\"betas\":[],\"inference_geo\":\"x\"", "")]
    public void Members_EachOne_IsMapped(string provider, string model, string members, string expected)
    {
        var translated = Translate($$$$"""{"messages":[],{{{{members}}}}}""", CodecTarget.For(provider, model), out _);

        Assert.Equal($$$$"""{"model":"{{{{model}}}}","messages":[]{{{{(expected.Length == 0 ? "" : "," + expected)}}}}}""", translated);
    }

    [Theory]
    [InlineData("gpt-5", "\"temperature\":1,\"top_p\":1,\"stop_sequences\":[\"x\"],\"top_k\":2", "temperature,top_p,stop_sequences,top_k")]
    [InlineData("gpt-4o", "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1}", "thinking")]
    [InlineData("gpt-4o", "\"stop_sequences\":[\"1\",\"2\",\"3\",\"4\",\"5\"]", "stop_sequences")]
    [InlineData("gpt-4o", "\"context_management\":{},\"mcp_servers\":[],\"container\":null", "mcp_servers,context_management")]
    [InlineData("gpt-4o", "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"w\"}]", "tools.web_search_20250305")]
    [InlineData("gpt-4o", "\"system\":[{\"type\":\"text\",\"text\":\"x\",\"cache_control\":{\"type\":\"ephemeral\"}}]", "")]
    public void Dropped_NamesWhatIsLost(string model, string members, string expected)
    {
        Translate($$$$"""{"messages":[],{{{{members}}}}}""", CodecTarget.For("openai", model), out var translation);

        Assert.Equal(expected, string.Join(',', translation.Dropped));
    }

    [Fact]
    public void User_LongerThanAllowed_IsHashed()
    {
        var user = new string('u', 130);
        var translated = Translate($$$$"""{"messages":[],"metadata":{"user_id":"{{{{user}}}}"}}""");

        Assert.Matches("^\"[0-9a-f]{64}\"$", Member(translated, "user"));
    }

    [Fact]
    public void Options_Configured_WinOverTheRequest()
    {
        var target = Target() with { Options = new LlmOptions { MaxTokens = 7, Temperature = 0.5, TopP = 1, TopK = 3 }, AcceptsTopK = true };

        Assert.Equal(
            """{"model":"m","messages":[],"max_tokens":7,"temperature":0.5,"top_p":1,"top_k":3}""",
            Translate("""{"messages":[],"max_tokens":1,"temperature":0,"top_p":0,"top_k":1}""", target, out _));
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(32000, 16384)]
    [InlineData(100, 100)]
    public void MaxTokens_Bounds_AreKept(int asked, int expected)
    {
        var target = Target() with { MinOutputTokens = 16, MaxOutputTokens = 16384 };

        Assert.Equal($"{expected}", Member(Translate($$$$"""{"messages":[],"max_tokens":{{{{asked}}}}}""", target, out _), "max_tokens"));
    }

    [Theory]
    [InlineData("Forward", """[{"role":"user","content":"u"},{"role":"assistant","content":"{"}]""")]
    [InlineData("Drop", """[{"role":"user","content":"u"}]""")]
    [InlineData("Instruct", """[{"role":"user","content":"u"},{"role":"user","content":"Begin your answer with exactly this text and continue from there: {"}]""")]
    public void Prefill_EachMode_IsApplied(string mode, string expected) =>
        Assert.Equal(expected, Messages(
            """{"role":"user","content":"u"},{"role":"assistant","content":[{"type":"text","text":"{"}]}""", Target() with { Prefill = Enum.Parse<PrefillMode>(mode) }));

    [Fact]
    public void Flags_OfTheTarget_AreFollowed()
    {
        Assert.Equal(
            """[{"role":"developer","content":"S"},{"role":"user","content":"u"}]""",
            Member(Translate("""{"system":"S","messages":[{"role":"user","content":"u"}]}""", Target() with { UseDeveloperRole = true }, out _), "messages"));
        Assert.Equal(
            """[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]""",
            Messages("""{"role":"user","content":"a"},{"role":"user","content":"b"}""", Target() with { RequiresAlternation = true }));
        Assert.Equal(
            """[{"role":"user","content":"a"},{"role":"user","content":"b"}]""",
            Messages("""{"role":"user","content":"a"},{"role":"user","content":"b"}"""));
        Assert.Equal(
            """[{"role":"assistant","content":null,"reasoning_content":"t","tool_calls":[{"id":"c","type":"function","function":{"name":"N","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"[no result]"}]""",
            Messages("""{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"tool_use","id":"c","name":"N","input":{}}]}""", Target() with { SendsReasoningBack = true }));
        Assert.Equal(
            """[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]}]""",
            Messages("""{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]}""", Target() with { KeepsCacheControl = true }));
        Assert.Equal(
            """[{"role":"user","content":"[document omitted: T]"}]""",
            Messages("""{"role":"user","content":[{"type":"document","title":"T","source":{"type":"base64","media_type":"application/pdf","data":"QQ=="}}]}""", Target() with { AcceptsFiles = false }));
        Assert.Equal(
            """[{"role":"user","content":[{"type":"file","file":{"filename":"document.pdf","file_url":"u"}}]}]""",
            Messages("""{"role":"user","content":[{"type":"document","source":{"type":"url","url":"u"}}]}""", Target() with { AcceptsFileUrls = true }));
        Assert.Equal(
            """[{"type":"function","function":{"name":"R","description":"abc","parameters":{"properties":{}}}}]""",
            Member(Translate("""{"messages":[],"tools":[{"name":"R","description":"abcdef","input_schema":{"properties":{}}}]}""", Target() with { MaxToolDescriptionLength = 3 }, out _), "tools"));
    }

    [Theory]
    [InlineData("""{"max_tokens":1}""", "messages: an array is required")]
    [InlineData("""{"messages":"x"}""", "messages: an array is required")]
    [InlineData("""{"messages":[{"content":"x"}]}""", "messages.0: a role is required")]
    [InlineData("""{"messages":[1]}""", "messages.0: a role is required")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"file","file_id":"f"}}]}]}""", "messages.0: an image with source type 'file' cannot be sent to openai")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"url","url":"u"}}]}]}""", "messages.0: a document with source type 'url' cannot be sent to openai")]
    [InlineData("[]", "the request body is not a JSON object")]
    [InlineData("{", "the request body is not valid JSON")]
    public void TranslateRequest_Unusable_IsRefusedWith400(string body, string expected)
    {
        var result = new AnthropicToOpenAIChatCodec().TranslateRequest(Utf8(body), Target(), new ArrayBufferWriter<byte>());

        var fault = Assert.IsType<LlmFault>(result.Error);
        Assert.Equal(400, fault.Status);
        Assert.Equal(expected, fault.Message);
    }

    [Fact]
    public void TranslateRequest_StrictTarget_RefusesWhatWouldBeLost()
    {
        var result = new AnthropicToOpenAIChatCodec().TranslateRequest(
            Utf8("""{"messages":[],"top_k":1}"""), Target() with { IsStrict = true }, new ArrayBufferWriter<byte>());

        Assert.Equal("top_k: not supported by openai", result.Error?.Message);
    }

    [Fact]
    public void TranslateRequest_AgentTurn_IsTranslatedWhole()
    {
        var body = Fixture("claude-code-turn.request.json");

        var first = Translate(System.Text.Encoding.UTF8.GetString(body), CodecTarget.For("openai", "gpt-5-mini"), out var translation);
        var second = Translate(System.Text.Encoding.UTF8.GetString(body), CodecTarget.For("openai", "gpt-5-mini"), out _);

        Assert.Equal(System.Text.Encoding.UTF8.GetString(Fixture("claude-code-turn.expected.json")).TrimEnd(), first);
        Assert.Equal(first, second);
        Assert.True(translation.IsClientStream);
        Assert.True(translation.IsUpstreamStream);
        Assert.Equal(32000, translation.MaxTokens);
    }

    private static CodecTarget Target() => CodecTarget.For("openai", "m");

    private static string Use(params string[] ids) =>
        """{"role":"assistant","content":[""" + string.Join(',', ids.Select(id => $$$$"""{"type":"tool_use","id":"{{{{id}}}}","name":"N","input":{}}""")) + "]}";

    private static string Call(params string[] ids) =>
        """{"role":"assistant","content":null,"tool_calls":[""" + string.Join(',', ids.Select(id => $$$"""{"id":"{{{id}}}","type":"function","function":{"name":"N","arguments":"{}"}}""")) + "]}";

    private static string Messages(string messages, CodecTarget? target = null) =>
        Member(Translate($$$$"""{"messages":[{{{{messages}}}}]}""", target ?? Target(), out _), "messages")!;

    private static string? Member(string json, string name)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty(name, out var member) ? member.GetRawText() : null;
    }

    private static string Translate(string body) => Translate(body, Target(), out _);

    private static string Translate(string body, CodecTarget target, out LlmTranslation translation)
    {
        var output = new ArrayBufferWriter<byte>();
        var result = new AnthropicToOpenAIChatCodec().TranslateRequest(Utf8(body), target, output);
        Assert.Null(result.Error);
        translation = result.Value!;
        using var valid = JsonDocument.Parse(output.WrittenMemory);
        return output.Text();
    }
}
