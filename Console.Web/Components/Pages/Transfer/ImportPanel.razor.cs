using ConsoleWeb.Features.Transfer;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using MudBlazor;

namespace ConsoleWeb.Components.Pages.Transfer;

/// <summary>The page's side of an import: files, the place of a problem in the text, and one thing at a time.</summary>
public sealed partial class ImportPanel
{
    /// <summary>Changes and problems that are shown before somebody asks for all.</summary>
    private const int MostShown = 100;

    /// <summary>Longest file in bytes, as the command line has it.</summary>
    private const int MaxBytes = 8 * 1024 * 1024;

    private const string Placeholder = "_format_version: \"3.0\"\nservices:\n- name: codex-service\n  url: http://localhost:80\n  routes:\n  - name: codex-route\n    paths:\n    - /codex\n\nPaste a state file here, or drop one.";

    private ImportModel _model = default!;
    private bool _isBusy;
    private bool _showsAll;

    protected override async Task OnInitializedAsync()
    {
        _model = new ImportModel(Imports);
        await base.OnInitializedAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (firstRender)
        {
            await Js.InvokeVoidAsync("gatehouse.takeFiles", "state-text", "state-file");
        }
    }

    /// <summary>Another's change makes the preview stale.</summary>
    protected override Task<bool> RefreshAsync() => Task.FromResult(_model.Preview is not null);

    private static string Summary(ImportPreview preview)
    {
        var parts = new[] { (preview.Created, "to create"), (preview.Updated, "to change"), (preview.Deleted, "to delete") };
        return preview.Changes.Count == 0
            ? "the configuration is what the file says"
            : string.Join(" · ", parts.Where(p => p.Item1 > 0).Select(p => $"{p.Item1} {p.Item2}"));
    }

    private void SetText(string? text)
    {
        _model.Text = text ?? "";
        _model.FileName = null;
    }

    private async Task ReadFileAsync(InputFileChangeEventArgs chosen)
    {
        try
        {
            await using var stream = chosen.File.OpenReadStream(MaxBytes, Stopping);
            using var reader = new StreamReader(stream);
            _model.Text = await reader.ReadToEndAsync(Stopping);
            _model.FileName = chosen.File.Name;
        }
        catch (IOException exception)
        {
            Snackbar.Add($"{chosen.File.Name} could not be read: {exception.Message}", Severity.Normal);
        }
    }

    private Task LookAsync() => DoAsync(() => _model.LookAsync(Actor, Stopping));

    private Task ApplyAsync() => CanEdit ? DoAsync(() => _model.ApplyAsync(Actor, Stopping)) : Task.CompletedTask;

    private async Task DoAsync(Func<Task> work)
    {
        if (_isBusy)
        {
            return;
        }

        (_isBusy, _showsAll) = (true, false);
        try
        {
            await work();
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task ShowAsync(int line, int column) => await Js.InvokeVoidAsync("gatehouse.selectLine", "state-text", line, column);
}
