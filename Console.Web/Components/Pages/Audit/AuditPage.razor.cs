using ConsoleWeb.Audit;
using ConsoleWeb.Auth;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ConsoleWeb.Components.Pages.Audit;

/// <summary>Who did what, and whether the record of it is whole. For administrators; the filter lives in the address.</summary>
public sealed partial class AuditPage
{
    private const int PageSize = 100;

    private IReadOnlyList<AuditRow> _rows = [];
    private AuditRow? _entry;
    private AuditVerdict? _verdict;
    private (string?, bool) _loaded;
    private string? _error;
    private bool? _mayRead;
    private bool _hasOlder;
    private bool _isLoaded;

    /// <summary>The entry that is looked at; null: none.</summary>
    [Parameter]
    public long? Sequence { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    public string? Q { get; set; }

    [SupplyParameterFromQuery(Name = "outcome")]
    public string? Outcome { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    [Inject]
    private AuditLog Log { get; set; } = default!;

    [Inject]
    private AuditVerifier Verifier { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string? Filter => string.IsNullOrWhiteSpace(Q) ? null : Q.Trim();

    private bool OnlyRefused => Outcome == AuditOutcomes.Refused;

    protected override async Task OnParametersSetAsync()
    {
        if (_mayRead is null)
        {
            var user = Authentication is null ? null : (await Authentication).User;
            _mayRead = user is not null && Roles.Scopes(Roles.All.Where(user.IsInRole)).Contains(TokenScopes.Admin);
        }

        if (!_isLoaded || _loaded != (Filter, OnlyRefused))
        {
            await LoadAsync();
        }
        else if (_entry?.Sequence != Sequence)
        {
            await LoadEntryAsync();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (firstRender && _mayRead == true)
        {
            // After the rows are there: it reads every entry.
            await VerifyAsync();
            StateHasChanged();
        }
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal) => [Log.OnWritten(signal)];

    protected override async Task<bool> RefreshAsync()
    {
        await LoadAsync();
        return true;
    }

    private static string Address(long? sequence, string? filter, bool onlyRefused)
    {
        string[] query = [.. filter is null ? [] : (string[])["q=" + Uri.EscapeDataString(filter)], .. onlyRefused ? (string[])["outcome=" + AuditOutcomes.Refused] : []];
        return (sequence is null ? "/audit" : $"/audit/{sequence}") + (query.Length == 0 ? "" : "?" + string.Join('&', query));
    }

    private void SetFilter(string? text) =>
        Navigation.NavigateTo(Address(Sequence, string.IsNullOrWhiteSpace(text) ? null : text, OnlyRefused), replace: true);

    private Task<IReadOnlyList<AuditRow>> ListAsync(long? before, int size) =>
        Log.ListAsync(new AuditFilter(Outcome: OnlyRefused ? AuditOutcomes.Refused : null, Text: Filter), before, size, Stopping);

    private async Task LoadAsync()
    {
        if (_mayRead != true)
        {
            return;
        }

        try
        {
            _loaded = (Filter, OnlyRefused);
            var size = Math.Max(PageSize, _rows.Count);
            // One more than is shown says whether there are older ones.
            var found = await ListAsync(null, size + 1);
            (_rows, _hasOlder, _error) = ([.. found.Take(size)], found.Count > size, null);
            await LoadEntryAsync();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _error = exception.Message;
        }

        _isLoaded = true;
    }

    private async Task LoadEntryAsync() => _entry = Sequence is { } sequence and < long.MaxValue
        ? (await Log.ListAsync(new AuditFilter(), sequence + 1, 1, Stopping)).FirstOrDefault(e => e.Sequence == sequence)
        : null;

    private async Task LoadOlderAsync()
    {
        var found = await ListAsync(_rows[^1].Sequence, PageSize + 1);
        (_rows, _hasOlder) = ([.. _rows, .. found.Take(PageSize)], found.Count > PageSize);
    }

    private async Task VerifyAsync()
    {
        _verdict = null;
        try
        {
            _verdict = await Verifier.VerifyAsync(Stopping);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _verdict = new AuditVerdict(0, $"it could not be read: {exception.Message}");
        }
    }
}
