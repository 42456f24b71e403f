using ConsoleWeb.Components.Pages.Entities;
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
    private long _loadedVersion = -1;
    private long? _next;
    private (string? Text, Guid? Entity) _loadedFilter;
    private string? _entityName;
    private string? _error;
    private string? _restoreError;
    private bool _isLoaded;
    private bool _isAsking;

    /// <summary>The version that is looked at; null: none.</summary>
    [Parameter]
    public long? Number { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    public string? Q { get; set; }

    /// <summary>Id of the one entity whose versions are looked at; null: all.</summary>
    [SupplyParameterFromQuery(Name = "entity")]
    public Guid? Entity { get; set; }

    [Inject]
    private HistoryService History { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private string? Filter => string.IsNullOrWhiteSpace(Q) ? null : Q.Trim();

    private string Search => (Filter, Entity) switch
    {
        (null, null) => "",
        (_, null) => "?q=" + Uri.EscapeDataString(Filter),
        (null, _) => $"?entity={Entity}",
        _ => $"?q={Uri.EscapeDataString(Filter)}&entity={Entity}",
    };

    protected override async Task OnParametersSetAsync()
    {
        if (!_isLoaded || _loadedFilter != (Filter, Entity))
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
        if (_isLoaded && _error is null && _loadedVersion == Entities.Version)
        {
            return false;
        }

        await LoadAsync();
        return true;
    }

    private string Consequence(long number) =>
        $"The configuration becomes what it was after this version, as one new version. {(Entities.Version - number == 1 ? "The change made since is" : $"The {Entities.Version - number} changes made since are")} undone, and can be brought back in the same way.";

    /// <summary>What the entity is called now; after a delete only its id is left.</summary>
    private string NameOf(Guid id) =>
        EntityTexts.Pages.Select(k => (Kind: k, Found: Entities.Find(k, id.ToString(), Actor))).FirstOrDefault(f => f.Found is not null) is { Found: { } found } entity
            ? $"{EntityTexts.One(entity.Kind)} {EntityTexts.Name(entity.Kind, found)}"
            : id.ToString();

    private void SetFilter(string? text) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("q", string.IsNullOrWhiteSpace(text) ? null : text), replace: true);

    private async Task LoadAsync()
    {
        try
        {
            _loadedFilter = (Filter, Entity);
            var page = await History.ListAsync(new HistoryFilter(Filter, Entity: Entity), null, Math.Max(PageSize, _rows.Count), Stopping);
            _loadedVersion = Entities.Version;
            (_rows, _next, _error) = (page.Rows, page.Before, null);
            _entityName = Entity is { } id ? NameOf(id) : null;
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
        var page = await History.ListAsync(new HistoryFilter(Filter, Entity: Entity), _next, PageSize, Stopping);
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
