using Bunit;
using ConsoleWeb.Components.Charts;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Components.Charts;

/// <summary>The one chart of the console: what it draws, says, leads to, and how it is read without eyes.</summary>
public sealed class ChartTests : BunitContext
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private static readonly DateTimeOffset Start = Moment("2026-11-24T09:30Z");

    public ChartTests() => JSInterop.Mode = JSRuntimeMode.Loose;

    [Fact]
    public void Line_WithoutValue_IsAGapAndNotZero()
    {
        var paths = new ChartPaths(Data(ChartKind.Lines, [1, null, 3, 4]), new HashSet<string>());

        var path = paths.Line([1, null, 3, 4]);

        Assert.Equal(2, path.Count(c => c == 'M'));
        Assert.DoesNotContain("15 ", path, StringComparison.Ordinal);
    }

    [Fact]
    public void Line_FewRequests_AreDots()
    {
        var data = Data(ChartKind.Lines, [1, 2, 3, 4]);
        data = data with { Series = [data.Series[0] with { Counts = [100, 3, 100, 100] }] };
        var paths = new ChartPaths(data, new HashSet<string>());

        Assert.True(data.HasFew);
        Assert.StartsWith("M15 ", paths.Dots(data.Series[0]), StringComparison.Ordinal);
        Assert.Equal(2, paths.Line(data.Series[0].Values, data.Series[0].Counts).Count(c => c == 'M'));
    }

    [Fact]
    public void Bars_Stacked_StandOnEachOtherAndFitTheScale()
    {
        var data = Data(ChartKind.Bars, [30, 10, 0, 4]) with { };
        data = data with { Series = [data.Series[0], new("b", "red", [50, 0, 0, 4])] };

        var paths = new ChartPaths(data, new HashSet<string>());

        Assert.True(paths.Top >= 80);
        Assert.Contains(FormattableString.Invariant($"{paths.Y(30):0.##}V{paths.Y(80):0.##}"), paths.Bars(1, null), StringComparison.Ordinal);
        Assert.Equal(30, new ChartPaths(data, new HashSet<string> { "b" }).Top);
    }

    [Theory]
    [InlineData("2026-11-24T09:30Z", "2026-11-24T10:00Z", "24 Nov 10:30–11:00")]
    [InlineData("2026-11-24T22:30Z", "2026-11-24T23:00Z", "24 Nov 23:30–00:00")]
    [InlineData("2026-11-23T23:00Z", "2026-11-24T23:00Z", "Tue 24 Nov")]
    [InlineData("2026-10-24T22:00Z", "2026-10-25T23:00Z", "Sun 25 Oct")]
    [InlineData("2026-11-22T23:00Z", "2026-11-29T23:00Z", "23 Nov–29 Nov")]
    [InlineData("2026-11-24T20:00Z", "2026-11-25T02:00Z", "24 Nov 21:00 – 25 Nov 03:00")]
    [InlineData("2026-10-25T00:00Z", "2026-10-25T01:00Z", "25 Oct 02:00–02:00 +02:00")]
    [InlineData("2026-10-25T01:00Z", "2026-10-25T02:00Z", "25 Oct 02:00–03:00 +01:00")]
    public void Span_SaysBothEdgesInTheZone(string from, string to, string text) => Assert.Equal(text, ChartText.Span(Moment(from), Moment(to), Berlin));

    [Fact]
    public void Ticks_AreRoundTimesOfTheZone()
    {
        var edges = Enumerable.Range(0, 49).Select(i => Moment("2026-11-24T09:30Z").AddMinutes(30 * i)).ToList();

        var ticks = ChartText.Ticks(edges, Berlin);

        Assert.Equal(["12:00", "16:00", "20:00", "25 Nov", "04:00", "08:00"], ticks.Select(t => t.Text));
    }

    [Fact]
    public void Csv_NamesOfOthers_AreNoFormulas()
    {
        var data = Data(ChartKind.Bars, [1.5, null, 0, 2]);
        data = data with { Series = [data.Series[0] with { Name = "=HYPERLINK(1)" }], Before = [1, 2, 3, 4] };

        var lines = ChartText.ToCsv(data).Split("\r\n");

        Assert.Equal("from,to,'=HYPERLINK(1),before", lines[0]);
        Assert.Equal("2026-11-24T09:30:00Z,2026-11-24T10:00:00Z,1.5,1", lines[1]);
        Assert.Equal("2026-11-24T10:00:00Z,2026-11-24T10:30:00Z,,2", lines[2]);
    }

    [Fact]
    public void Card_Table_HasEveryValueWithALinkToItsRequests()
    {
        var card = RenderCard(Data(ChartKind.Bars, [3, null, 0, 12_345]));

        card.Click("[data-testid=as-table]");

        var rows = card.FindAll("[data-testid=chart-table] tbody tr");
        Assert.Equal(["24 Nov 12:00–12:30 12,345", "24 Nov 10:30–11:00 3"], rows.Select(r => string.Join(' ', r.Children.Select(c => c.TextContent))));
        Assert.Equal("/to/2026-11-24T11:00/2026-11-24T11:30/", rows[0].QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public void Card_ClickOnASeries_LeadsToItsRequestsOfThatTime()
    {
        var data = Data(ChartKind.Bars, [3, 1, 0, 12]);
        var card = RenderCard(data with { Series = [data.Series[0] with { Filter = "model:a" }] });

        card.InvokeAsync(() => card.Instance.OnPick(1, 1, 0));

        Assert.EndsWith("/to/2026-11-24T10:00/2026-11-24T10:30/model:a", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Card_Drag_OffersToZoomAndToViewTheRequests()
    {
        (DateTimeOffset From, DateTimeOffset To)? zoomed = null;
        var card = RenderCard(Data(ChartKind.Bars, [3, 1, 0, 12]), span => zoomed = span);

        card.InvokeAsync(() => card.Instance.OnPick(1, 2, -1));

        Assert.Equal("/to/2026-11-24T10:00/2026-11-24T11:00/", card.WaitForElement("[data-testid=view-requests]").GetAttribute("href"));
        card.Click("[data-testid=zoom]");
        Assert.Equal((Start.AddMinutes(30), Start.AddMinutes(90)), zoomed);
    }

    [Fact]
    public void Card_LegendEntry_HidesItsSeriesAndWithShiftAllOthers()
    {
        var data = Data(ChartKind.Bars, [3, 1, 0, 12]);
        var card = RenderCard(data with { Series = [data.Series[0], new("b", "red", [1, 1, 1, 1]), new("c", "blue", [1, 1, 1, 1])] });

        card.Click(".chart-lg button", 0);
        Assert.Equal(["1", "2"], card.FindAll("path[data-s]").Select(p => p.GetAttribute("data-s")));

        card.FindAll(".chart-lg button")[2].Click(new Microsoft.AspNetCore.Components.Web.MouseEventArgs { ShiftKey = true });
        Assert.Equal(["2"], card.FindAll("path[data-s]").Select(p => p.GetAttribute("data-s")));
        Assert.Equal(["false", "false", "true"], card.FindAll(".chart-lg button").Select(b => b.GetAttribute("aria-pressed")));
    }

    [Fact]
    public void Card_Nothing_SaysSo() => Assert.Contains("Nothing in this range.", RenderCard(Data(ChartKind.Bars, [null, 0, null, null])).Markup, StringComparison.Ordinal);

    private IRenderedComponent<ChartCard> RenderCard(ChartData data, Action<(DateTimeOffset, DateTimeOffset)>? onZoom = null) => Render<ChartCard>(p => p
        .Add(c => c.Data, data)
        .Add(c => c.Zone, Berlin)
        .Add(c => c.HrefOf, (from, to, term) => FormattableString.Invariant($"/to/{from.UtcDateTime:yyyy-MM-ddTHH:mm}/{to.UtcDateTime:yyyy-MM-ddTHH:mm}/{term}"))
        .Add(c => c.OnZoom, span => onZoom?.Invoke(span)));

    private static ChartData Data(ChartKind kind, double?[] values) =>
        new("Requests", kind, ChartUnit.Count, [.. Enumerable.Range(0, values.Length + 1).Select(i => Start.AddMinutes(30 * i))], [new("a", "black", values)]);

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
