using ConsoleWeb.Auth;
using ConsoleWeb.Backups;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Features;
using ConsoleWeb.Options;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;

namespace ConsoleWeb.Components.Pages.Settings;

/// <summary>Backups as an administrator handles them.</summary>
public sealed partial class BackupPage
{
    private IReadOnlyList<KeptBackup> _kept = [];
    private KeptBackup? _restoring;
    private KeptBackup? _deleting;
    private bool _withLogs = true;
    private bool _withKeys;
    private string _passphrase = "";
    private string _unlock = "";
    private string? _error;
    private string? _progress;
    private long _logBytes;
    private bool _isAdmin;
    private bool _isBusy;
    private bool _isRestarting;

    [CascadingParameter]
    private Task<AuthenticationState>? SignedIn { get; set; }

    [Inject]
    private BackupShelf Shelf { get; set; } = default!;

    [Inject]
    private DataDirectory Directory { get; set; } = default!;

    [Inject]
    private RestartSwitch Switch { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        _isAdmin = SignedIn is not null && (await SignedIn).User.IsInRole(Roles.Admin);
        if (_isAdmin)
        {
            await LoadAsync();
        }
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal) => [Shelf.OnChanged(signal)];

    protected override async Task<bool> RefreshAsync()
    {
        if (_isAdmin)
        {
            await LoadAsync();
        }

        return _isAdmin;
    }

    private static string Contents(KeptBackup backup)
    {
        if (backup.Manifest is not { } manifest)
        {
            return "this file cannot be read as a backup";
        }

        string?[] parts =
        [
            "configuration, users, tokens, audit log",
            manifest.Files.FirstOrDefault(f => f.Name == BackupNames.Logs) is { } logs ? $"request log ({SizeText.Of(logs.Size)})" : "no request log",
            manifest.Has(BackupNames.Keys) ? "keys under a passphrase" : "no keys",
            $"version {manifest.Product}",
        ];
        return string.Join(" · ", parts);
    }

    private async Task LoadAsync()
    {
        _kept = await Shelf.ListAsync(Stopping);
        _logBytes = new[] { Directory.LogDatabase, Directory.LogDatabase + "-wal" }.Select(f => new FileInfo(f)).Where(f => f.Exists).Sum(f => f.Length);
    }

    private Task MakeAsync() => DoAsync(async () =>
    {
        var name = await Shelf.MakeAsync(_withLogs, _withKeys ? _passphrase : null, ProductVersion.Text, Actor, Stopping);
        _passphrase = "";
        Snackbar.Add($"Made {name}");
    });

    private Task ReceiveAsync(InputFileChangeEventArgs chosen) => DoAsync(async () =>
    {
        _progress = $"Receiving {SizeText.Of(chosen.File.Size)}…";
        StateHasChanged();
        await using var content = chosen.File.OpenReadStream(long.MaxValue, Stopping);
        var name = await Shelf.ReceiveAsync(content, Stopping);
        Snackbar.Add($"Kept as {name}");
    });

    private void Ask(KeptBackup backup) => (_restoring, _unlock, _error) = (backup, "", null);

    private Task StageAsync() => DoAsync(async () =>
    {
        if (_restoring is { } chosen)
        {
            await Shelf.StageAsync(chosen.Name, _unlock, Actor, Stopping);
            (_restoring, _unlock) = (null, "");
        }
    });

    private void Forget()
    {
        if (_isAdmin)
        {
            Shelf.Forget();
        }
    }

    private async Task DeleteAsync()
    {
        var doomed = _deleting;
        _deleting = null;
        if (_isAdmin && doomed is not null)
        {
            Shelf.Delete(doomed.Name, Actor);
            await LoadAsync();
        }
    }

    private void Restart()
    {
        _isRestarting = false;
        if (_isAdmin && Shelf.Staged is not null)
        {
            Switch.Restart();
        }
    }

    private async Task DoAsync(Func<Task> work)
    {
        if (_isBusy || !_isAdmin)
        {
            return;
        }

        (_isBusy, _error) = (true, null);
        try
        {
            await work();
            await LoadAsync();
        }
        catch (Exception exception) when (exception is BackupException or IOException or UnauthorizedAccessException)
        {
            _error = exception.Message;
        }
        finally
        {
            (_isBusy, _progress) = (false, null);
        }
    }
}
