using System.Globalization;
using ConsoleWeb.Components.Pages.Logs;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Prices;
using ConsoleWeb.Features.Requests;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.WebUtilities;

namespace ConsoleWeb.Components.Pages.Analytics;

/// <summary>Traffic, tokens, cost, times and failures over time. The address says what is shown.</summary>
public sealed partial class AnalyticsPage
{
    private AnalyticsViewModel? _viewModel;
    private string? _loaded;
    private bool _knowsZone;

    [SupplyParameterFromQuery(Name = "tab")]
    public string? TabInAddress { get; set; }

    [SupplyParameterFromQuery(Name = "range")]
    public string? RangeInAddress { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    public string? QueryInAddress { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    [Inject]
    private IRequestLogStore Store { get; set; } = default!;

    [Inject]
    private ISessionStore Sessions { get; set; } = default!;

    [Inject]
    internal CacheSavings Savings { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private AnalyticsViewModel ViewModel => _viewModel ??= new AnalyticsViewModel(Store, Sessions, Savings, Time);

    private AnalyticsView View { get; set; } = new();

    private AnalyticsData? Shown => ViewModel.Data;

    private IReadOnlyList<TimeSpan> Steps => Shown is { } data ? AnalyticsRange.Steps(data.Window.To - data.Window.From) : [];

    private string StepText => Shown?.Window.Step is { } step ? $"{LengthText(step)} steps" : "";

    protected override async Task OnParametersSetAsync()
    {
        var query = QueryHelpers.ParseQuery(new Uri(Navigation.Uri).Query);
        View = AnalyticsView.Parse(key => query.TryGetValue(key, out var values) ? values.ToString() : null);
        if (_knowsZone)
        {
            await LoadAsync();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (firstRender)
        {
            // Days and hours are those of the browser's zone, so nothing is read before it is known.
            _knowsZone = true;
            ViewModel.SearchesBodies = RequestRights.Of(Authentication is null ? null : (await Authentication).User).MayReadPayloads;
            await LoadAsync();
            StateHasChanged();
        }
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal) => [Store.OnAppended(signal)];

    protected override async Task<bool> RefreshAsync()
    {
        if (!_knowsZone)
        {
            return false;
        }

        var changed = await ViewModel.RefreshAsync(Stopping);
        if (changed is null)
        {
            Signal();
        }

        return changed == true;
    }

    private static string? Chosen(ChangeEventArgs change) => change.Value as string is { Length: > 0 } value ? value : null;

    private static string LengthText(TimeSpan length) => length switch
    {
        { TotalDays: >= 1 } => FormattableString.Invariant($"{length.TotalDays:0}-day"),
        { TotalHours: >= 1 } => FormattableString.Invariant($"{length.TotalHours:0}-hour"),
        { TotalMinutes: >= 1 } => FormattableString.Invariant($"{length.TotalMinutes:0}-minute"),
        _ => FormattableString.Invariant($"{length.TotalSeconds:0}-second"),
    };

    private string SpanText(StatsWindow window)
    {
        var from = TimeZoneInfo.ConvertTime(window.From, Zone).ToString("d MMM HH:mm", CultureInfo.InvariantCulture);
        return Shown!.Range.IsLive ? $"since {from}" : $"{from} to {TimeZoneInfo.ConvertTime(window.To, Zone).ToString("d MMM HH:mm", CultureInfo.InvariantCulture)}";
    }

    private void Go(AnalyticsView view) => Navigation.NavigateTo(view.ToAddress());

    private async Task LoadAsync()
    {
        var address = View.ToAddress();
        if (_loaded != address)
        {
            _loaded = address;
            await ViewModel.LoadAsync(View, Zone, Stopping);
        }
    }

    private Task ReloadAsync() => ViewModel.ReloadAsync(Stopping);

    private async Task TogglePauseAsync()
    {
        ViewModel.IsPaused = !ViewModel.IsPaused;
        if (!ViewModel.IsPaused)
        {
            await ReloadAsync();
        }
    }
}
