using ConsoleWeb.Features.Requests.Conversations;

namespace ConsoleWeb.Tests.Features.Requests;

public sealed class ConversationTests
{
    [Fact]
    public void Read_Chat_PutsTheResultBesideItsCall()
    {
        var conversation = Conversation.Read(
            """
            {"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"List files"},
            {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"shell","arguments":"{\"command\":\"ls\"}"}}]},
            {"role":"tool","tool_call_id":"c1","content":"a.txt"}],"tools":[{"type":"function","function":{"name":"shell","description":"Runs a command"}}]}
            """,
            """{"choices":[{"message":{"role":"assistant","content":"One file: a.txt"}}]}""")!;

        Assert.Equal(["Be brief."], conversation.System);
        var tool = Assert.Single(conversation.Tools);
        Assert.Equal(("shell", "Runs a command"), (tool.Name, tool.Description));
        Assert.Equal([Speaker.Person, Speaker.Agent, Speaker.Agent], conversation.Turns.Select(t => t.Speaker));
        Assert.Equal(new ConversationPart(PartKind.ToolCall, """{"command":"ls"}""", "shell") { CallId = "c1", Result = "a.txt" }, Assert.Single(conversation.Turns[1].Parts));
        Assert.Equal("One file: a.txt", Assert.Single(Assert.Single(conversation.Answer).Parts).Text);
    }

    [Fact]
    public void Read_ClaudeCode_TellsPersonFromWhatIsAddedAndKeepsThinkingImagesAndFailures()
    {
        var conversation = Conversation.Read(
            """
            {"system":[{"type":"text","text":"You are Claude Code"}],"messages":[
            {"role":"user","content":[{"type":"text","text":"<system-reminder>\nBe careful</system-reminder>"},{"type":"text","text":"What is this?"},{"type":"image","source":{"media_type":"image/png","data":"AAAA"}}]},
            {"role":"system","content":"# Environment"},
            {"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"ls"}},{"type":"tool_use","id":"t2","name":"Read","input":{}}]},
            {"role":"user","content":[{"tool_use_id":"t1","type":"tool_result","is_error":true,"content":"not allowed"},{"type":"text","text":"Go on"}]}]}
            """,
            """{"content":[{"type":"text","text":"A picture"}]}""")!;

        Assert.Equal([Speaker.Person, Speaker.System, Speaker.Agent, Speaker.Person, Speaker.Agent], conversation.Turns.Select(t => t.Speaker));
        Assert.Equal([PartKind.Context, PartKind.Text, PartKind.Image], conversation.Turns[0].Parts.Select(p => p.Kind));
        Assert.Equal("image/png", conversation.Turns[0].Parts[2].Title);
        Assert.Equal([PartKind.Thinking, PartKind.ToolCall, PartKind.ToolCall], conversation.Turns[2].Parts.Select(p => p.Kind));
        Assert.Equal(("not allowed", true), (conversation.Turns[2].Parts[1].Result, conversation.Turns[2].Parts[1].IsError));
        Assert.Equal((null, false), (conversation.Turns[2].Parts[2].Result, conversation.Turns[2].Parts[2].IsError));
        Assert.Equal("What is this?", conversation.FirstWords);
    }

    [Fact]
    public void New_OfALaterRequest_IsWhatCameAfterTheAgentsLastWords()
    {
        const string Earlier = """
            {"type":"message","role":"user","content":[{"type":"input_text","text":"Run the tests"}]},
            {"type":"function_call","name":"shell","arguments":"{}","call_id":"a"},{"type":"function_call_output","call_id":"a","output":"old"},
            {"type":"function_call","name":"shell","arguments":"{}","call_id":"b"},{"type":"function_call","name":"shell","arguments":"{}","call_id":"c"},
            {"type":"function_call_output","call_id":"b","output":"new one"},{"type":"function_call_output","call_id":"c","output":"new two"}
            """;

        var tools = Conversation.Read($$"""{"input":[{{Earlier}}]}""", null)!;
        Assert.Equal(["new one", "new two"], tools.NewResults.Select(p => p.Result));
        Assert.Equal((2, 2), (tools.NewFrom, tools.AnswerFrom));

        var words = Conversation.Read($$"""{"input":[{{Earlier}},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Done"}]},{"type":"message","role":"user","content":[{"type":"input_text","text":"Thanks"}]}]}""", null)!;
        Assert.Empty(words.NewResults);
        Assert.Equal("Thanks", Assert.Single(words.Turns.Skip(words.NewFrom).SelectMany(t => t.Parts)).Text);

        Assert.Equal(0, Conversation.Read("""{"input":"Hello"}""", null)!.NewFrom);
    }

    [Fact]
    public void Read_Codex_JoinsItemsOfOneTurnAndReadsExitCodes()
    {
        var conversation = Conversation.Read(
            """
            {"instructions":"You are Codex","input":[{"type":"message","role":"developer","content":[{"type":"input_text","text":"<permissions instructions>"}]},
            {"type":"message","role":"user","content":[{"type":"input_text","text":"<environment_context>\n  <cwd>/src</cwd>\n</environment_context>"}]},
            {"type":"message","role":"user","content":[{"type":"input_text","text":"Run the tests"}]},
            {"type":"reasoning","summary":[],"encrypted_content":"abc"},
            {"type":"function_call","name":"shell","arguments":"{\"command\":[\"make\",\"test\"]}","call_id":"c"},
            {"type":"function_call_output","call_id":"c","output":"{\"output\":\"1 failed\",\"metadata\":{\"exit_code\":2,\"duration_seconds\":0.1}}"},
            {"type":"function_call","name":"exec_command","arguments":"{}","call_id":"d"},
            {"type":"function_call_output","call_id":"d","output":"Chunk ID: 438412\nWall time: 0.0 seconds\nProcess exited with code 0\nOutput:\nok"}]}
            """,
            """{"output":[{"type":"custom_tool_call","name":"apply_patch","input":"*** Begin Patch","call_id":"e"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Done"}]}]}""")!;

        Assert.Equal(["You are Codex", "<permissions instructions>"], conversation.System);
        Assert.Equal([Speaker.Person, Speaker.Agent, Speaker.Agent], conversation.Turns.Select(t => t.Speaker));
        Assert.Equal("Run the tests", conversation.FirstWords);
        Assert.Equal([PartKind.Thinking, PartKind.ToolCall, PartKind.ToolCall], conversation.Turns[1].Parts.Select(p => p.Kind));
        Assert.Equal([("1 failed", true), ("Chunk ID: 438412\nWall time: 0.0 seconds\nProcess exited with code 0\nOutput:\nok", false)], conversation.Turns[1].Parts.Skip(1).Select(p => (p.Result!, p.IsError)));
        Assert.Equal([("apply_patch", "*** Begin Patch"), (null, "Done")], conversation.Turns[2].Parts.Select(p => (p.Title, p.Text)));
    }

    [Fact]
    public void Read_ResultWithoutItsCall_IsATurnOfATool()
    {
        var conversation = Conversation.Read("""{"messages":[{"role":"tool","tool_call_id":"gone","content":"late"}]}""", null)!;

        Assert.Equal(Speaker.Tool, Assert.Single(conversation.Turns).Speaker);
        Assert.Equal(PartKind.ToolResult, conversation.Turns[0].Parts[0].Kind);
    }

    [Fact]
    public void Read_PlainInputAndError_AreTurns()
    {
        var conversation = Conversation.Read("""{"input":"Ping"}""", """{"error":{"message":"no such model"}}""")!;

        Assert.Equal(["Ping", "no such model"], conversation.Turns.Select(t => t.Parts.Single().Text));
        Assert.Equal(PartKind.Error, conversation.Turns[1].Parts.Single().Kind);
    }

    [Theory]
    [InlineData("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\"}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"Hi\"}}\n\n")]
    [InlineData("data: {\"id\":\"c\",\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: [DONE]\n\n")]
    [InlineData("data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"output\":[{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"Hi\"}]}]}}\n\n")]
    public void Read_EventsOfAStream_AreTheAnswer(string stream) =>
        Assert.Equal("Hi", Assert.Single(Assert.Single(Conversation.Read(null, stream)!.Turns).Parts).Text);

    /// <summary>Bodies are stored up to a length: whatever that is, what came before can be read.</summary>
    [Fact]
    public void Read_BodyCutAnywhere_KeepsWhatIsThere()
    {
        const string whole =
            """{"model":"m","n":12.5,"messages":[{"role":"user","content":"First \"words\" \u00e9\ud83d\ude00"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"Bash","input":{"command":"ls","deep":[1,true,null]}}]},{"role":"user","content":"Last words"}],"tools":[{"name":"Bash"}]}""";
        var marked = whole.IndexOf("First \\\"words\\\" ", StringComparison.Ordinal) + 16;

        for (var length = 1; length < whole.Length; length++)
        {
            foreach (var mark in (string[])["", "… [cut: 5 of 9 bytes kept]"])
            {
                var conversation = Conversation.Read(whole[..length] + mark, null);

                Assert.True(conversation is { IsCut: true }, whole[..length]);
                Assert.True(length < marked || conversation.FirstWords!.StartsWith("First \"words\" ", StringComparison.Ordinal), whole[..length]);
            }
        }

        Assert.False(Conversation.Read(whole, null)!.IsCut);
        Assert.Equal("Last words", Conversation.Read(whole[..^20], null)!.Turns[^1].Parts[0].Text);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "no JSON")]
    [InlineData("[1,2]", "3")]
    public void Read_NothingReadable_IsNull(string? request, string? response) => Assert.Null(Conversation.Read(request, response));

    [Theory]
    [InlineData("""{"messages":[{"role":"user","role":"user","content":"a","content":"b"}],"messages":[{"role":"user","content":"b"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"b"},7,null,"x",[],{"role":5,"content":{"a":1},"tool_calls":[{"function":"f"}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"b"},{"role":"user","\ud800":"c"}],"tools":{"name":1},"system":5}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"b"},{"type":"text","text":5},null,3,{"type":{}}]}],"input":[1,{"type":"x_call","arguments":{}}]}""")]
    public void Read_HostileBody_GivesWhatCanBeRead(string request) => Assert.Equal("b", Conversation.Read(request, """{"choices":[{"message":"x"}],"content":{},"error":7}""")!.FirstWords);

    [Fact]
    public void Read_EndlessNesting_IsNull() => Assert.Null(Conversation.Read("{\"a\":" + new string('[', 1_000_000), null));

    [Theory]
    [InlineData("""{"command":["cat","note.txt"]}""", "cat note.txt")]
    [InlineData("""{"description":"read","command":"cat note.txt"}""", "cat note.txt")]
    [InlineData("""{"file_path":"/a/b.cs","old":"x"}""", "/a/b.cs")]
    [InlineData("""{"a":1,"a":2}""", """{"a":1,"a":2}""")]
    [InlineData("*** Begin Patch", "*** Begin Patch")]
    [InlineData("""{"command":"cut""", """{"command":"cut""")]
    public void Summarize_Arguments_NamesWhatItIsAbout(string arguments, string line) => Assert.Equal(line, ToolArguments.Summarize(arguments));
}
