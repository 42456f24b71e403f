using System.Collections.Frozen;
using System.Security.Claims;
using ConsoleWeb.Auth;
using ConsoleWeb.Features.Entities;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ConsoleWeb.Components.Pages.Tokens;

/// <summary>Personal access tokens: made, shown once, listed, revoked. Administrators see everyone's, never their values.</summary>
public sealed partial class TokensPage
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private IReadOnlyList<TokenRow>? _tokens;
    private FrozenSet<string> _granted = [];
    private NewToken.CreatedTokenView? _created;
    private TokenRow? _revoking;
    private DateTimeOffset _now;
    private Guid _userId;
    private string _userName = "";
    private string _filter = "";
    private string? _error;
    private bool _isAdmin;
    private bool _isAsking;
    private bool? _loadedEveryone;

    [SupplyParameterFromQuery(Name = "everyone")]
    public bool Everyone { get; set; }

    /// <summary>Asks for a new token at once.</summary>
    [SupplyParameterFromQuery(Name = "new")]
    public bool IsNew { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TokenService Tokens { get; set; } = default!;

    [Inject]
    private MudBlazor.ISnackbar Snackbar { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    private IEnumerable<TokenRow> Shown => _filter.Trim() is { Length: > 0 } wanted
        ? _tokens!.Where(t => t.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase) || t.Scopes.Any(s => s.Contains(wanted, StringComparison.OrdinalIgnoreCase)))
        : _tokens!;

    private string Summary
    {
        get
        {
            var revoked = _tokens!.Count(t => t.RevokedAt is not null);
            return revoked == 0 ? $"{_tokens!.Count}" : $"{_tokens!.Count}, {revoked} revoked";
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_loadedEveryone is null && Authentication is not null)
        {
            var person = (await Authentication).User;
            _isAdmin = person.IsInRole(Roles.Admin);
            _granted = Roles.Scopes(Roles.All.Where(person.IsInRole));
            _userName = person.Identity?.Name ?? "";
            _ = Guid.TryParse(person.FindFirstValue(ClaimTypes.NameIdentifier), out _userId);
        }

        if (IsNew)
        {
            // Once: a reload or the way back should not ask again.
            _isAsking = true;
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("new", (bool?)null), replace: true);
        }

        if (_loadedEveryone != Everyone)
        {
            _loadedEveryone = Everyone;
            await LoadAsync();
        }
    }

    /// <summary>When a token was last used is written by the Admin listener now and then; a slow tick is all that is needed to see it.</summary>
    protected override IEnumerable<IDisposable> Subscribe(Action signal) => [Time.CreateTimer(_ => signal(), null, Interval, Interval)];

    protected override async Task<bool> RefreshAsync()
    {
        var before = _tokens;
        await LoadAsync();
        return before is null || _tokens is null || !before.SequenceEqual(_tokens, SameRow.Instance);
    }

    private async Task LoadAsync()
    {
        try
        {
            _now = Time.GetUtcNow();
            _tokens = await Tokens.ListAsync(Everyone && _isAdmin ? null : _userId, Stopping);
            _error = null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _error = exception.Message;
        }
    }

    private async Task<(string? Field, string? Reason)> CreateAsync(TokenDialog.TokenDraft draft)
    {
        var lifetime = draft.Days > 0 ? Time.GetUtcNow().AddDays(draft.Days) : (DateTimeOffset?)null;
        if (lifetime is null && !_isAdmin)
        {
            return ("expires_at", "A token without an end needs the role Admin.");
        }

        var created = await Tokens.CreateAsync(new TokenRequest(draft.Name, draft.Scopes, lifetime), new TokenOwner(_userId, _userName, _granted), Stopping);
        if (created.IsError)
        {
            return ((created.Error as TokenFieldError)?.Field ?? (created.Error is TokenNameTaken ? "name" : null), created.Error.Message);
        }

        _created = new NewToken.CreatedTokenView(created.Value!);
        _isAsking = false;
        await LoadAsync();
        StateHasChanged();
        return (null, null);
    }

    private async Task RevokeAsync()
    {
        if (_revoking is { } token)
        {
            _revoking = null;
            await Tokens.RevokeAsync(token.Id, _isAdmin ? null : _userId, Actor.Named(_userName, "console"), Stopping);
            _created = _created?.Row.Id == token.Id ? null : _created;
            await LoadAsync();
            Snackbar.Add($"The token {token.Name} was revoked");
        }
    }

    /// <summary>Rows hold lists, so records alone do not compare them.</summary>
    private sealed class SameRow : IEqualityComparer<TokenRow>
    {
        public static readonly SameRow Instance = new();

        public bool Equals(TokenRow? x, TokenRow? y) =>
            x is not null && y is not null && x.Id == y.Id && x.LastUsedAt == y.LastUsedAt && x.RevokedAt == y.RevokedAt;

        public int GetHashCode(TokenRow row) => row.Id.GetHashCode();
    }
}
