using ConsoleWeb.Features.Requests.Conversations;
using ConsoleWeb.Features.Sessions;

namespace ConsoleWeb.Tests.Features.Sessions;

/// <summary>Results of tools, which come with a later request than the answer that asked for them.</summary>
public sealed class ToolResultsTests
{
    [Fact]
    public void Read_NextRequest_BringsTheResultOfTheCall()
    {
        var results = new ToolResults();
        results.BeginPage();
        results.Read(CallKind.Main, null, Talk(0, "a"));
        Assert.Null(results.Find("a"));

        results.Read(CallKind.Main, null, Talk(1, "a", "b"));

        Assert.Equal(new ToolResult("result of a", 11, IsError: false), results.Find("a"));
        Assert.Null(results.Find("b"));
        Assert.Null(results.Find(null));
    }

    /// <summary>The answer that made the call may be the last one of the page before, which is read later.</summary>
    [Fact]
    public void Read_FirstRequestOfAPage_BringsWhatThePageBeforeAskedFor()
    {
        var results = new ToolResults();
        results.BeginPage();

        results.Read(CallKind.Main, null, Talk(2, "a", "b", "c"));

        Assert.NotNull(results.Find("a"));
        Assert.NotNull(results.Find("b"));
    }

    [Fact]
    public void Read_LaterRequests_KeepNothingOfThePast()
    {
        var results = new ToolResults();
        results.BeginPage();
        results.Read(CallKind.SubAgent, "scout", Talk(0, "x"));
        results.Read(CallKind.Main, null, Talk(0, "a"));

        results.Read(CallKind.Main, null, Talk(3, "old", "older", "a", "b"));

        Assert.NotNull(results.Find("a"));
        Assert.Null(results.Find("old"));
    }

    [Fact]
    public void Failures_SameCallInSeveralRequests_CountsOnce()
    {
        var results = new ToolResults();
        results.BeginPage();
        results.Read(CallKind.Main, null, Talk(2, "bad1", "good", "c"));
        results.Read(CallKind.Main, null, Talk(3, "bad1", "good", "bad2", "d"));

        Assert.Equal(("Bash", 2), (Assert.Single(results.Failures).Key, results.Failures["Bash"]));
        Assert.True(results.Find("bad1")!.IsError);
    }

    [Fact]
    public void Read_LongResult_KeepsItsBeginning()
    {
        var results = new ToolResults();
        results.BeginPage();
        results.Read(CallKind.Main, null, Conversation.Read($$"""{"messages":[{"role":"user","content":"go"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"Bash","input":{} }]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"{{new string('x', 70_000)}}"}]}]}""", null)!);

        Assert.Equal((64 * 1024, 70_000), (results.Find("a")!.Text.Length, results.Find("a")!.Length));
    }

    /// <param name="answered">How many of the calls have a result in the request; the next one is called in the answer.</param>
    private static Conversation Talk(int answered, params string[] ids)
    {
        string Use(string id) => $$"""{"type":"tool_use","id":"{{id}}","name":"Bash","input":{} }""";
        var past = string.Concat(ids.Take(answered).Select(id =>
            $$""",{"role":"assistant","content":[{{Use(id)}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"{{id}}","content":"result of {{id}}","is_error":{{(id.StartsWith("bad", StringComparison.Ordinal) ? "true" : "false")}}}]}"""));
        return Conversation.Read($$"""{"messages":[{"role":"user","content":"go"}{{past}}]}""", $$"""{"content":[{{Use(ids[answered])}}]}""")!;
    }
}
