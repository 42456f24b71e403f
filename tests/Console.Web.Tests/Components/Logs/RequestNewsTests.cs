using Bunit;
using ConsoleWeb.Components.Pages.Logs;
using ConsoleWeb.Features.Requests.Conversations;

namespace ConsoleWeb.Tests.Components.Logs;

public sealed class RequestNewsTests : BunitContext
{
    [Fact]
    public void News_OfALaterTurn_LeaveOutWhatWasSentBefore()
    {
        var isOpened = false;
        var conversation = Conversation.Read(
            """
            {"system":"Be brief","tools":[{"name":"Bash"},{"name":"Read"}],"messages":[{"role":"user","content":"Fix it"},
            {"role":"assistant","content":[{"type":"text","text":"Looking"},{"type":"tool_use","id":"t","name":"Bash","input":{"command":"make"}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"42 passed"}]}]}
            """,
            """{"content":[{"type":"text","text":"It works"}]}""")!;

        var news = Render<RequestNews>(p => p.Add(c => c.Conversation, conversation).Add(c => c.OnOpenChat, () => isOpened = true));

        Assert.Equal("system prompt, 2 turns, 2 tool definitions", news.Find(".msg .t2").TextContent);
        Assert.Contains("42 passed", news.Find(".msg.tool").TextContent, StringComparison.Ordinal);
        Assert.Equal("It works", news.Find(".msg.answer .prose").TextContent);
        Assert.DoesNotContain("Fix it", news.Markup, StringComparison.Ordinal);
        news.Click("[data-testid=open-chat]");
        Assert.True(isOpened);
    }

    [Fact]
    public void News_OfARequestThatIsCut_SayWhereItWould()
    {
        var conversation = Conversation.Read("""{"messages":[{"role":"user","content":"Old"},{"role":"assistant","content":"Older"},{"role":"user","content":"and then the bo""", """{"content":[{"type":"text","text":"It works"}]}""")!;

        var news = Render<RequestNews>(p => p.Add(c => c.Conversation, conversation));

        Assert.NotNull(news.Find("[data-testid=news-cut]"));
        Assert.DoesNotContain("and then", news.Markup, StringComparison.Ordinal);
        Assert.Equal("It works", news.Find(".msg.answer .prose").TextContent);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"input":[17,18]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]}""")]
    public void News_Nothing_IsNotThere(string request) =>
        Assert.Empty(Render<RequestNews>(p => p.Add(c => c.Conversation, Conversation.Read(request, null)!)).Markup.Trim());
}
