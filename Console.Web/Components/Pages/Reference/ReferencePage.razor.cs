using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace ConsoleWeb.Components.Pages.Reference;

/// <summary>The Admin API, read from its own description: operations, fields, and a call to copy. Each part has an address of its own.</summary>
public sealed partial class ReferencePage : IDisposable
{
    private const int MostHits = 60;

    private ReferenceGroup? _group;
    private string? _open;
    private string _text = "";

    [Parameter]
    public string? GroupName { get; set; }

    /// <summary>The plugin, below its settings.</summary>
    [Parameter]
    public string? Item { get; set; }

    /// <summary>The operation that is unfolded; empty: none.</summary>
    [SupplyParameterFromQuery(Name = "op")]
    public string? Operation { get; set; }

    private IEnumerable<(string Title, IEnumerable<ReferenceGroup> Groups)> Sections =>
    [
        ("Entities", Model.Groups.Where(g => g.Fields.Count > 0)),
        ("Everything else", Model.Groups.Where(g => g.Fields.Count == 0)),
        ("Plugin settings", Model.Plugins),
    ];

    public void Dispose() => Navigation.LocationChanged -= OnLocationChanged;

    protected override void OnInitialized() => Navigation.LocationChanged += OnLocationChanged;

    protected override void OnParametersSet()
    {
        _group = Model.Find(GroupName, Item);
        _open = Operation ?? (_group?.Operations.FirstOrDefault(o => o.Method == "POST") ?? (_group is { Operations: [var first, ..] } ? first : null))?.Id;
    }

    private void Clear() => _text = "";

    /// <summary>Whoever follows a link has found it.</summary>
    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(() =>
    {
        Clear();
        StateHasChanged();
    });

    /// <summary>Unfolds the operation, or folds it when it is open.</summary>
    private string HrefOf(ReferenceOperation operation) => $"{_group!.Href}?op={(operation.Id == _open ? "" : operation.Id)}";
}
