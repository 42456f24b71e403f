using System.Text.Json.Nodes;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.History;
using Gateway.Shared.Schema;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace ConsoleWeb.Components.Pages.Entities;

/// <summary>Lists the entities of a kind; each row links to its form.</summary>
public sealed partial class EntityTable
{
    private const string Q = "q";
    private IReadOnlyList<JsonObject> _rows = [];
    private EntityLookup _lookup = default!;
    private JsonObject? _deleting;
    private string? _error;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private HistoryService History { get; set; } = default!;

    [Parameter, EditorRequired]
    public EntityKind Kind { get; set; } = default!;

    private IReadOnlyList<EntityColumn> Columns => EntityColumn.Of(Kind);

    private bool HasState => Kind.Schema.Find("enabled") is not null;

    private string NewHref => $"{EntityTexts.Href(Kind)}/new";

    private string? Filter => Query(Q);

    /// <summary>Column, with a minus in front for descending.</summary>
    private string Sort => Query("sort") ?? "name";

    private IReadOnlyList<JsonObject> Shown
    {
        get
        {
            var filter = Filter;
            var matching = _rows.Where(r => string.IsNullOrWhiteSpace(filter) || TextsOf(r).Any(t => t.Contains(filter.Trim(), StringComparison.OrdinalIgnoreCase)));
            var column = Sort.TrimStart('-');
            var ordered = matching.OrderBy(r => KeyOf(r, column), StringComparer.OrdinalIgnoreCase).ThenBy(r => EntityTexts.Name(Kind, r), StringComparer.OrdinalIgnoreCase);
            return Sort.StartsWith('-') ? [.. ordered.Reverse()] : [.. ordered];
        }
    }

    public override ValueTask DisposeAsync()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        return base.DisposeAsync();
    }

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        Navigation.LocationChanged += OnLocationChanged;
        Load();
    }

    protected override Task<bool> RefreshAsync()
    {
        Load();
        return Task.FromResult(true);
    }

    private static bool IsOn(JsonObject row) => row["enabled"]?.GetValue<bool>() ?? true;

    private void Load()
    {
        _lookup = new EntityLookup(Entities, Actor);
        _rows = _lookup.All(Kind);
    }

    private string HrefOf(string id) => $"{EntityTexts.Href(Kind)}/{id}";

    private string NewHrefOf(JsonObject row) => Kind == EntityKinds.Plugins ? $"/plugins/new/{row["name"]}" : NewHref;

    private IEnumerable<string> TextsOf(JsonObject row) =>
        [EntityTexts.Name(Kind, row), row["name"]?.ToString() ?? "", row["id"]!.ToString(), .. Columns.Select(c => c.Text(row, _lookup))];

    private string KeyOf(JsonObject row, string column) => column switch
    {
        "changed" => EntityTexts.Changed(row)?.ToUnixTimeMilliseconds().ToString("D20", System.Globalization.CultureInfo.InvariantCulture) ?? "",
        "state" => IsOn(row) ? "0" : "1",
        _ => Columns.FirstOrDefault(c => c.Id == column)?.Text(row, _lookup) ?? EntityTexts.Name(Kind, row),
    };

    private string? Query(string name) =>
        System.Web.HttpUtility.ParseQueryString(new Uri(Navigation.Uri).Query)[name] is { Length: > 0 } value ? value : null;

    private void SetQuery(string name, string? value) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, string.IsNullOrEmpty(value) ? null : value), replace: true);

    private void OnSort(string column) => SetQuery("sort", Sort == column ? "-" + column : column == "name" ? null : column);

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(StateHasChanged);

    private async Task ToggleAsync(JsonObject row, bool isOn)
    {
        _error = null;
        if (CanEdit && (await Entities.PatchAsync(Kind, row["id"]!.ToString(), new JsonObject { ["enabled"] = isOn }, Actor, Stopping)).Error is { } error)
        {
            _error = error.Message;
        }

        Load();
    }

    private void OnDeleted(object deleted)
    {
        _deleting = null;
        Load();
        new DeletedToast(Snackbar, History).Show((Deleted)deleted, Actor);
    }
}
