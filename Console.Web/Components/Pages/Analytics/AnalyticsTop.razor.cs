using System.Globalization;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Requests;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace ConsoleWeb.Components.Pages.Analytics;

public sealed partial class AnalyticsTop
{
    [Parameter, EditorRequired]
    public IReadOnlyList<TopRow> Rows { get; set; } = [];

    [Parameter, EditorRequired]
    public AnalyticsData Total { get; set; } = default!;

    [Parameter, EditorRequired]
    public AnalyticsView View { get; set; } = default!;

    [Parameter]
    public EventCallback<StatsMeasure> OnSort { get; set; }

    /// <summary>A term that shall be added to the filter.</summary>
    [Parameter]
    public EventCallback<string> OnFilter { get; set; }

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    private string Field => View.GroupField.Name is var name ? char.ToUpperInvariant(name[0]) + name[1..] : "";

    private string Title => View.GroupField.Name == "status" ? "Statuses" : Field + "s";

    private RenderFragment Head(string text, StatsMeasure measure) => builder =>
    {
        builder.OpenElement(0, "th");
        builder.AddAttribute(1, "scope", "col");
        builder.AddAttribute(2, "class", "num");
        builder.AddAttribute(3, "aria-sort", View.Measure == measure ? "descending" : null);
        builder.OpenElement(4, "button");
        builder.AddAttribute(5, "type", "button");
        builder.AddAttribute(6, "class", "sort-lnk");
        builder.AddAttribute(7, "onclick", EventCallback.Factory.Create<MouseEventArgs>(this, () => OnSort.InvokeAsync(measure)));
        builder.AddContent(8, View.Measure == measure ? text + " ↓" : text);
        builder.CloseElement();
        builder.CloseElement();
    };

    /// <summary>A price that is not known is never shown as nothing to pay.</summary>
    private static RenderFragment CostOf(TopRow row) => builder =>
    {
        if (row.Sums.Unpriced == 0)
        {
            builder.AddContent(0, Formats.Money(row.Sums.Cost));
            return;
        }

        builder.OpenElement(1, "a");
        builder.AddAttribute(2, "class", "t3");
        builder.AddAttribute(3, "href", "/models");
        builder.AddAttribute(4, "title", $"{Formats.Exact(row.Sums.Unpriced)} of {Formats.Exact(row.Sums.Requests)} requests have no known price");
        builder.AddContent(5, row.Sums.Cost == 0 ? "unpriced" : $"{Formats.Money(row.Sums.Cost)} + unpriced");
        builder.CloseElement();
    };

    private static RenderFragment Change(double now, double? before) => builder =>
    {
        if (before is { } was)
        {
            builder.OpenElement(0, "small");
            builder.AddAttribute(1, "class", "change-of");
            builder.AddContent(2, was == 0 ? (now == 0 ? "" : "new") : Math.Round(100 * (now - was) / was) is var percent && percent == 0 ? "=" : string.Create(CultureInfo.InvariantCulture, $"{(percent > 0 ? "+" : "−")}{Math.Abs(percent):0}\u202f%"));
            builder.CloseElement();
        }
    };

    private async Task DownloadAsync()
    {
        string[] names = [View.GroupField.Name, "requests", "refused", "failed", "input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens", "cost", "unpriced", "ttft_p95_ms", "total_p95_ms"];
        var lines = Rows.Select(r => string.Join(',', new object?[]
        {
            r.Name, r.Sums.Requests, r.Sums.Refused, r.Sums.Failed, r.Sums.InputTokens, r.Sums.CacheReadTokens, r.Sums.CacheWriteTokens, r.Sums.OutputTokens, r.Sums.ReasoningTokens,
            r.Sums.Cost, r.Sums.Unpriced, r.Times?.TimeToFirstToken.P95, r.Times?.Total.P95,
        }.Select(Csv.Cell)));
        await Js.InvokeVoidAsync("gatehouseCharts.download", $"{View.GroupField.Name}.csv", string.Join("\r\n", lines.Prepend(string.Join(',', names))) + "\r\n");
    }
}
