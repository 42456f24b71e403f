using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ConsoleWeb.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace ConsoleWeb.Components.Charts;

/// <summary>Draws a <see cref="ChartData"/>. A click on a point leads to its requests, a drag selects several.</summary>
public sealed partial class ChartCard : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HashSet<string> _hidden = [];
    private ElementReference _plot;
    private string? _watched;
    private DotNetObjectReference<ChartCard>? _self;
    private BrowserListener? _pointer;
    private ChartData? _drawn;
    private ChartPaths? _paths;
    private string _points = "";
    private bool _asTable;
    private bool _isWide;
    private (int First, int Last)? _selected;

    [Parameter, EditorRequired]
    public ChartData Data { get; set; } = default!;

    [Parameter]
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>What stands in the place of a chart without values.</summary>
    [Parameter]
    public string? Empty { get; set; }

    /// <summary>The address of the requests of a time, with one more filter term; null: they cannot be shown.</summary>
    [Parameter]
    public Func<DateTimeOffset, DateTimeOffset, string?, string>? HrefOf { get; set; }

    /// <summary>Where a click on a point leads, in place of the requests of its time; null: there.</summary>
    [Parameter]
    public Func<int, string>? PointHref { get; set; }

    /// <summary>A time was chosen to be looked at closer.</summary>
    [Parameter]
    public EventCallback<(DateTimeOffset From, DateTimeOffset To)> OnZoom { get; set; }

    [Parameter]
    public bool CanWiden { get; set; }

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private ChartPaths Paths => _paths ??= new ChartPaths(Data, _hidden);

    private string Summary => $"{Data.Title}{(Data.Total is null ? "" : $": {Data.Total}")}. The button Table shows the values.";

    /// <param name="series">Number of the series under the pointer; -1: none.</param>
    [JSInvokable]
    public void OnPick(int first, int last, int series)
    {
        if ((HrefOf is null && PointHref is null) || first < 0 || last >= Data.Points || first > last)
        {
            return;
        }

        if (PointHref is not null)
        {
            Navigation.NavigateTo(PointHref(last));
            return;
        }

        if (first == last)
        {
            Navigation.NavigateTo(HrefOf!(Data.Edges[first], Data.Edges[last + 1], Data.Series.ElementAtOrDefault(series)?.Filter));
            return;
        }

        _selected = (first, last);
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        if (_pointer is not null)
        {
            await _pointer.DisposeAsync();
        }

        _self?.Dispose();
    }

    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_drawn, Data))
        {
            return;
        }

        // A selection is of points, which are others now.
        _selected = _drawn?.Edges.SequenceEqual(Data.Edges) == true ? _selected : null;
        (_drawn, _paths) = (Data, null);
        _points = JsonSerializer.Serialize(
            new
            {
                t = Enumerable.Range(0, Data.Points).Select(i => ChartText.NameOf(Data, i, Zone)),
                s = Data.Series.Select(s => new
                {
                    n = Controls.VisibleText.Show(s.Name, 60),
                    c = s.Colour,
                    v = s.Values.Select((v, i) => v is null or 0 && Data.Kind == ChartKind.Bars ? null : v is null ? null : ChartText.Value(Data.Unit, v) + (s.Counts is { } counts ? string.Create(CultureInfo.InvariantCulture, $" of {counts[i]}") : "")),
                }),
                b = Data.Before?.Select(v => v is null ? null : ChartText.Value(Data.Unit, v)),
                bn = Data.BeforeName,
            },
            Json);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        var shown = _asTable || Data.IsEmpty ? null : _plot.Id;
        if (shown == _watched)
        {
            return;
        }

        _watched = shown;
        _pointer ??= new BrowserListener(Js);
        if (shown is null)
        {
            await _pointer.StopAsync();
        }
        else
        {
            _self ??= DotNetObjectReference.Create(this);
            await _pointer.ListenAsync("gatehouseCharts.watch", _plot, _self, HrefOf is not null || PointHref is not null);
        }
    }

    private string? HrefAt(int point) => PointHref is not null ? PointHref(point) : HrefOf?.Invoke(Data.Edges[point], Data.Edges[point + 1], null);

    private static string N(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private void Toggle(string name, bool isOnly)
    {
        if (isOnly)
        {
            var others = Data.Series.Select(s => s.Name).Where(n => n != name).ToList();
            var isAlone = others.TrueForAll(_hidden.Contains) && !_hidden.Contains(name);
            _hidden.Clear();
            _hidden.UnionWith(isAlone ? [] : others);
        }
        else if (!_hidden.Remove(name))
        {
            _hidden.Add(name);
        }

        _paths = null;
    }

    private async Task ZoomAsync()
    {
        if (_selected is var (first, last))
        {
            _selected = null;
            await OnZoom.InvokeAsync((Data.Edges[first], Data.Edges[last + 1]));
        }
    }

    private async Task UnselectAsync()
    {
        _selected = null;
        await Js.InvokeVoidAsync("gatehouseCharts.unselect", _plot);
    }

    private async Task DownloadAsync() => await Js.InvokeVoidAsync(
        "gatehouseCharts.download",
        Data.Title.ToLowerInvariant().Replace(' ', '-') + ".csv",
        ChartText.ToCsv(Data));
}
