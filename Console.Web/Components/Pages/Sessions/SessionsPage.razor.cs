using ConsoleWeb.Components.Pages.Logs;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Live;
using Gateway.Core.Logging;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.JSInterop;

namespace ConsoleWeb.Components.Pages.Sessions;

/// <summary>The agents' sessions. The address says which.</summary>
public sealed partial class SessionsPage
{
    /// <summary>How old "a minute ago" may get.</summary>
    private static readonly TimeSpan RelativeTimes = TimeSpan.FromSeconds(30);

    private SessionsViewModel? _viewModel;
    private string? _loaded;
    private DotNetObjectReference<SessionsPage>? _self;
    private BrowserListener? _keys;
    private DateTimeOffset _renderedAt;

    // The view is read from the address as a whole; these make the page hear of each change.
    [SupplyParameterFromQuery(Name = "q")]
    public string? QueryInAddress { get; set; }

    [SupplyParameterFromQuery(Name = "range")]
    public string? RangeInAddress { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    public string? FromInAddress { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    public string? ToInAddress { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    public string? StateInAddress { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    public string? BeforeInAddress { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    [Inject]
    private ISessionStore Sessions { get; set; } = default!;

    [Inject]
    private IRequestLogStore Log { get; set; } = default!;

    [Inject]
    internal IRequestFeed Feed { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private SessionsViewModel ViewModel => _viewModel ??= new SessionsViewModel(Sessions, Log, Feed, Time);

    private SessionsView View { get; set; } = new();

    /// <summary>The session that the keyboard is on.</summary>
    private string? Cursor { get; set; }

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
            case "Enter" when Cursor is not null:
                Open(Cursor);
                break;
            case "Escape":
                Cursor = null;
                break;
        }

        StateHasChanged();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_keys is not null)
        {
            await _keys.DisposeAsync();
        }

        _self?.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        var query = QueryHelpers.ParseQuery(new Uri(Navigation.Uri).Query);
        View = SessionsView.Parse(key => query.TryGetValue(key, out var values) ? values.ToString() : null);
        if (_loaded != View.ToAddress())
        {
            _loaded = View.ToAddress();
            ViewModel.MayReadTexts = RequestRights.Of(Authentication is null ? null : (await Authentication).User).MayReadPayloads;
            await ViewModel.LoadAsync(View, Stopping);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (firstRender && !Stopping.IsCancellationRequested)
        {
            (_self, _keys) = (DotNetObjectReference.Create(this), new BrowserListener(Js));
            await _keys.ListenAsync("gatehouse.listenKeys", _self);
        }
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal)
    {
        // What was stored while nobody listened is read as well.
        ViewModel.Invalidate();
        return
        [
            Time.CreateTimer(_ => signal(), null, RelativeTimes, RelativeTimes),
            Feed.OnChanged(signal),
            Log.OnAppended(() =>
            {
                ViewModel.Invalidate();
                signal();
            }),
        ];
    }

    protected override async Task<bool> RefreshAsync()
    {
        var changed = await ViewModel.RefreshAsync(Stopping);
        if (changed is null)
        {
            Signal();
        }

        var mustRender = changed == true || Time.GetUtcNow() - _renderedAt >= RelativeTimes;
        _renderedAt = mustRender ? Time.GetUtcNow() : _renderedAt;
        return mustRender;
    }

    private Task ReloadAsync() => ViewModel.ReloadAsync(Stopping);

    private void Go(SessionsView view) => Navigation.NavigateTo(view.ToAddress());

    private void Open(string id) => Navigation.NavigateTo(SessionTexts.Address(id));

    private async Task MoveAsync(int by)
    {
        var ids = ViewModel.Items.Select(i => i.Row.Id).ToList();
        if (ids.Count > 0)
        {
            Cursor = ids[Math.Clamp(Cursor is null ? (by > 0 ? 0 : ids.Count - 1) : ids.IndexOf(Cursor) + by, 0, ids.Count - 1)];
            await Js.InvokeVoidAsync("gatehouse.showRow", Cursor);
        }
    }
}
