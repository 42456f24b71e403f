using ConsoleWeb.Features.History;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ConsoleWeb.Components.Pages.History;

/// <summary>The versions of the configuration, one of them with what it changed, and the way back to it. The filter lives in the address.</summary>
public sealed partial class HistoryPage
{
    private const int PageSize = 100;

    private IReadOnlyList<HistoryRow> _rows = [];
    private HistoryVersion? _version;
    private long? _next;
    private string? _loadedFilter;
    private string? _error;
    private string? _restoreError;
    private bool _isLoaded;
    private bool _isAsking;

    /// <summary>The version that is looked at; null: none.</summary>
    [Parameter]
    public long? Number { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    public string? Q { get; set; }

    [Inject]
    private HistoryService History { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private string? Filter => string.IsNullOrWhiteSpace(Q) ? null : Q.Trim();

    private string Search => Filter is null ? "" : "?q=" + Uri.EscapeDataString(Filter);

    protected override async Task OnParametersSetAsync()
    {
        if (!_isLoaded || _loadedFilter != Filter)
        {
            await LoadAsync();
        }
        else if (_version?.Row.Number != Number)
        {
            _restoreError = null;
            await LoadVersionAsync();
        }
    }

    protected override async Task<bool> RefreshAsync()
    {
        var newest = _rows.Count == 0 ? 0 : _rows[0].Number;
        if (_isLoaded && _error is null && newest == Entities.Version)
        {
            return false;
        }

        await LoadAsync();
        return true;
    }

    private string Consequence(long number) =>
        $"The configuration becomes what it was after this version, as one new version. {(Entities.Version - number == 1 ? "The change made since is" : $"The {Entities.Version - number} changes made since are")} undone, and can be brought back in the same way.";

    private void SetFilter(string? text) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("q", string.IsNullOrWhiteSpace(text) ? null : text), replace: true);

    private async Task LoadAsync()
    {
        try
        {
            _loadedFilter = Filter;
            var page = await History.ListAsync(new HistoryFilter(Filter), null, Math.Max(PageSize, _rows.Count), Stopping);
            (_rows, _next, _error) = (page.Rows, page.Before, null);
            await LoadVersionAsync();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _error = exception.Message;
        }

        _isLoaded = true;
    }

    private async Task LoadVersionAsync() => _version = Number is { } number ? await History.FindAsync(number, Stopping) : null;

    private async Task LoadOlderAsync()
    {
        var page = await History.ListAsync(new HistoryFilter(Filter), _next, PageSize, Stopping);
        (_rows, _next) = ([.. _rows, .. page.Rows], page.Before);
    }

    private async Task RestoreAsync()
    {
        _isAsking = false;
        if (!CanEdit || Number is not { } number)
        {
            return;
        }

        var restored = await History.RestoreAsync(number, Actor, Stopping);
        _restoreError = restored.Error?.Message;
        if (!restored.IsError)
        {
            Snackbar.Add(restored.Value.Version is { } made ? $"Version {number} was restored as version {made}" : $"Version {number} is what serves already");
            await LoadAsync();
        }
    }
}
