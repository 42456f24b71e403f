using System.Security.Claims;
using ConsoleWeb.Auth;
using ConsoleWeb.Features;
using Gateway.Shared.Results;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ConsoleWeb.Components.Pages.Users;

/// <summary>Who may sign in, and as what. For administrators.</summary>
public sealed partial class UsersPage
{
    private List<UserRow>? _users;
    private PasswordLink? _link;
    private UserRow? _deleting;
    private DateTimeOffset _now;
    private Guid _me;
    private string? _error;
    private bool _isAsking;

    /// <summary>Asks for a new user at once.</summary>
    [SupplyParameterFromQuery(Name = "new")]
    public bool IsNew { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private UserService Users { get; set; } = default!;

    [Inject]
    private ConsoleAddresses Addresses { get; set; } = default!;

    [Inject]
    private MudBlazor.ISnackbar Snackbar { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    protected override async Task OnInitializedAsync()
    {
        if (Authentication is not null)
        {
            _ = Guid.TryParse((await Authentication).User.FindFirstValue(ClaimTypes.NameIdentifier), out _me);
        }

        await LoadAsync();
    }

    protected override void OnParametersSet()
    {
        if (IsNew)
        {
            // Once: a reload or the way back should not ask again.
            _isAsking = true;
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("new", (bool?)null), replace: true);
        }
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal) => [];

    protected override async Task<bool> RefreshAsync()
    {
        await LoadAsync();
        return true;
    }

    private async Task LoadAsync()
    {
        try
        {
            _now = Time.GetUtcNow();
            var list = await Users.ListAsync(_me, Stopping);
            (_users, _error) = (list.Value, list.Error?.Message);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _error = exception.Message;
        }
    }

    private async Task<string?> InviteAsync(string name, string displayName, string role)
    {
        var invited = await Users.InviteAsync(_me, name, displayName, role, Stopping);
        if (invited.IsError)
        {
            return invited.Error.Message;
        }

        (_link, _isAsking) = (invited.Value, false);
        await LoadAsync();
        StateHasChanged();
        return null;
    }

    private async Task RenewAsync(UserRow user)
    {
        var renewed = await Users.RenewLinkAsync(_me, user.Id, Stopping);
        _link = renewed.Value;
        if (renewed.IsError)
        {
            Snackbar.Add(renewed.Error.Message);
        }
    }

    private Task SetRoleAsync(UserRow user, string? role) => DoAsync(Users.SetRoleAsync(_me, user.Id, role ?? "", Stopping));

    private async Task DeleteAsync()
    {
        if (_deleting is { } user)
        {
            _deleting = null;
            await DoAsync(Users.DeleteAsync(_me, user.Id, Stopping));
        }
    }

    private async Task DoAsync(Task<Error?> change)
    {
        if (await change is { } refusal)
        {
            Snackbar.Add(refusal.Message);
        }

        await LoadAsync();
    }
}
