using ConsoleWeb.Components.Pages.Entities;
using ConsoleWeb.Features.Connect;
using ConsoleWeb.Features.Entities;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ConsoleWeb.Components.Pages.Connect;

/// <summary>The line to paste, beside what the gateway sees of the agent.</summary>
public sealed partial class ConnectUseView
{
    private ConnectUse? _use;
    private Shell _shell = Shell.All[0];
    private bool _isTesting;
    private bool _isRemoving;
    private TestAnswer? _answer;

    [Parameter, EditorRequired]
    public string Tag { get; set; } = "";

    [Parameter, EditorRequired]
    public object PresetOf { get; set; } = default!;

    /// <summary>The agent's own key, known only right after it was made.</summary>
    [Parameter]
    public string? ClientKey { get; set; }

    private string Url => Addresses.Proxy + _use!.Flow!.Path;

    private string? Key => ClientKey ?? (_use!.Flow!.ConsumerId is null ? null : "YOUR_KEY");

    private bool NeedsTypedKey => _use!.Flow!.ConsumerId is not null && ClientKey is null;

    private string Lead => _use!.IsDone
        ? "Each request is in the log from now on, while it runs and afterwards."
        : _use.Flow!.ConsumerId is null
            ? $"Paste this into the terminal in which you start {_use.Flow.Preset.Title}. The key is only a placeholder; the gateway adds the real one."
            : $"Paste this into the terminal in which you start {_use.Flow.Preset.Title}. It signs in with a key of its own; the gateway adds the provider’s.";

    private IReadOnlyList<ConnectStep> Steps => _use?.Flow is not { } flow ? [] :
    [
        new("Agent", flow.Preset.Title, true),
        new("Provider and key", AgentPreset.ProviderTitle(flow.Provider), true, Href: $"/plugins/{flow.PluginId}"),
        new("Name and path", $"{flow.RouteName}, {flow.Path}", true, Href: $"/routes/{flow.RouteId}"),
        new("Model", flow.Model ?? "as the agent asks", true, Href: $"/plugins/{flow.PluginId}"),
        new("Logging", flow.LogFile ?? "no file", true, Href: $"/plugins/{flow.PluginId}"),
        new("Review and create", $"{flow.Parts.Count} entities", true, Href: "/history"),
        new("Use it", _use.IsDone ? "connected" : $"waiting for {flow.Preset.Title}", _use.IsDone, !_use.IsDone),
    ];

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        _use = new ConnectUse(Connections, Entities, Store, Feed, Time, Tag);
        await LoadAsync();
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal) =>
    [
        .. base.Subscribe(signal), Feed.OnChanged(signal), Store.OnAppended(signal),

        // Patience ends without anything having happened.
        Time.CreateTimer(_ => signal(), null, AgentChecklist.Patience, AgentChecklist.Patience),
    ];

    protected override async Task<bool> RefreshAsync() => await _use!.ReadAsync(Addresses.Proxy, Stopping);

    private Task LoadAsync() => _use!.ReadAsync(Addresses.Proxy, Stopping);

    private async Task TestAsync()
    {
        if (_isTesting || !CanEdit)
        {
            return;
        }

        _isTesting = true;
        try
        {
            _answer = await Tester.SendAsync(_use!.Flow!, Url, ClientKey, Stopping);
        }
        finally
        {
            _isTesting = false;
        }
    }

    private async Task RaiseLimitAsync()
    {
        if (CanEdit)
        {
            Tell(await _use!.RaiseLimitAsync(Actor, Stopping), "The limit is 16 MB now. Ask again.");
        }
    }

    private void OnRemoved(object deleted)
    {
        _isRemoving = false;
        new DeletedToast(Snackbar, History).Show((Deleted)deleted, Actor);
        Navigation.NavigateTo("/connect");
    }

    private void Tell(Gateway.Shared.Results.Error? refusal, string done) =>
        Snackbar.Add(refusal?.Message ?? done, refusal is null ? Severity.Success : Severity.Error);
}
