using ConsoleWeb.Audit;
using ConsoleWeb.Components.Pages.Logs;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Replay;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ConsoleWeb.Components.Pages.Compare;

/// <summary>Two stored requests side by side: figures, what was asked, what was answered.</summary>
public sealed partial class ComparePage
{
    private Comparison? _comparison;
    private RequestRights _rights = RequestRights.None;
    private string _userName = "";
    private (string?, string?) _loaded;
    private string? _missing;
    private string? _error;

    [SupplyParameterFromQuery(Name = "a")]
    public string? A { get; set; }

    [SupplyParameterFromQuery(Name = "b")]
    public string? B { get; set; }

    [Inject]
    private IRequestLogStore Store { get; set; } = default!;

    [Inject]
    private AuditLog Audit { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    private bool IsSameAnswer => Comparison.WordsOf(_comparison?.ConversationA) is { } words && words == Comparison.WordsOf(_comparison?.ConversationB);

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded == (A, B) && (_comparison ?? (object?)_missing) is not null)
        {
            return;
        }

        var person = Authentication is null ? null : (await Authentication).User;
        (_rights, _userName) = (RequestRights.Of(person), person?.Identity?.Name ?? "");
        await LoadAsync();
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal) => [];

    /// <summary>The time zone is known after the first rendering.</summary>
    protected override Task<bool> RefreshAsync() => Task.FromResult(true);

    private async Task LoadAsync()
    {
        (_loaded, _comparison, _missing, _error) = ((A, B), null, null, null);
        if (string.IsNullOrEmpty(A) || string.IsNullOrEmpty(B))
        {
            _missing = "Two requests are needed.";
            return;
        }

        try
        {
            var (a, b) = (await Store.FindAsync(A, Stopping), await Store.FindAsync(B, Stopping));
            if (a is null || b is null)
            {
                _missing = $"{(a is null && b is null ? "Neither request is" : a is null ? "The first request is not" : "The second request is not")} in the log: still running, removed by retention, or mistyped.";
                return;
            }

            _comparison = Comparison.Of(a, b, _rights.MayReadPayloads);
            if (_rights.MayReadPayloads && _comparison.HasBodies)
            {
                Audit.Post(new AuditEvent(AuditActions.PayloadView, Actor.Named(_userName, "console"), $"{A} and {B}"));
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _error = exception.Message;
        }
    }
}
