using ConsoleWeb.Audit;
using ConsoleWeb.Auth;
using ConsoleWeb.Components.Pages.Compare;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Replay;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace ConsoleWeb.Components.Pages.Replay;

/// <summary>Sends a recorded request again, edited or not, and shows the answer as it comes.</summary>
public sealed partial class ReplayPage
{
    private ReplayViewModel? _viewModel;
    private IDisposable? _following;
    private DateTimeOffset _startedAt;
    private decimal? _cost;
    private string? _error;

    [Parameter]
    public string Id { get; set; } = "";

    [Inject]
    private ReplayService Replays { get; set; } = default!;

    [Inject]
    private ReplayTargets Targets { get; set; } = default!;

    [Inject]
    private IRequestLogStore Store { get; set; } = default!;

    [Inject]
    private AuditLog Audit { get; set; } = default!;

    [Inject]
    private ConsoleAddresses Addresses { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    private ReplayViewModel ViewModel => _viewModel!;

    private bool IsLocked => ViewModel.Run is not null || ViewModel.IsSending;

    internal static string Address(string id) => $"/logs/{Uri.EscapeDataString(id)}";

    public override async ValueTask DisposeAsync()
    {
        _following?.Dispose();
        await base.DisposeAsync();
    }

    protected override async Task OnInitializedAsync()
    {
        var person = Authentication is null ? null : (await Authentication).User;
        var roles = Roles.All.Where(role => person?.IsInRole(role) == true);
        var caller = new ReplayCaller(Actor.Named(person?.Identity?.Name ?? "", "console"), Roles.Scopes(roles));
        _viewModel = new ReplayViewModel(Replays, Targets, caller);
        await LoadAsync();
        if (ViewModel.Recorded is not null)
        {
            Audit.Post(new AuditEvent(AuditActions.PayloadView, caller.Actor, Id));
        }
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal) => [];

    protected override Task<bool> RefreshAsync() => Task.FromResult(true);

    private static string Short(string id) => CompareTexts.Short(id);

    private async Task LoadAsync()
    {
        try
        {
            await ViewModel.LoadAsync(Id, Stopping);
            _cost = ViewModel.Recorded is null ? null : (await Store.FindAsync(Id, Stopping))?.Row.Cost;
            _error = null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _error = exception.Message;
        }
    }

    private async Task SendAsync()
    {
        if (!ViewModel.CanSend)
        {
            return;
        }

        _startedAt = Time.GetUtcNow();
        await ViewModel.SendAsync(Stopping);
        if (ViewModel.Run is { } run)
        {
            _following?.Dispose();
            _following = run.OnChanged(Signal);
            StateHasChanged();
            await ViewModel.FinishAsync(Stopping);
        }
    }

    private void Stop() => ViewModel.Run?.Stop();

    private void PrepareAnother()
    {
        _following?.Dispose();
        ViewModel.PrepareAnother();
    }

    private async Task FocusValueAsync()
    {
        if (ViewModel.Credential == ReplayViewModel.Typed)
        {
            StateHasChanged();
            await Js.InvokeVoidAsync("gatehouse.focus", "#f-value");
        }
    }
}
