using ConsoleWeb.Components.Controls;
using ConsoleWeb.Components.Pages.Entities;
using ConsoleWeb.Components.Pages.Logs;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ConsoleWeb.Components.Pages.LogFiles;

/// <summary>Looks at the file every second while somebody is there; the address says which file and which words.</summary>
public sealed partial class LogFilesPage
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private LogFilesModel _model = default!;
    private EntityLookup? _lookup;
    private RequestRights _rights = RequestRights.None;
    private bool _isLoaded;

    [SupplyParameterFromQuery(Name = "file")]
    public string? File { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    public string? Query { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState>? SignedIn { get; set; }

    protected override async Task OnInitializedAsync()
    {
        _model = new LogFilesModel(Service);
        await base.OnInitializedAsync();
        _rights = RequestRights.Of(SignedIn is null ? null : (await SignedIn).User);
        _model.WithPayloads = _rights.MayReadPayloads;
        await LoadAsync();
        _isLoaded = true;
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_isLoaded)
        {
            await LoadAsync();
        }
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal) => [.. base.Subscribe(signal), Time.CreateTimer(_ => signal(), null, Interval, Interval)];

    protected override async Task<bool> RefreshAsync() => _isLoaded && await LoadAsync();

    private static RequestState StateOf(int status) => status >= 500 ? RequestState.Failed : status >= 400 ? RequestState.Refused : RequestState.Ok;

    private static string AddressOf(string? file, string? query) => "/logs/files" + (file is null && query is null ? ""
        : "?" + string.Join('&', new[] { file is null ? null : $"file={Uri.EscapeDataString(file)}", query is null ? null : $"q={Uri.EscapeDataString(query)}" }.OfType<string>()));

    private async Task<bool> LoadAsync()
    {
        _lookup = new EntityLookup(Entities, Actor);
        return await _model.ReadAsync(File, Query, Stopping);
    }

    private void Go(string? file, string? query) => Navigation.NavigateTo(AddressOf(file, string.IsNullOrWhiteSpace(query) ? null : query.Trim()));

    private void Follow()
    {
        if (_model.Tail.Lines.Count > 0)
        {
            _model.Choose(_model.Tail.Lines[0]);
        }
    }
}
