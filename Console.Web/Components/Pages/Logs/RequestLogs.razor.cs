using System.Globalization;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Components.Pages.Prices;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Requests;
using ConsoleWeb.Live;
using Gateway.Core.Logging;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace ConsoleWeb.Components.Pages.Logs;

/// <summary>The live request list and, with an id in the address, one request beside it.</summary>
public sealed partial class RequestLogs
{
    private static readonly IReadOnlyDictionary<string, TimeSpan> Ranges = new Dictionary<string, TimeSpan>
    {
        ["15m"] = TimeSpan.FromMinutes(15),
        ["1h"] = TimeSpan.FromHours(1),
        ["6h"] = TimeSpan.FromHours(6),
        ["24h"] = TimeSpan.FromHours(24),
        ["7d"] = TimeSpan.FromDays(7),
        ["90d"] = TimeSpan.FromDays(90),
    };

    private const double RowsASecond = 100;

    /// <summary>Seconds.</summary>
    private const double LongestPace = 2;

    private RequestRights _rights = RequestRights.None;
    private long _refreshedTo;
    private string _userName = "";
    private RequestLogsViewModel? _viewModel;
    private (string?, string?, string?, string?)? _loaded;
    private DotNetObjectReference<RequestLogs>? _self;
    private BrowserListener? _keys;
    private BrowserListener? _top;
    private ElementReference _scroller;
    private string? _watched;

    // The row that gets the focus back once the list stands alone again.
    private string? _returnsTo;

    [Parameter]
    public string? Id { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    public string? Query { get; set; }

    [SupplyParameterFromQuery(Name = "range")]
    public string? Range { get; set; }

    /// <summary>A window of its own in place of a range; both or none.</summary>
    [SupplyParameterFromQuery(Name = "from")]
    public string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    public string? To { get; set; }

    /// <summary>A request that is to be compared with another one of the list.</summary>
    [SupplyParameterFromQuery(Name = "pick")]
    public string? Pick { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    [Inject]
    private IRequestLogStore Store { get; set; } = default!;

    [Inject]
    internal IRequestFeed Feed { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ReceiptDesk Receipts { get; set; } = default!;

    [Inject]
    private RequestStopper Stopper { get; set; } = default!;

    private PickedRequests Picked { get; } = new();

    private RequestLogsViewModel ViewModel => _viewModel ??= new RequestLogsViewModel(Store, Feed, Time);

    private List<RequestRow> Items => (List<RequestRow>)ViewModel.Rows;

    private string RangeName => Range is not null && Ranges.ContainsKey(Range) ? Range : "24h";

    private (DateTimeOffset From, DateTimeOffset To)? Window => Moment(From) is { } from && Moment(To) is { } to && from < to ? (from, to) : null;

    /// <summary>The row the keyboard is on; the open request while one is open.</summary>
    private string? Cursor { get; set; }

    private string? PositionText
    {
        get
        {
            var index = IndexOf(Id);
            return index < 0 ? null : $"{index + 1} of {ViewModel.Rows.Count}{(ViewModel.HasOlder ? "+" : "")}";
        }
    }

    [JSInvokable]
    public async Task OnKey(string key)
    {
        switch (key)
        {
            case "ArrowDown" or "j":
                await MoveAsync(1);
                break;
            case "ArrowUp" or "k":
                await MoveAsync(-1);
                break;
            case "Enter" when Id is null && Cursor is not null:
                await OpenAsync(Cursor);
                break;
            case "x" when Id is null && Cursor is not null:
                Picked.Toggle(Cursor);
                break;
            case "Escape" when Id is null && Picked.IsOn:
                EndPicking();
                break;
            case "Escape" when Id is not null:
                Close();
                break;
            case " ":
                await (ViewModel.IsPaused ? ResumeAsync() : PauseAsync());
                break;
        }

        StateHasChanged();
    }

    [JSInvokable]
    public async Task OnTop(bool isAtTop)
    {
        await ViewModel.FollowAsync(isAtTop, Stopping);
        StateHasChanged();
    }

    /// <summary>The end of what is loaded comes into sight.</summary>
    /// <returns>Whether there is more.</returns>
    [JSInvokable]
    public async Task<bool> OnBottom()
    {
        await LoadOlderAsync();
        StateHasChanged();
        return ViewModel.HasOlder;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var listener in new[] { _keys, _top })
        {
            if (listener is not null)
            {
                await listener.DisposeAsync();
            }
        }

        _self?.Dispose();
        try
        {
            if (ViewModel.IsPaused)
            {
                await Js.InvokeVoidAsync("gatehouse.setPaused", false);
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone; nothing stands still in it.
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (Pick is not null && !Picked.IsOn)
        {
            Picked.Begin(Pick);
        }

        if (_loaded != (Query, RangeName, From, To))
        {
            _loaded = (Query, RangeName, From, To);
            var person = Authentication is null ? null : (await Authentication).User;
            (_rights, _userName) = (RequestRights.Of(person), person?.Identity?.Name ?? "");
            ViewModel.SearchesBodies = _rights.MayReadPayloads;
            await (Window is var (from, to) ? ViewModel.LoadAsync(Query, from, to, Stopping) : ViewModel.LoadAsync(Query, Ranges[RangeName], Stopping));
        }
    }

    private void StopRequest(string id)
    {
        if (_rights.MayStop)
        {
            Stopper.Stop(id, Actor.Named(_userName, "console"));
        }
    }

    private void ShowReceipt(RequestRow row) =>
        Receipts.Show(RequestFilter.None.Where(LogFields.Id, row.RequestId.Replace('*', ' ')), $"{row.Model}, {Formats.Moment(row.StartedAt, Zone)}", ViewOf(row.RequestId, Query, RangeName));

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (Stopping.IsCancellationRequested)
        {
            return;
        }

        if (firstRender)
        {
            (_self, _keys, _top) = (DotNetObjectReference.Create(this), new BrowserListener(Js), new BrowserListener(Js));
            await _keys.ListenAsync("gatehouse.listenKeys", _self);
        }

        // The list comes and goes with its rows; each new one is watched.
        if (_top is not null && _scroller.Id is { } list && list != _watched)
        {
            _watched = list;
            await _top.ListenAsync("gatehouse.watchEnds", _scroller, _self);
        }

        if (_returnsTo is { } row && Id is null)
        {
            _returnsTo = null;
            await Js.InvokeVoidAsync("gatehouse.focusRow", row);
        }
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal) => [Feed.OnChanged(signal), Store.OnAppended(signal)];

    protected override async Task<bool> RefreshAsync()
    {
        _refreshedTo = Store.Position;
        var changed = await ViewModel.RefreshAsync(Stopping);
        if (ViewModel.IsBehind)
        {
            Signal();
        }

        return changed;
    }

    private async Task ToTopAsync() => await Js.InvokeVoidAsync("gatehouse.toTop", _scroller);

    private async Task PauseAsync()
    {
        ViewModel.Pause();
        await Js.InvokeVoidAsync("gatehouse.setPaused", true);
    }

    private async Task ResumeAsync()
    {
        await ViewModel.ResumeAsync(Stopping);
        await Js.InvokeVoidAsync("gatehouse.setPaused", false);
    }

    /// <summary>
    /// How long a drawn list stands: the longer, the faster rows come, a second at a hundred a second. Each row that is drawn is 5 KB for
    /// the wire and a millisecond for the browser, and at that speed nobody reads them one by one.
    /// </summary>
    protected override TimeSpan Pace => ViewModel is { IsPaused: false, IsFollowing: true } ? PaceOf(Store.Position - _refreshedTo) : TimeSpan.Zero;

    /// <param name="rows">That came since the list was drawn.</param>
    internal static TimeSpan PaceOf(long rows) => TimeSpan.FromSeconds(Math.Min(LongestPace, Math.Sqrt(Math.Max(0, rows) / RowsASecond)));

    private Task ReloadAsync() => ViewModel.ReloadAsync(Stopping);

    private Task LoadOlderAsync() => ViewModel.LoadOlderAsync(Stopping);

    private void OnTextChanged(string text) => NavigateTo(Id, text, RangeName);

    private void OnRangeChanged(string range) => Navigation.NavigateTo(ViewOf(Id, Query, range, isWindow: false));

    private static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;

    private string WindowText(DateTimeOffset from, DateTimeOffset to) => Charts.ChartText.Span(from, to, Zone);

    private async Task OpenAsync(string id)
    {
        Cursor = id;
        if (Picked.IsOn && Id is null)
        {
            Picked.Toggle(id);
            return;
        }

        NavigateTo(id, Query, RangeName);
        await Js.InvokeVoidAsync("gatehouse.showRow", id);
    }

    private void EndPicking()
    {
        Picked.End();
        if (Pick is not null)
        {
            NavigateTo(Id, Query, RangeName);
        }
    }

    private void Close()
    {
        (Cursor, _returnsTo) = (Id, Id);
        NavigateTo(null, Query, RangeName);
    }

    private async Task MoveAsync(int by)
    {
        var rows = ViewModel.Rows;
        if (rows.Count == 0)
        {
            return;
        }

        var index = IndexOf(Id ?? Cursor);
        if (index + by >= rows.Count && ViewModel.HasOlder)
        {
            await LoadOlderAsync();
            rows = ViewModel.Rows;
            index = IndexOf(Id ?? Cursor);
        }

        var next = rows[Math.Clamp(index < 0 ? 0 : index + by, 0, rows.Count - 1)].RequestId;
        Cursor = next;
        if (Id is not null)
        {
            NavigateTo(next, Query, RangeName);
        }

        // Beside an open request the focus stays with what is read; in the list it is on the row.
        await Js.InvokeVoidAsync(Id is null ? "gatehouse.focusRow" : "gatehouse.showRow", next);
    }

    private int IndexOf(string? id)
    {
        for (var i = 0; id is not null && i < ViewModel.Rows.Count; i++)
        {
            if (ViewModel.Rows[i].RequestId == id)
            {
                return i;
            }
        }

        return -1;
    }

    private void NavigateTo(string? id, string? query, string range) => Navigation.NavigateTo(ViewOf(id, query, range));

    private string ViewOf(string? id, string? query, string range, bool isWindow = true)
    {
        var path = id is null ? "/logs" : $"/logs/{Uri.EscapeDataString(id)}";
        return Navigation.GetUriWithQueryParameters(
            new Uri(new Uri(Navigation.BaseUri), path).ToString(),
            new Dictionary<string, object?>
            {
                ["q"] = string.IsNullOrWhiteSpace(query) ? null : query,
                ["range"] = range == "24h" ? null : range,
                ["from"] = isWindow && Window is not null ? From : null,
                ["to"] = isWindow && Window is not null ? To : null,
                ["pick"] = null,
            });
    }
}
