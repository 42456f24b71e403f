using Bunit;
using ConsoleWeb.Components.Pages.Logs;
using ConsoleWeb.Data.Logs;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;

namespace ConsoleWeb.Tests.Components.Logs;

public sealed class RequestLogLineTests : BunitContext
{
    [Fact]
    public void Line_FinishedCall_ShowsEveryNumberInItsColumn()
    {
        var cells = RenderLine(Rows.Call()).FindAll("td").Select(c => c.TextContent.Trim()).ToList();

        Assert.Equal(
            ["200", "10:41:44.017", ">_Codex", "codex-route", "gpt-5-codex", "3.1k", "53.0k", "1.2k", "", "2.6\u202fs", "14.3\u202fs", "", "$0.0224"],
            cells);
    }

    [Fact]
    public void Line_NoPrice_IsUnpricedAndNeverZero()
    {
        var cost = RenderLine(Rows.Call() with { Cost = null }).Find("td.cc").TextContent.Trim();

        Assert.Equal("unpriced", cost);
    }

    [Fact]
    public void Line_PriceOfZero_IsZero() => Assert.Equal("$0", RenderLine(Rows.Call() with { Cost = 0 }).Find("td.cc").TextContent.Trim());

    [Fact]
    public void Line_RefusedBeforeAnyToken_HasNoCost() =>
        Assert.Equal("–", RenderLine(Rows.Call() with { Status = 429, Outcome = RequestOutcome.Rejected, UsageSource = null, InputTokens = 0, CacheReadTokens = 0, OutputTokens = 0, ReasoningTokens = 0, Cost = 0 }).Find("td.cc").TextContent.Trim());

    [Fact]
    public void Line_EstimatedUsage_IsMarked() =>
        Assert.Contains("~3.1k", RenderLine(Rows.Call() with { UsageSource = UsageSource.Estimate }).Markup, StringComparison.Ordinal);

    [Fact]
    public void Line_Streaming_CountsInTheBrowserWithACaret()
    {
        var line = RenderLine(Rows.Call() with { Outcome = RequestOutcome.InFlight, OutputTokens = 312, TotalMs = null, Cost = null, UsageSource = null });

        Assert.Contains("live", line.Find("tr").ClassList);
        Assert.Equal("312", line.Find(".caret").TextContent);
        Assert.Equal(Rows.Start.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture), line.Find("[data-since]").GetAttribute("data-since"));
        Assert.Equal("streaming", line.Find(".st").TextContent.Trim());
    }

    [Fact]
    public void Line_Streaming_TellsItsPaceAndWhenItWasLastHeard()
    {
        var line = RenderLine(Rows.Call() with { Outcome = RequestOutcome.InFlight, OutputTokens = 101, TimeToFirstTokenMs = 1000, LastOutputMs = 3000, TotalMs = null, Cost = null });

        Assert.Equal("50/s", line.Find(".pace").TextContent.Trim());
        Assert.Equal((Rows.Start.ToUnixTimeMilliseconds() + 3000).ToString(System.Globalization.CultureInfo.InvariantCulture), line.Find("[data-gap]").GetAttribute("data-gap"));
    }

    [Theory]
    [InlineData(RequestOutcome.InFlight, true, 1)]
    [InlineData(RequestOutcome.InFlight, false, 0)]
    [InlineData(RequestOutcome.Ok, true, 0)]
    public void Line_Stop_IsThereForWhomeverMayWhileItRuns(RequestOutcome outcome, bool mayStop, int expected)
    {
        var stopped = "";
        var line = Render<RequestLogLine>(p => p.Add(l => l.Row, Rows.Call() with { Outcome = outcome }).Add(l => l.CanStop, mayStop).Add(l => l.OnStop, id => stopped = id));

        var buttons = line.FindAll("[data-testid=stop-row]");

        Assert.Equal(expected, buttons.Count);
        buttons.ToList().ForEach(b => b.Click());
        Assert.Equal(expected > 0 ? "a1" : "", stopped);
    }

    [Fact]
    public void Line_Error_SaysItsReasonWhereTheNumbersWouldBe()
    {
        var line = RenderLine(Rows.Call() with { Status = 502, Outcome = RequestOutcome.UpstreamError, ErrorMessage = "connection refused", OutputTokens = 0 });

        var reason = line.Find("td.reason");
        Assert.Equal("connection refused", reason.TextContent);
        Assert.Equal("4", reason.GetAttribute("colspan"));
        Assert.Contains("err", reason.ClassList);
    }

    [Fact]
    public void Line_HostileModel_IsTextWithItsMarksVisible()
    {
        var line = RenderLine(Rows.Call() with { Model = "<img src=x onerror=alert(1)>\u202e\u001b[31m" });

        Assert.Empty(line.FindAll("img"));
        Assert.Contains("<img src=x onerror=alert(1)>⟨U+202E⟩␛[31m", line.FindAll("td")[4].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Line_Click_OpensTheRequest()
    {
        string? opened = null;
        var line = RenderLine(Rows.Call("abc"), id => opened = id);

        line.Click("tr");

        Assert.Equal("abc", opened);
    }

    private IRenderedComponent<RequestLogLine> RenderLine(RequestRow row, Action<string>? open = null) => Render<RequestLogLine>(p => p
        .Add(l => l.Row, row).Add(l => l.LargestTotal, 60_000).Add(l => l.ScaleMs, 20_000).Add(l => l.Href, $"/logs/{row.RequestId}")
        .Add(l => l.Now, Rows.Start.AddSeconds(20)).Add(l => l.OnOpen, id => open?.Invoke(id)));
}
