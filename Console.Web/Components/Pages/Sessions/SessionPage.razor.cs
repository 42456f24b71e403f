using ConsoleWeb.Audit;
using ConsoleWeb.Components.Charts;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Components.Pages.Logs;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Sessions;
using Gateway.Core.Logging;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace ConsoleWeb.Components.Pages.Sessions;

/// <summary>One session: its figures, its turns as a conversation, and how its context and cost have grown.</summary>
public sealed partial class SessionPage
{
    private readonly PickedRequests _picked = new();
    private SessionViewModel? _model;
    private RequestRights _rights = RequestRights.None;
    private IReadOnlyList<ChartData> _charts = [];
    private string _userName = "";
    private (string, long?)? _loaded;
    private long? _shownTurn;
    private bool _isNoted;
    private bool _isBusy;
    private bool _isCopied;

    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>The turn that is shown first.</summary>
    [SupplyParameterFromQuery(Name = "turn")]
    public long? WantedTurn { get; set; }

    [Inject]
    private ISessionStore Sessions { get; set; } = default!;

    [Inject]
    private IRequestLogStore Log { get; set; } = default!;

    [Inject]
    internal IRequestFeed Feed { get; set; } = default!;

    [Inject]
    private AuditLog Audit { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    private SessionViewModel Model => _model ??= new SessionViewModel(Sessions, Log, Feed, Time);

    private string ExportAddress => $"/logs/export?q={Uri.EscapeDataString(SessionTexts.TermOf(Id))}{(_rights.MayReadPayloads ? "&payloads=true" : "")}";

    /// <summary>Why there are no words; null when there are, or nothing could have any.</summary>
    private string? Note => Model.Calls.Count == 0 || Model.HasBodies ? null
        : _rights.MayReadPayloads ? "What was said is not stored: payload logging (logging.log_payloads) is off for the plugin of this route. It applies to new requests."
        : "What was said is shown to people whose role may read stored bodies.";

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded != (Id, WantedTurn))
        {
            _loaded = (Id, WantedTurn);
            var person = Authentication is null ? null : (await Authentication).User;
            (_rights, _userName) = (RequestRights.Of(person), person?.Identity?.Name ?? "");
            Model.MayReadPayloads = _rights.MayReadPayloads;
            await LoadAsync();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (Model.IsLoaded && WantedTurn is { } turn && _shownTurn != turn)
        {
            _shownTurn = turn;
            await Js.InvokeVoidAsync("gatehouse.show", "#" + SessionTexts.AnchorOf(turn));
        }
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal)
    {
        // What was stored while nobody listened is read as well, and the chart that takes longer than the rest.
        Model.Invalidate();
        return
        [
            Feed.OnChanged(signal),
            Log.OnAppended(() =>
            {
                Model.Invalidate();
                signal();
            }),
        ];
    }

    protected override async Task<bool> RefreshAsync()
    {
        var changed = await Model.RefreshAsync(Stopping);
        if (changed is null)
        {
            Signal();
        }

        if (await Model.LoadPartsAsync(Stopping) || changed == true)
        {
            Draw();
            return true;
        }

        return Model.Running.Count > 0;
    }

    private RenderFragment<SessionCall> LedgerOf => call => builder =>
    {
        builder.OpenComponent<SessionLedger>(0);
        builder.AddComponentParameter(1, nameof(SessionLedger.Call), call);
        builder.AddComponentParameter(2, nameof(SessionLedger.SessionId), Id);
        builder.AddComponentParameter(3, nameof(SessionLedger.Largest), Model.LargestTotal);
        builder.AddComponentParameter(4, nameof(SessionLedger.IsCacheLost), Model.CacheLosses.Contains(call.Row.Sequence));
        builder.AddComponentParameter(5, nameof(SessionLedger.MayReplay), _rights.MayReplay);
        builder.AddComponentParameter(6, nameof(SessionLedger.Letter), _picked.LetterOf(call.Row.RequestId));
        builder.AddComponentParameter(7, nameof(SessionLedger.Zone), Zone);
        builder.AddComponentParameter(8, nameof(SessionLedger.OnPick), EventCallback.Factory.Create<string>(this, Pick));
        builder.CloseComponent();
    };

    private IEnumerable<(string Text, string? Title)> Line(SessionRow row)
    {
        if (row.Version is { } version)
        {
            yield return ($"version {VisibleText.Show(version, 40)}", row.Client);
        }

        if (row.Models.Count > 0)
        {
            yield return (VisibleText.Show(string.Join(", ", row.Models), 200), "models");
        }

        if (row.Directory is { } directory)
        {
            yield return (SessionTexts.ShortDirectory(directory) + (row.Branch is { } branch ? $" on {VisibleText.Show(branch, 100)}" : ""), VisibleText.Show(directory, 500));
        }

        if (row.Consumers.Count > 0)
        {
            yield return (VisibleText.Show(string.Join(", ", row.Consumers), 200), "consumers");
        }

        yield return ($"since {Formats.Moment(row.StartedAt, Zone)[..^4]}, {SessionTexts.Length(row.ActiveAt - row.StartedAt)}", Formats.Iso(row.StartedAt, Zone));
    }

    private string TurnHref(ChartData chart, int point) =>
        long.TryParse(chart.Labels?[point], System.Globalization.CultureInfo.InvariantCulture, out var turn) ? SessionTexts.TurnAddress(Id, turn) : SessionTexts.Address(Id);

    private void Draw() => _charts = Model.Charts is not { } charts ? [] : [charts.Context(Model.Parts) ?? charts.Tokens(), charts.Cost(), charts.CacheShare()];

    private void Pick(string id)
    {
        _picked.Toggle(id);
        if (_picked.Ids.Count == 0)
        {
            _picked.End();
        }
    }

    private async Task CopyIdAsync() => _isCopied = await Js.InvokeAsync<bool>("gatehouse.copy", Id);

    private async Task BusyAsync(Func<CancellationToken, Task> read)
    {
        _isBusy = true;
        try
        {
            await read(Stopping);
            Draw();
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task LoadAsync()
    {
        await Model.LoadAsync(Id, WantedTurn, Stopping);
        _shownTurn = null;
        Draw();
        if (!_isNoted && Model.HasBodies)
        {
            _isNoted = true;
            Audit.Post(new AuditEvent(AuditActions.PayloadView, Actor.Named(_userName, "console"), $"session {Id}"));
        }
    }
}
