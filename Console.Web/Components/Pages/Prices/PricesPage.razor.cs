using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Auth;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Pricing;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Prices;
using Gateway.Shared.Results;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;

namespace ConsoleWeb.Components.Pages.Prices;

/// <summary>What models cost, and which models were called without a known price.</summary>
public sealed partial class PricesPage
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(30);

    private const long MostImported = 1024 * 1024;

    private IReadOnlyList<PriceRow>? _rows;
    private IReadOnlyList<SeenModel> _unpriced = [];
    private Dictionary<string, long> _requests = [];
    private PriceDraft? _draft;
    private PriceRow? _ending;
    private Actor _actor = Actor.Named("", "console");
    private bool _mayWrite;
    private bool _isRepricing;
    private int _pricesVersion;
    private DateTimeOffset? _shownEnd;
    private string _filter = "";
    private string? _error;
    private string? _imported;

    /// <summary>A model whose price is to be set.</summary>
    [SupplyParameterFromQuery(Name = "model")]
    public string? Model { get; set; }

    [SupplyParameterFromQuery(Name = "provider")]
    public string? Provider { get; set; }

    [Inject]
    internal PriceService Prices { get; set; } = default!;

    [Inject]
    internal RepriceRuns Runs { get; set; } = default!;

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

        // What somebody has started goes on, and is found again.
        _isRepricing = _mayWrite && Runs.Current is { IsRunning: true };
        await LoadAsync();
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal) => [Runs.OnChanged(signal)];

    protected override async Task<bool> RefreshAsync()
    {
        if (_shownEnd != Runs.Current?.EndedAt)
        {
            _shownEnd = Runs.Current?.EndedAt;
            await LoadAsync();
        }

        return _isRepricing;
    }

    private static string FactorsOf(Gateway.Core.Llm.Pricing.ModelPrice price) => string.Join(
        "; ",
        new[] { price.LongContext is { } context ? FormattableString.Invariant($"above {context.Above:N0} prompt tokens input × {context.Input:0.###}, output × {context.Output:0.###}") : null }
            .Concat((price.Tiers ?? new Dictionary<string, decimal>()).Select(t => FormattableString.Invariant($"{t.Key} × {t.Value:0.###}"))).OfType<string>());

    private async Task ExportAsync() => await Js.InvokeVoidAsync(
        "gatehouseCharts.download",
        "prices.json",
        new JsonObject { ["data"] = new JsonArray([.. Prices.List().Where(r => r.Id is not null).Select(PriceDocument.Write)]) }.ToJsonString(new JsonSerializerOptions { WriteIndented = true }),
        "application/json");

    private async Task ImportAsync(InputFileChangeEventArgs chosen)
    {
        try
        {
            await using var stream = chosen.File.OpenReadStream(MostImported, Stopping);
            var file = await JsonNode.ParseAsync(stream, cancellationToken: Stopping);
            var set = file?["data"] is JsonArray rows ? await Prices.ImportAsync(rows, _actor, Stopping) : new Error("the file has no list 'data'");
            _imported = set.IsError ? $"Nothing was imported: {set.Error.Message}" : set.Value == 0 ? "All prices of the file are set already." : $"{set.Value} {(set.Value == 1 ? "price" : "prices")} set.";
            await LoadAsync();
        }
        catch (Exception exception) when (exception is JsonException or IOException or InvalidOperationException)
        {
            _imported = $"Nothing was imported: {exception.Message}";
        }
    }

    private static string Rate(decimal? rate) => rate is { } known ? known.ToString("0.######", CultureInfo.InvariantCulture) : "–";

    private void Open(PriceDraft draft) => _draft = draft;

    private async Task LoadAsync()
    {
        try
        {
            var rows = Prices.List();
            var now = Time.GetUtcNow();
            var stats = await Store.StatsAsync(new StatsQuery(RequestFilter.None, now - Window, now, null, LogFields.Provider, HasPercentiles: false) { ThenBy = LogFields.Model }, Stopping);
            _requests = stats.Points.Where(p => p.SubGroup is not null).GroupBy(p => Prices.PriceOf(p.Group, p.SubGroup)?.Id ?? "").ToDictionary(g => g.Key, g => g.Sum(p => p.Sums.Requests));
            _unpriced = [.. stats.Points.Where(p => p is { SubGroup: not null, Sums.Unpriced: > 0 }).OrderByDescending(p => p.Sums.Unpriced).Take(20).Select(p => new SeenModel(p.Group ?? "", p.SubGroup!, p.Sums.Requests, p.Sums.Unpriced))];
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

    private bool StartReprice()
    {
        var isStarted = Runs.TryStart(null, null, _actor) is not null;
        StateHasChanged();
        return isStarted;
    }

    private async Task EndAsync()
    {
        if (_ending is { Id: { } id })
        {
            _ending = null;
            await Prices.EndAsync(id, _actor, Stopping);
            await LoadAsync();
        }
    }

    private sealed record SeenModel(string Provider, string Name, long Requests, long Unpriced);
}
