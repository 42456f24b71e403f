using System.Text;
using System.Text.Json.Nodes;
using ConsoleWeb.Features.Replay;

namespace ConsoleWeb.Tests.Features.Replay;

public sealed class AnswerTextTests
{
    public static TheoryData<string, string> Streams => new()
    {
        { """data: {"choices":[{"delta":{"content":"One "}}]}|data: {"choices":[{"delta":{"content":"two"}}]}|data: [DONE]""", "One two" },
        { """data: {"choices":[{"delta":{"tool_calls":[{"function":{"name":"rm"}}]}}]}""", "\n→ rm\n" },
        { """data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"One"}}|data: {"type":"content_block_start","content_block":{"type":"tool_use","name":"ls"}}""", "One\n→ ls\n" },
        { """data: {"type":"response.output_text.delta","delta":"One"}|data: {"type":"response.completed","response":{"id":"r"}}""", "One" },
        { """data: {"type":"error","error":{"message":"overloaded"}}""", "overloaded" },
        { """data: {"choices":[]}|data: {"choices":7}|data: nonsense|data: {"choices":[null]}|data: {"type":[]}|data: {"a":1,"a":2}""", "" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Push_Stream_CutAnywhere_HasItsWords(string stream, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Join("\n\n", stream.Split('|')) + "\n\n");
        for (var cut = 0; cut <= bytes.Length; cut += 7)
        {
            var answer = new AnswerText(isStream: true);
            answer.Push(bytes.AsSpan(0, cut));
            answer.Push(bytes.AsSpan(cut));
            answer.Complete();

            Assert.Equal(expected, answer.Text);
        }
    }

    [Theory]
    [InlineData("""{"choices":[{"message":{"role":"assistant","content":"Hello"}}]}""", "Hello")]
    [InlineData("""{"content":[{"type":"text","text":"Hello"}],"role":"assistant"}""", "Hello")]
    [InlineData("no route", "no route")]
    [InlineData("", "")]
    public void Complete_OneObject_HasItsWordsOrTheWhole(string body, string expected)
    {
        var answer = new AnswerText(isStream: false);
        answer.Push(Encoding.UTF8.GetBytes(body));
        answer.Complete();

        Assert.Equal(expected, answer.Text);
    }

    [Theory]
    [InlineData("""{"tools":[{"type":"function"},{"type":"custom"}]}""", "offers 2 tools")]
    [InlineData("""{"tools":[{"name":"Bash","input_schema":{}}]}""", "offers 1 tool.")]
    [InlineData("""{"tools":[{"type":"web_search_20250305"}]}""", "itself runs web_search_20250305")]
    [InlineData("""{"tools":[{"type":"mcp"}],"mcp_servers":[{}]}""", "itself runs mcp, mcp_servers")]
    [InlineData("""{"conversation":"c"}""", "stored conversation")]
    [InlineData("""{"background":true}""", "background")]
    [InlineData("""{"messages":[],"tools":7,"background":"x"}""", null)]
    public void Notes_SayWhatSendingAgainMeans(string body, string? part)
    {
        var notes = ReplayNotes.Of(JsonNode.Parse(body)!.AsObject());

        if (part is null)
        {
            Assert.Empty(notes);
        }
        else
        {
            Assert.Contains(part, Assert.Single(notes), StringComparison.Ordinal);
        }
    }
}
