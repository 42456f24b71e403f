using Bunit;
using ConsoleWeb.Components.Pages.Logs;
using ConsoleWeb.Features.Requests.Conversations;

namespace ConsoleWeb.Tests.Components.Logs;

public sealed class ConversationViewTests : BunitContext
{
    [Fact]
    public void View_Conversation_ShowsTurnsAndFoldsTheRest()
    {
        var view = RenderView(
            """{"system":"You are careful.","messages":[{"role":"user","content":"Count"}],"tools":[{"name":"Bash"}]}""",
            """{"content":[{"type":"thinking","thinking":"one, two"},{"type":"tool_use","name":"Bash","input":{"command":"wc -l"}}]}""");

        Assert.Equal(["Tools", "System", "Person", "Agent"], view.FindAll(".who").Select(w => w.TextContent));
        Assert.Equal("Count", view.Find(".msg.person .prose").TextContent);
        Assert.NotNull(view.Find(".msg.answer details.toolline"));
        Assert.All(view.FindAll("details"), d => Assert.False(d.HasAttribute("open")));
    }

    [Fact]
    public void View_ToolThatFailed_SaysSoAndFoldsTheResultIn()
    {
        var view = RenderView(
            """{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"Bash","input":{"command":"make"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","is_error":true,"content":"no rule"}]}]}""",
            null);

        var call = view.Find("details.toolline.err");
        Assert.Equal("make", call.QuerySelector("summary .mono")!.TextContent);
        Assert.Contains("failed", call.QuerySelector("summary")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("no rule", call.QuerySelector("[data-testid=tool-result]")!.TextContent);
        Assert.Single(view.FindAll(".msg"));
    }

    [Fact]
    public void View_CutBody_SaysThatSomethingIsMissing() =>
        Assert.NotNull(RenderView("""{"messages":[{"role":"user","content":"Hello""", null).Find("[data-testid=cut]"));

    [Fact]
    public void View_HostileText_StaysText()
    {
        var view = RenderView("""{"messages":[{"role":"user","content":"<script>alert(1)</script> \u001b[2J \u202egnp.exe"}]}""", null);

        Assert.Empty(view.FindAll("script"));
        Assert.Equal("<script>alert(1)</script> ␛[2J ⟨U+202E⟩gnp.exe", view.Find(".prose").TextContent);
    }

    [Fact]
    public void View_MegabyteLine_IsCut()
    {
        var view = RenderView($$"""{"messages":[{"role":"user","content":"{{new string('x', 1_000_000)}}"}]}""", null);

        Assert.InRange(view.Find(".prose").TextContent.Length, 60_000, 70_000);
        Assert.Contains("of 1,000,000 characters are shown", view.Find(".prose").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void View_PayloadsOff_ExplainsHowToTurnThemOn()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        var view = Render<ConversationView>(p => p.Add(v => v.PluginId, "8f1c").Add(v => v.State, PayloadState.NotStored));

        Assert.Equal("/plugins/8f1c", view.Find("a.btn").GetAttribute("href"));
        Assert.Contains("log_payloads: true", view.Find("pre").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void View_RoleThatMayNotRead_NamesTheRole()
    {
        var view = Render<ConversationView>(p => p.Add(v => v.State, PayloadState.Hidden));

        Assert.Contains("role Operator", view.Markup, StringComparison.Ordinal);
    }

    private IRenderedComponent<ConversationView> RenderView(string? request, string? response) =>
        Render<ConversationView>(p => p.Add(v => v.Conversation, Conversation.Read(request, response)).Add(v => v.State, PayloadState.Whole));
}
