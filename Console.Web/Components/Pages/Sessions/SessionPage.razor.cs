using ConsoleWeb.Audit;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Components.Pages.Logs;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Sessions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ConsoleWeb.Components.Pages.Sessions;

/// <summary>One session: its facts, and its requests as turns.</summary>
public sealed partial class SessionPage
{
    private AgentSession? _session;
    private RequestRights _rights = RequestRights.None;
    private string _userName = "";
    private bool _isLoaded;
    private bool _isNoted;
    private string? _error;

    [Parameter]
    public string Id { get; set; } = "";

    [Inject]
    private ISessionStore Sessions { get; set; } = default!;

    [Inject]
    private IRequestLogStore Log { get; set; } = default!;

    [Inject]
    private AuditLog Audit { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    /// <summary>All bars are drawn against it, so that the growing context shows.</summary>
    private long Largest => _session!.Calls.Select(c => c.PromptTokens + c.Row.OutputTokens).DefaultIfEmpty().Max();

    internal static string Address(string id) => $"/sessions/{Uri.EscapeDataString(id)}";

    internal static string CostOf(SessionRow row) => row.Cost == 0 && row.Unpriced > 0 ? "unpriced" : Formats.Money(row.Cost);

    protected override async Task OnInitializedAsync()
    {
        var person = Authentication is null ? null : (await Authentication).User;
        (_rights, _userName) = (RequestRights.Of(person), person?.Identity?.Name ?? "");
        await LoadAsync();
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal) => [Log.OnAppended(signal)];

    protected override async Task<bool> RefreshAsync()
    {
        // Other sessions' requests are not worth reading all bodies again.
        if (_session is not null && await Sessions.FindAsync(Id, Stopping) is { } now && (now.Requests, now.Cost, now.Unpriced) == (_session.Row.Requests, _session.Row.Cost, _session.Row.Unpriced))
        {
            return false;
        }

        await LoadAsync();
        return true;
    }

    private static string NameOf(SessionCall call) => call.Kind switch
    {
        CallKind.Background => "Background",
        CallKind.SubAgent => call.SubAgent is { } name ? $"Sub-agent {VisibleText.Show(name, 60)}" : "Sub-agent",
        _ => call.Turn is { } turn ? FormattableString.Invariant($"Turn {turn}") : "Request",
    };

    private async Task LoadAsync()
    {
        try
        {
            _session = await AgentSession.FindAsync(Sessions, Log, Id, null, 200, _rights.MayReadPayloads, Stopping);
            _error = null;
            if (!_isNoted && _session?.Calls.Any(c => c.Answer.Count > 0) == true)
            {
                _isNoted = true;
                Audit.Post(new AuditEvent(AuditActions.PayloadView, Actor.Named(_userName, "console"), $"session {Id}"));
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _error = exception.Message;
        }

        _isLoaded = true;
    }
}
