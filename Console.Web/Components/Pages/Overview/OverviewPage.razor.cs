using ConsoleWeb.Auth;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features;
using Gateway.Core.Logging;
using Microsoft.AspNetCore.Components;

namespace ConsoleWeb.Components.Pages.Overview;

/// <summary>The gateway at a glance: figures of a range, the newest requests, what to do first.</summary>
public sealed partial class OverviewPage
{
    private static readonly (string Id, string Text, TimeSpan Length)[] Ranges =
        [("1h", "1 hour", TimeSpan.FromHours(1)), ("24h", "24 h", TimeSpan.FromHours(24)), ("7d", "7 days", TimeSpan.FromDays(7))];

    private bool _hasToken;
    private string _loaded = "";

    [Inject]
    private IRequestLogStore Store { get; set; } = default!;

    [Inject]
    private IRequestFeed Feed { get; set; } = default!;

    [Inject]
    internal IRequestLogState LogState { get; set; } = default!;

    [Inject]
    private ConsoleAddresses Addresses { get; set; } = default!;

    [Inject]
    private TokenService Tokens { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "range")]
    private string? RangeInAddress { get; set; }

    internal OverviewViewModel? ViewModel { get; private set; }

    private string Range => Ranges.Any(r => r.Id == RangeInAddress) ? RangeInAddress! : "24h";

    private string RangeText => Range switch { "1h" => "hour before", "7d" => "week before", _ => "day before" };

    private IReadOnlyList<Step> Steps =>
    [
        new("Add a provider key", "Asked for when you connect an agent; stored encrypted, never shown again", ViewModel!.Keys.Any(k => k.IsSet), string.Join(", ", ViewModel.Keys.Where(k => k.IsSet).Select(k => k.Provider).Distinct()), "/connect", "Connect"),
        new("Connect an agent", "A route with a model behind it", ViewModel.TryIt is not null, $"{ViewModel.Routes} {(ViewModel.Routes == 1 ? "route" : "routes")}", "/connect", "Connect"),
        new("See the first request", "Start the agent with the line you were given, or paste the command on this page; it appears while it runs", ViewModel.HasTraffic, "", null, ""),
        new("Create a token for the CLI", "For decK, scripts and CI", _hasToken, "", "/tokens", "Create"),
    ];

    private int DoneSteps => Steps.Count(s => s.IsDone);

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        ViewModel = new OverviewViewModel(Store, Feed, Entities, Time);
        await LoadAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (ViewModel is not null && _loaded != Range)
        {
            await LoadAsync();
        }
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal) =>
    [
        .. base.Subscribe(signal),
        Feed.OnChanged(signal),
        Store.OnAppended(signal),
        // What was left out to spare the log is made up for, also when nothing comes any more.
        Time.CreateTimer(_ => SignalIfBehind(signal), null, OverviewViewModel.RefreshEvery, OverviewViewModel.RefreshEvery),
    ];

    protected override async Task<bool> RefreshAsync()
    {
        await LoadAsync();
        return true;
    }

    private void SignalIfBehind(Action signal)
    {
        if (ViewModel?.IsBehind == true)
        {
            signal();
        }
    }

    private string AgentHref(string term) => $"/logs?q={Uri.EscapeDataString(term)}&range={Range}";

    private static string Short(string address) => new Uri(address).Authority;

    private async Task LoadAsync()
    {
        _loaded = Range;
        await ViewModel!.LoadAsync(Ranges.First(r => r.Id == Range).Length, Addresses.Proxy, Actor, Stopping);
        _hasToken = _hasToken || (await Tokens.ListAsync(null, Stopping)).Count > 0;
    }

    private sealed record Step(string Title, string Hint, bool IsDone, string Fact, string? Href, string Action);
}
