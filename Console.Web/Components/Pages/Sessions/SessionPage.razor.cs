using ConsoleWeb.Audit;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Components.Pages.Logs;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Requests.Conversations;
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
    private long Largest => _session!.Calls.Select(c => c.Row.InputTokens + c.Row.CacheReadTokens + c.Row.CacheWriteTokens + c.Row.OutputTokens).DefaultIfEmpty().Max();

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
        if (_session is not null && (await Sessions.FindAsync(Id, Stopping))?.Requests == _session.Row.Requests)
        {
            return false;
        }

        await LoadAsync();
        return true;
    }

    private static string NameOf(SessionCall call) => call.Call.Kind switch
    {
        CallKind.Background => "Background",
        CallKind.SubAgent => call.Call.SubAgent is { } name ? $"Sub-agent {VisibleText.Show(name, 60)}" : "Sub-agent",
        _ => call.Turn is { } turn ? FormattableString.Invariant($"Turn {turn}") : "Request",
    };

    /// <summary>What the person said since the agent's last answer; agents send all that was said before again.</summary>
    private static List<ConversationPart> NewWords(Conversation conversation) =>
        [.. conversation.Turns.Take(conversation.AnswerFrom).Reverse().TakeWhile(t => t.Speaker != Speaker.Agent).Where(t => t.Speaker == Speaker.Person).Reverse().SelectMany(t => t.Parts).Where(p => p.Kind != PartKind.Context)];

    private async Task LoadAsync()
    {
        try
        {
            _session = await AgentSession.FindAsync(Sessions, Log, Id, _rights.MayReadPayloads, Stopping);
            _error = null;
            if (!_isNoted && _session?.Calls.Any(c => c.Call.Conversation is not null) == true)
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
