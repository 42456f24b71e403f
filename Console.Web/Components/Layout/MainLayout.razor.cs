using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace ConsoleWeb.Components.Layout;

/// <summary>The frame around every page after sign-in.</summary>
public sealed partial class MainLayout : IDisposable
{
    private ErrorBoundary? _boundary;
    private bool _isDark;
    private bool _isNavOpen;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    public void Dispose() => Navigation.LocationChanged -= OnLocationChanged;

    protected override void OnInitialized() => Navigation.LocationChanged += OnLocationChanged;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await Js.InvokeAsync<string>("gatehouse.theme") == "dark")
        {
            _isDark = true;
            StateHasChanged();
        }
    }

    private async Task ToggleThemeAsync()
    {
        _isDark = !_isDark;
        await Js.InvokeVoidAsync("gatehouse.setTheme", _isDark ? "dark" : "light");
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        _isNavOpen = false;
        _boundary?.Recover();
    }
}
