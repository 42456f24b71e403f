using System.Globalization;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Components.Pages.Prices;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
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

    /// <summary>Whether words of the filter are looked for in bodies too.</summary>
    [Parameter]
    public bool SearchesBodies { get; set; }

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
    /// <param name="term">The filter term of the row's requests; empty: all; null: they have none, and so no receipt.</param>
    private RenderFragment CostOf(TopRow row, string? term) => builder =>
    {
        if (row.Sums.Cost > 0 && term is not null)
        {
            builder.OpenComponent<CostReceipt>(0);
            builder.AddComponentParameter(1, nameof(CostReceipt.Amount), row.Sums.Cost);
            builder.AddComponentParameter(2, nameof(CostReceipt.Filter), FilterOf(term));
            builder.AddComponentParameter(3, nameof(CostReceipt.Title), term.Length == 0 ? "All requests of this range" : $"{Field} {VisibleText.Show(row.Name, 100)}");
            builder.AddComponentParameter(4, nameof(CostReceipt.LogsHref), View.LogsAddress(Total.Window.From, Total.Window.To, term.Length == 0 ? null : term));
            builder.CloseComponent();
        }
        else if (row.Sums.Cost > 0 || row.Sums.Unpriced == 0)
        {
            builder.AddContent(5, Formats.Money(row.Sums.Cost));
        }

        if (row.Sums.Unpriced > 0)
        {
            builder.OpenElement(6, "a");
            builder.AddAttribute(7, "class", "t3");
            builder.AddAttribute(8, "href", "/models");
            builder.AddAttribute(9, "title", $"{Formats.Exact(row.Sums.Unpriced)} of {Formats.Exact(row.Sums.Requests)} requests have no known price");
            builder.AddContent(10, row.Sums.Cost == 0 ? "unpriced" : " + unpriced");
            builder.CloseElement();
        }
    };

    private RequestFilter FilterOf(string term) => FilterText.Parse(FilterText.With(View.Query, term.Length == 0 ? null : term)).Filter with
    {
        From = Total.Window.From,
        To = Total.Window.To,
        SearchesBodies = SearchesBodies,
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
