using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Components.Controls;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Requests;
using ConsoleWeb.Features.Requests.Conversations;
using ConsoleWeb.Live;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace ConsoleWeb.Components.Pages.Logs;

/// <summary>One request: while it runs from the live feed, afterwards from the store.</summary>
public sealed partial class RequestDetail
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string CopiedLink = "link";
    private const string CopiedCurl = "curl";

    /// <summary>Repetitions that are counted.</summary>
    private const int MostReplays = 100;

    private StoredRequest? _stored;
    private int _replays;
    private RequestRow? _running;
    private Lazy<Conversation?>? _conversation;
    private bool _isLoaded;
    private bool _isNoted;
    private long _changes;
    private bool _canStop = true;
    private string? _copied;
    private RequestRights _rights = RequestRights.None;
    private string _userName = "";
    private string? _error;
    private string _tab = "Overview";

    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    /// <summary>Place in the list, such as <c>6 of 1123</c>.</summary>
    [Parameter]
    public string? Position { get; set; }

    /// <summary>Zone of the list, known before this part has asked the browser.</summary>
    [Parameter]
    public new TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    [Parameter]
    public EventCallback OnClose { get; set; }

    [Parameter]
    public EventCallback<int> OnMove { get; set; }

    [Inject]
    private IRequestLogStore Store { get; set; } = default!;

    [Inject]
    internal IRequestFeed Feed { get; set; } = default!;

    [Inject]
    private RequestStopper Stopper { get; set; } = default!;

    [Inject]
    private AuditLog Audit { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ConsoleAddresses Addresses { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    private RequestRow? Row => _stored?.Row ?? _running;

    private JsonObject? Record => _stored?.Record;

    private long Total => Row!.InputTokens + Row.CacheReadTokens + Row.CacheWriteTokens + Row.OutputTokens;

    private IReadOnlyList<string> Tabs => Row is { IsLlm: true } ? ["Overview", "Chat", "Request", "Response", "Record"] : ["Overview", "Request", "Response", "Record"];

    private string? PluginId => Record?["ai"]?["proxy"]?["meta"]?["plugin_id"]?.ToString();

    private string? RequestPayload => Record?["ai"]?["proxy"]?["payload"]?["request"]?.ToString();

    private string? ClientPayload => Record?["ai"]?["proxy"]?["payload"]?["client_request"]?.ToString();

    private string ReplayAddress => $"/logs/{Uri.EscapeDataString(Id)}/replay";

    private string? ResponsePayload => Record?["ai"]?["proxy"]?["payload"]?["response"]?.ToString();

    /// <summary>Read once; null where there are no bodies, or they are no conversation.</summary>
    private Conversation? Conversation => _rights.MayReadPayloads && Row is { IsLlm: true } && (RequestPayload ?? ResponsePayload) is not null
        ? (_conversation ??= new(() => Conversation.Read(RequestPayload, ResponsePayload), LazyThreadSafetyMode.None)).Value
        : null;

    private PayloadState PayloadState => Row is not { } row ? PayloadState.Running
        : row.IsInFlight || _stored is null ? PayloadState.Running
        : !_rights.MayReadPayloads ? PayloadState.Hidden
        : (RequestPayload ?? ResponsePayload) is null ? (row.Outcome == RequestOutcome.Rejected ? PayloadState.NotSent : PayloadState.NotStored)
        : Record?["gatehouse"]?["payload_cut"]?.GetValueKind() == JsonValueKind.True ? PayloadState.Cut
        : PayloadState.Whole;

    private string RecordText => Record?.ToJsonString(Indented) ?? "The record is written when the request has ended.";

    protected override async Task OnInitializedAsync()
    {
        var person = Authentication is null ? null : (await Authentication).User;
        _rights = RequestRights.Of(person);
        _userName = person?.Identity?.Name ?? "";
        await LoadAsync();
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal) =>
        _stored is null ? [Feed.OnChanged(signal), Store.OnAppended(signal)] : [Store.OnAppended(signal)];

    protected override async Task<bool> RefreshAsync()
    {
        // A stored request only changes when it is priced anew.
        if (_stored is not null && _changes == Store.Changes)
        {
            return false;
        }

        await LoadAsync();
        return true;
    }

    private static string Short(string id) => id.Length <= 12 ? id : $"{id[..4]}…{id[^4..]}";

    private async Task LoadAsync()
    {
        try
        {
            _changes = Store.Changes;
            var record = Feed.ListInFlight().FirstOrDefault(r => r.RequestId == Id);
            var running = record is null ? null : RequestRows.FromRunning(record);
            if (running is null)
            {
                var stored = await Store.FindAsync(Id, Stopping);
                if (stored is not null && !_rights.MayReadPayloads)
                {
                    (stored.Record["ai"]?["proxy"] as JsonObject)?.Remove("payload");
                }

                // Only now: the page may be drawn while the rest is read.
                _stored = stored;
                _replays = _stored is null ? 0 : (await Store.ListAsync(RequestFilter.None.Where(LogFields.ReplayOf, Id.Replace('*', ' ')), null, MostReplays, Stopping)).Count;
                if (_rights.MayReadPayloads && !_isNoted && (RequestPayload ?? ResponsePayload) is not null)
                {
                    _isNoted = true;
                    Audit.Post(new AuditEvent(AuditActions.PayloadView, Actor.Named(_userName, "console"), Id));
                }
            }

            // Between its end and its stored row a call keeps showing what was last known.
            _running = running ?? _running;
            _error = null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _error = exception.Message;
        }

        _isLoaded = true;
    }

    private string CostText => Row switch
    {
        { IsInFlight: true, Cost: null or 0 } or { IsInFlight: false, UsageSource: null } => Formats.None,
        { Cost: { } cost } => Formats.Money(cost),
        _ => "unpriced",
    };

    private JsonObject? HeadersOf(string side) => Record?[side]?["headers"] as JsonObject;

    private async Task OpenChatAsync()
    {
        _tab = "Chat";
        StateHasChanged();
        // The button that was pressed is gone; without this the keyboard would be back at the top of the page.
        await Js.InvokeVoidAsync("gatehouse.focus", "[data-testid=tab-chat]");
    }

    private void Stop()
    {
        if (_rights.MayStop)
        {
            _canStop = !Stopper.Stop(Id, Actor.Named(_userName, "console"));
        }
    }

    private Task CopyLinkAsync() => CopyAsync(CopiedLink, Navigation.ToAbsoluteUri($"/logs/{Id}").ToString());

    private Task CopyCurlAsync() => CopyAsync(CopiedCurl, CurlCommand.Write(Record!, Addresses.Proxy));

    private async Task CopyAsync(string what, string text) => _copied = await Js.InvokeAsync<bool>("gatehouse.copy", text) ? what : null;
}
