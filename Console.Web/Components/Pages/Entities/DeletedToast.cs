using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.History;
using MudBlazor;

namespace ConsoleWeb.Components.Pages.Entities;

/// <summary>Says what was deleted, and offers for half a minute to bring it back.</summary>
internal sealed class DeletedToast(ISnackbar snackbar, HistoryService history)
{
    private const int UndoMilliseconds = 30_000;

    public void Show(Deleted deleted, Actor actor)
    {
        var what = $"{EntityTexts.One(deleted.Kind)} {deleted.Name}{(deleted.Others > 0 ? $" and {deleted.Others} more" : "")}";
        snackbar.Add($"Deleted {what}", Severity.Normal, options =>
        {
            options.Action = "Undo";
            options.ActionColor = Color.Inherit;
            options.VisibleStateDuration = UndoMilliseconds;
            options.OnClick = async _ =>
            {
                // The page that deleted may be gone by now.
                var undone = await history.UndoAsync(deleted.Version, actor, CancellationToken.None);
                snackbar.Add(undone is null ? $"Brought {what} back" : undone.Message, Severity.Normal);
            };
        });
    }
}
