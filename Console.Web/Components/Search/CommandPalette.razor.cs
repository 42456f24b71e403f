using System.Text.Json;
using ConsoleWeb.Auth;
using ConsoleWeb.Components.Layout;
using ConsoleWeb.Features;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using MudBlazor;

namespace ConsoleWeb.Components.Search;

/// <summary>Keeps the palette's list in step with what is typed, while it is open.</summary>
public sealed partial class CommandPalette
{
    private static readonly string GoTo = JsonSerializer.Serialize(ConsolePages.All.Where(p => p.Key is not null).ToDictionary(p => p.Key!.Value.ToString(), p => p.Href));

    private PaletteModel? _model;
    private DotNetObjectReference<CommandPalette>? _self;
    private bool _isOpen;
    private bool _isAdmin;

    [Inject]
    private EntityIndex Index { get; set; } = default!;

    [Inject]
    private RecordJump Records { get; set; } = default!;

    [Inject]
    private ConsoleAddresses Addresses { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState>? SignedIn { get; set; }

    /// <summary>The script has shown the dialog.</summary>
    /// <param name="recent">Addresses within the console, the newest first.</param>
    [JSInvokable]
    public void OnOpened(string[] recent)
    {
        _isOpen = true;
        _model ??= new([.. PaletteActions.Pages, .. PaletteActions.Creations(CanEdit, _isAdmin), .. PaletteActions.Everyday(Addresses), .. CanEdit ? PaletteActions.OfPlugins(Plugins) : []], () => Index.Items, (text, stopping) => Records.FindAsync(text, Zone, stopping));
        _model.Open(recent);
        StateHasChanged();
    }

    [JSInvokable]
    public void OnClosed()
    {
        _isOpen = false;
        _model?.Close();
        StateHasChanged();
    }

    /// <summary>The script has put something on the clipboard.</summary>
    [JSInvokable]
    public void OnCopied(string text, bool isDone) => Snackbar.Add(isDone ? $"Copied {text}" : $"The browser refused to copy {text}", isDone ? Severity.Normal : Severity.Warning);

    public override async ValueTask DisposeAsync()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        _self?.Dispose();
        await base.DisposeAsync();
    }

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        _isAdmin = SignedIn is not null && (await SignedIn).User.IsInRole(Roles.Admin);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            await Js.InvokeVoidAsync("gatehouseKeys.serve", _self);
            Navigation.LocationChanged += OnLocationChanged;
        }
    }

    /// <summary>While it is open it shows the entities as they were when the last letter was typed.</summary>
    protected override IEnumerable<IDisposable> Subscribe(Action signal) => [];

    protected override Task<bool> RefreshAsync() => Task.FromResult(false);

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(RememberAsync);

    private async Task RememberAsync()
    {
        try
        {
            await Js.InvokeVoidAsync("gatehouseKeys.remember");
        }
        catch (Exception exception) when (exception is JSDisconnectedException or OperationCanceledException)
        {
            // The browser has gone; there is nothing to remember for.
        }
    }

    private Task OnInputAsync(ChangeEventArgs change) => _model?.SearchAsync(change.Value?.ToString() ?? "", Stopping) ?? Task.CompletedTask;
}
