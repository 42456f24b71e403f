using ConsoleWeb.Features.Requests;

namespace ConsoleWeb.Tests.Components.Logs;

public sealed class ConversationTests
{
    [Fact]
    public void Read_Chat_LinksToolCallAndResult()
    {
        var conversation = Conversation.Read(
            """
            {"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"List files"},
            {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"shell","arguments":"{\"command\":\"ls\"}"}}]},
            {"role":"tool","tool_call_id":"c1","content":"a.txt"}],"tools":[{"type":"function","function":{"name":"shell"}}]}
            """,
            """{"choices":[{"message":{"role":"assistant","content":"One file: a.txt"}}]}""")!;

        Assert.Equal([Speaker.System, Speaker.Person, Speaker.Agent, Speaker.Tool, Speaker.Agent], conversation.Turns.Select(t => t.Speaker));
        Assert.Equal(new ConversationPart(PartKind.ToolCall, """{"command":"ls"}""", "shell"), conversation.Turns[2].Parts.Single());
        Assert.Equal(new ConversationPart(PartKind.ToolResult, "a.txt", "c1"), conversation.Turns[3].Parts.Single());
        Assert.Equal(["shell"], conversation.Tools);
        Assert.Equal(4, conversation.AnswerFrom);
    }

    [Fact]
    public void Read_Messages_KeepsThinkingImagesAndErrors()
    {
        var conversation = Conversation.Read(
            """
            {"system":[{"type":"text","text":"You are Claude Code"}],"messages":[
            {"role":"user","content":[{"type":"text","text":"What is this?"},{"type":"image","source":{"media_type":"image/png","data":"AAAA"}}]},
            {"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"ls"}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","is_error":true,"content":"not allowed"}]}]}
            """,
            """{"content":[{"type":"text","text":"A picture"}]}""")!;

        Assert.Equal([Speaker.System, Speaker.Person, Speaker.Agent, Speaker.Tool, Speaker.Agent], conversation.Turns.Select(t => t.Speaker));
        Assert.Equal([PartKind.Text, PartKind.Image], conversation.Turns[1].Parts.Select(p => p.Kind));
        Assert.Equal("image/png", conversation.Turns[1].Parts[1].Title);
        Assert.Equal([PartKind.Thinking, PartKind.ToolCall], conversation.Turns[2].Parts.Select(p => p.Kind));
        Assert.True(conversation.Turns[3].Parts.Single().IsError);
    }

    [Fact]
    public void Read_Responses_ReadsItemsAndInstructions()
    {
        var conversation = Conversation.Read(
            """
            {"instructions":"You are Codex","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Hello"}]},
            {"type":"reasoning","summary":[{"type":"summary_text","text":"greet"}]},
            {"type":"function_call","name":"shell","arguments":"{}","call_id":"c"},{"type":"function_call_output","call_id":"c","output":"done"}]}
            """,
            """{"output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hi"}]}]}""")!;

        Assert.Equal([Speaker.System, Speaker.Person, Speaker.Agent, Speaker.Agent, Speaker.Tool, Speaker.Agent], conversation.Turns.Select(t => t.Speaker));
        Assert.Equal("Hi", conversation.Turns[^1].Parts.Single().Text);
    }

    [Fact]
    public void Read_PlainInputAndError_AreTurns()
    {
        var conversation = Conversation.Read("""{"input":"Ping"}""", """{"error":{"message":"no such model"}}""")!;

        Assert.Equal(["Ping", "no such model"], conversation.Turns.Select(t => t.Parts.Single().Text));
        Assert.True(conversation.Turns[1].Parts.Single().IsError);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("{\"messages\":[{\"role\":\"us", "")]
    [InlineData("[1,2]", "3")]
    public void Read_NothingReadable_IsNull(string? request, string? response) => Assert.Null(Conversation.Read(request, response));
}
