using Bunit;
using ConsoleWeb.Components.Controls;

namespace ConsoleWeb.Tests.Components.Controls;

public sealed class FilterBoxTests : BunitContext
{
    private readonly List<string?> _asked = [];

    /// <summary>The browser answers a change of the address a moment later; who types faster than that loses no letter.</summary>
    [Fact]
    public void Typing_FasterThanTheAddress_KeepsEveryLetter()
    {
        var box = RenderBox();
        box.Input("input", "g");
        box.Input("input", "gl");

        Arrive(box, "g");
        Assert.Equal("gl", Text(box));
        box.Input("input", "gl?");
        Arrive(box, "gl");
        Assert.Equal("gl?", Text(box));
        Arrive(box, "gl?");

        Assert.Equal("gl?", Text(box));
        Assert.Equal(["g", "gl", "gl?"], _asked);
    }

    [Fact]
    public void Address_OfALink_StandsInTheBox()
    {
        var box = RenderBox("first");
        Assert.Equal("first", Text(box));

        Arrive(box, "second");
        Assert.Equal("second", Text(box));

        box.Input("input", "third");
        Arrive(box, "elsewhere");
        Assert.Equal("elsewhere", Text(box));

        Arrive(box, null);
        Assert.Equal("", Text(box));
    }

    [Fact]
    public void Emptied_AsksForNoFilter()
    {
        var box = RenderBox("first");

        box.Input("input", "");

        Assert.Equal([null], _asked);
        Arrive(box, null);
        Assert.Equal("", Text(box));
    }

    private static string Text(IRenderedComponent<FilterBox> box) => box.Find("input").GetAttribute("value")!;

    private static void Arrive(IRenderedComponent<FilterBox> box, string? value) => box.Render(p => p.Add(b => b.Value, value));

    private IRenderedComponent<FilterBox> RenderBox(string? value = null) => Render<FilterBox>(p => p.Add(b => b.Value, value).Add(b => b.Placeholder, "Name").Add(b => b.OnFilter, text => _asked.Add(text)));
}
