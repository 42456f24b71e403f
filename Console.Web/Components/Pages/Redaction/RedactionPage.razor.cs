using ConsoleWeb.Components.Controls;
using ConsoleWeb.Features.Redaction;
using Gateway.Core.Configuration;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;

namespace ConsoleWeb.Components.Pages.Redaction;

/// <summary>What is taken out of the log before it is stored.</summary>
public sealed partial class RedactionPage
{
    [Inject]
    internal RedactionService Service { get; set; } = default!;

    [Inject]
    internal SnapshotHolder Snapshots { get; set; } = default!;

    private RedactionViewModel? ViewModel { get; set; }

    private string BodiesText
    {
        get
        {
            var keeping = ViewModel!.Plugins.Where(p => p.KeepsBodies).Select(p => p.Title).ToList();
            return keeping.Count switch
            {
                0 => "No AI plugin asks for it now (logging.log_payloads).",
                <= 3 => $"Now: {string.Join(", ", keeping)}.",
                _ => $"Now: {string.Join(", ", keeping.Take(3))} and {keeping.Count - 3} more.",
            };
        }
    }

    private string StatusText =>
        ViewModel!.IsSaved ? "Saved. In force for what is stored from now on."
        : ViewModel.State is { ChangedAt: { } at, ChangedBy: { } by } ? $"Set by {by}, {Formats.Iso(at, Zone)}"
        : "These are the defaults.";

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        ViewModel = new RedactionViewModel(Service, Snapshots);
        ViewModel.Load();
    }

    /// <summary>Changes of the configuration do not take away what is being edited.</summary>
    protected override Task<bool> RefreshAsync() => Task.FromResult(false);

    private void SetBodies(bool keeps)
    {
        ViewModel!.KeepsBodies = keeps;
        ViewModel.Changed();
    }

    private Task SaveAsync() => CanEdit ? ViewModel!.SaveAsync(Actor, Stopping) : Task.CompletedTask;

    private async Task ConfirmLeaveAsync(LocationChangingContext context)
    {
        if (CanEdit && ViewModel!.IsChanged && !await Js.InvokeAsync<bool>("confirm", "Leave without saving?"))
        {
            context.PreventNavigation();
        }
    }
}
