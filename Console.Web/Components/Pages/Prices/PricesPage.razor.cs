using System.Globalization;
using ConsoleWeb.Auth;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Pricing;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Prices;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ConsoleWeb.Components.Pages.Prices;

/// <summary>What models cost, and which models were called without a known price.</summary>
public sealed partial class PricesPage
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(30);

    private IReadOnlyList<PriceRow>? _rows;
    private IReadOnlyList<SeenModel> _unpriced = [];
    private Dictionary<string, long> _requests = [];
    private PriceDraft? _draft;
    private PriceRow? _ending;
    private Actor _actor = Actor.Named("", "console");
    private bool _mayWrite;
    private bool _isRepricing;
    private int _pricesVersion;
    private string _filter = "";
    private string? _error;

    /// <summary>A model whose price is to be set.</summary>
    [SupplyParameterFromQuery(Name = "model")]
    public string? Model { get; set; }

    [SupplyParameterFromQuery(Name = "provider")]
    public string? Provider { get; set; }

    [Inject]
    internal PriceService Prices { get; set; } = default!;

    [Inject]
    private IRequestLogStore Store { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    private IEnumerable<PriceRow> Shown => _filter.Trim() is { Length: > 0 } wanted
        ? _rows!.Where(r => r.Price.Provider.Contains(wanted, StringComparison.OrdinalIgnoreCase) || r.Price.Pattern.Contains(wanted, StringComparison.OrdinalIgnoreCase))
        : _rows!;

    protected override async Task OnInitializedAsync()
    {
        if (Authentication is not null)
        {
            var person = (await Authentication).User;
            _mayWrite = Roles.Scopes(Roles.All.Where(person.IsInRole)).Contains(TokenScopes.ConfigWrite);
            _actor = Actor.Named(person.Identity?.Name ?? "", "console");
        }

        if (_mayWrite && Model is { Length: > 0 })
        {
            _draft = new PriceDraft { Provider = Provider ?? "", Pattern = Model };
        }

        await LoadAsync();
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal) => [];

    protected override Task<bool> RefreshAsync() => Task.FromResult(false);

    private static string Rate(decimal? rate) => rate is { } known ? known.ToString("0.######", CultureInfo.InvariantCulture) : "–";

    private void Open(PriceDraft draft) => _draft = draft;

    private async Task LoadAsync()
    {
        try
        {
            var rows = Prices.List();
            var now = Time.GetUtcNow();
            var stats = await Store.StatsAsync(new StatsQuery(RequestFilter.None, now - Window, now, null, LogFields.Model, HasPercentiles: false), Stopping);
            _requests = rows.ToDictionary(r => r.Price.Id, r => stats.Points.Where(p => p.Group is not null && Prices.PriceOf(r.Price.Provider, p.Group)?.Id == r.Price.Id).Sum(p => p.Sums.Requests));
            _unpriced = [.. stats.Points.Where(p => p is { Group: not null, Sums.Unpriced: > 0 }).OrderByDescending(p => p.Sums.Unpriced).Take(20).Select(p => new SeenModel(p.Group!, p.Sums.Requests, p.Sums.Unpriced))];
            _rows = rows;
            _error = null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _error = exception.Message;
        }
    }

    /// <returns>What is wrong; null when it is set.</returns>
    private async Task<string?> SaveAsync(PriceDraft draft)
    {
        var set = await Prices.SetAsync(draft, _actor, Stopping);
        if (set.IsError)
        {
            return set.Error.Message;
        }

        _draft = null;
        // A price of earlier calls may have changed: offer to price them anew, and say what that comes to.
        _isRepricing = true;
        _pricesVersion++;
        await LoadAsync();
        StateHasChanged();
        return null;
    }

    private Task<RepriceSummary> PreviewAsync(CancellationToken cancellationToken) => Prices.PreviewAsync(null, null, cancellationToken);

    private Task<RepriceSummary> RepriceAsync(CancellationToken cancellationToken) => Prices.RepriceAsync(null, null, _actor, cancellationToken);

    private async Task EndAsync()
    {
        if (_ending is { Id: { } id })
        {
            _ending = null;
            await Prices.EndAsync(id, _actor, Stopping);
            await LoadAsync();
        }
    }

    private sealed record SeenModel(string Name, long Requests, long Unpriced);
}
