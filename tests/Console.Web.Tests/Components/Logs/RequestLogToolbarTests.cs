using Bunit;
using ConsoleWeb.Components.Pages.Logs;

namespace ConsoleWeb.Tests.Components.Logs;

public sealed class RequestLogToolbarTests : BunitContext
{
    /// <summary>A live page renders several times a second, also while somebody has left the field for a moment.</summary>
    [Fact]
    public void TypedWords_PageRendersAgain_Stay()
    {
        var toolbar = Render<RequestLogToolbar>(p => p.Add(t => t.Text, "status:4xx first"));
        Assert.Equal("first", Field(toolbar));

        toolbar.Change("input", "second thought");
        toolbar.Render(p => p.Add(t => t.Text, "status:4xx first"));

        Assert.Equal("second thought", Field(toolbar));
    }

    [Fact]
    public void TypedWords_FilterBecomesAnother_ShowThatOne()
    {
        var toolbar = Render<RequestLogToolbar>(p => p.Add(t => t.Text, "first"));
        toolbar.Change("input", "second thought");

        toolbar.Render(p => p.Add(t => t.Text, "other model:gpt-4o"));

        Assert.Equal("other", Field(toolbar));
    }

    [Fact]
    public void Term_ThatCannotBeRead_IsMarkedByItself()
    {
        var toolbar = Render<RequestLogToolbar>(p => p.Add(t => t.Text, "stauts:500 status:404 words").Add(t => t.Error, "'stauts:' is not a filter"));

        var marked = Assert.Single(toolbar.FindAll(".chip.bad"));
        Assert.Equal("stauts:500", marked.TextContent);
        Assert.StartsWith("'stauts:' is not a filter", marked.GetAttribute("title"), StringComparison.Ordinal);
        // The words in the field are fine; that something is not is said for those who see no colour.
        Assert.DoesNotContain("bad", toolbar.Find("input").ClassList);
        Assert.Equal("true", toolbar.Find("input").GetAttribute("aria-invalid"));
    }

    private static string? Field(IRenderedComponent<RequestLogToolbar> toolbar) => toolbar.Find("input").GetAttribute("value");
}
