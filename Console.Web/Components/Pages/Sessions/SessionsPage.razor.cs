using ConsoleWeb.Components.Pages.Logs;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Sessions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ConsoleWeb.Components.Pages.Sessions;

/// <summary>The agents' sessions, the one that began last first.</summary>
public sealed partial class SessionsPage
{
    private const int PageSize = 50;

    private IReadOnlyList<SessionRow> _rows = [];
    private bool _hasOlder;
    private bool _isLoaded;
    private string? _error;
    private bool? _mayReadPayloads;

    [Inject]
    private ISessionStore Sessions { get; set; } = default!;

    [Inject]
    private IRequestLogStore Log { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    protected override async Task OnInitializedAsync()
    {
        _mayReadPayloads = RequestRights.Of(Authentication is null ? null : (await Authentication).User).MayReadPayloads;
        await LoadAsync();
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal) => [Log.OnAppended(signal)];

    protected override async Task<bool> RefreshAsync()
    {
        await LoadAsync();
        return true;
    }

    private Task LoadAsync() => LoadAsync(Math.Max(PageSize, _rows.Count));

    private Task LoadOlderAsync() => LoadAsync(_rows.Count + PageSize);

    private async Task LoadAsync(int size)
    {
        try
        {
            // One more than is shown says whether there are older ones.
            var found = await Sessions.ListAsync(RequestFilter.None, null, size + 1, Stopping);
            (_rows, _hasOlder, _error) = ([.. found.Take(size)], found.Count > size, null);
            _rows = _mayReadPayloads == true ? _rows : [.. _rows.Select(r => r.WithoutTexts())];
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _error = exception.Message;
        }

        _isLoaded = true;
    }
}
