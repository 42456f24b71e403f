using ConsoleWeb.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace ConsoleWeb.Components.Layout;

/// <summary>The frame around every page after sign-in.</summary>
public sealed partial class MainLayout : IAsyncDisposable
{
    private ErrorBoundary? _boundary;
    private bool _isDark;
    private string _theme = "system";
    private DotNetObjectReference<MainLayout>? _self;
    private BrowserListener? _watcher;
    private bool _isNavOpen;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <summary>The system changed between day and night, and this person follows it.</summary>
    [JSInvokable]
    public void OnSystemTheme(bool isDark)
    {
        _isDark = isDark;
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        if (_watcher is not null)
        {
            await _watcher.DisposeAsync();
        }

        _self?.Dispose();
    }

    protected override void OnInitialized() => Navigation.LocationChanged += OnLocationChanged;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        (_self, _watcher) = (DotNetObjectReference.Create(this), new BrowserListener(Js));
        _isDark = await Js.InvokeAsync<string>("gatehouse.theme") == "dark";
        _theme = await Js.InvokeAsync<string>("gatehouse.themeChoice");
        await _watcher.ListenAsync("gatehouse.watchTheme", _self);
        StateHasChanged();
    }

    private Task ToggleThemeAsync() => SetThemeAsync(_isDark ? "light" : "dark");

    /// <param name="choice"><c>light</c>, <c>dark</c> or <c>system</c>.</param>
    private async Task SetThemeAsync(string choice)
    {
        _theme = choice;
        _isDark = await Js.InvokeAsync<string>("gatehouse.setTheme", choice) == "dark";
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        _isNavOpen = false;
        _boundary?.Recover();
    }
}
