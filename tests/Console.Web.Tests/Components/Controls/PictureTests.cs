using Bunit;
using ConsoleWeb.Components.Controls;

namespace ConsoleWeb.Tests.Components.Controls;

/// <summary>The pictures inside a row.</summary>
public sealed class PictureTests : BunitContext
{
    [Fact]
    public void TokenBar_Buckets_AreDisjointAndInOrder()
    {
        var bar = Render<TokenBar>(p => p
            .Add(b => b.Input, 3120).Add(b => b.CacheRead, 52_992).Add(b => b.Output, 1186).Add(b => b.Reasoning, 640).Add(b => b.Largest, 114_596));

        Assert.Equal("width:50%", bar.Find(".tok").GetAttribute("style"));
        Assert.Equal(
            [("b-in", "flex:3120 0 0"), ("b-read", "flex:52992 0 0"), ("b-out", "flex:546 0 0"), ("b-reason", "flex:640 0 0")],
            bar.FindAll(".tok b").Select(b => (b.ClassName!, b.GetAttribute("style")!)));
        Assert.Equal("true", bar.Find(".tok").GetAttribute("aria-hidden"));
    }

    [Fact]
    public void TokenBar_NoTokens_DrawsNothing() => Assert.Empty(Render<TokenBar>().FindAll(".tok"));

    [Fact]
    public void Waterfall_Phases_StandOnOneAxis()
    {
        var waterfall = Render<Waterfall>(p => p
            .Add(w => w.TotalMs, 10_000)
            .Add(w => w.Phases, [new("Gateway before", 0, 5, "--gh-t-own"), new("Generation", 2500, 7500, "--gh-t-gen")]));

        var rows = waterfall.FindAll(".wr");
        Assert.Equal(2, rows.Count);
        // Five milliseconds would be invisible, so they are drawn 0.35 % wide.
        Assert.Contains("left:0%;width:0.35%", rows[0].QuerySelector("b")!.GetAttribute("style"), StringComparison.Ordinal);
        Assert.Contains("left:25%;width:75%", rows[1].QuerySelector("b")!.GetAttribute("style"), StringComparison.Ordinal);
        Assert.Contains("7.50\u202fs", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("75.0\u202f%", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Equal("0\u202fs", waterfall.Find(".wax u").TextContent);
    }

    [Fact]
    public void Waterfall_NoTime_DoesNotDivideByIt() =>
        Assert.DoesNotContain("NaN", Render<Waterfall>(p => p.Add(w => w.TotalMs, 0).Add(w => w.Phases, [new("Gateway before", 0, 0, "--gh-t-own")])).Markup, StringComparison.Ordinal);

    [Theory]
    [InlineData(RequestState.Ok, "o")]
    [InlineData(RequestState.Refused, "w")]
    [InlineData(RequestState.Guarded, "w")]
    [InlineData(RequestState.Failed, "e")]
    [InlineData(RequestState.Closed, "n")]
    [InlineData(RequestState.Streaming, "l")]
    public void StatusMark_HasShapeColourAndWord(RequestState state, string colour)
    {
        var mark = Render<StatusMark>(p => p.Add(m => m.State, state).Add(m => m.Text, "word"));

        Assert.Contains(colour, mark.Find(".st").ClassList);
        Assert.NotNull(mark.Find("svg[aria-hidden=true] :first-child"));
        Assert.Equal("word", mark.Find(".st").TextContent.Trim());
    }

    [Fact]
    public void StatusMark_EveryFinalState_HasAShapeOfItsOwn()
    {
        RequestState[] states = [RequestState.Ok, RequestState.Refused, RequestState.Guarded, RequestState.Failed, RequestState.Closed, RequestState.Waiting];

        var shapes = states.Select(s => Render<StatusMark>(p => p.Add(m => m.State, s).Add(m => m.Text, "")).Find("svg").InnerHtml).ToHashSet();

        Assert.Equal(states.Length, shapes.Count);
    }

    [Fact]
    public void TimingBar_LongerThanTheScale_EndsInANotch()
    {
        var bar = Render<TimingBar>(p => p.Add(t => t.WaitMs, 500).Add(t => t.GenerationMs, 9500).Add(t => t.ScaleMs, 5000));

        Assert.NotNull(bar.Find(".over"));
        Assert.Contains("left:10%;width:90%", bar.Find(".g").GetAttribute("style"), StringComparison.Ordinal);
    }

    [Fact]
    public void TokenCount_Estimate_HasATilde() =>
        Assert.Equal("~1.2k", Render<TokenCount>(p => p.Add(t => t.Tokens, 1186).Add(t => t.IsEstimated, true)).Find("span").TextContent);
}
