using Gateway.Core.Configuration;
using Gateway.Core.Logging;
using Gateway.Core.Logging.Redaction;
using Gateway.Core.Plugins;
using Gateway.Core.Routing;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Pipeline;

/// <summary>State of one proxied request, from its first byte to its log record. Used by one request at a time.</summary>
internal sealed class GatewayContext(HttpContext http, GatewaySnapshot snapshot, RequestRecord record, TimeProvider time)
{
    /// <summary>Instances chosen in the access pass, in order of execution; later phases reuse the choice.</summary>
    internal readonly List<PluginInstance> Selected = [];

    private RequestBody? _body;
    private ResponseBody? _responseBody;
    private int _nextPlugin;

    public HttpContext Http { get; } = http;

    /// <summary>The one configuration this request sees.</summary>
    public GatewaySnapshot Snapshot { get; } = snapshot;

    /// <summary>The record of this request as it fills.</summary>
    public RequestRecord Record { get; } = record;

    public TimeProvider Time { get; } = time;

    /// <summary>The matched route; null while unmatched (404).</summary>
    public RouteConfig? Route { get; set; }

    /// <summary>The route's service; null when the route has none.</summary>
    public ServiceConfig? Service { get; set; }

    /// <summary>The authenticated consumer; null while unknown. Set by <see cref="Authenticate"/>.</summary>
    public ConsumerConfig? Consumer { get; private set; }

    /// <summary>The credential that authenticated the request; null without one, and for an anonymous consumer.</summary>
    public CredentialInfo? Credential { get; private set; }

    /// <summary>Groups that an authentication plugin supplied in place of the consumer's own; null when none did.</summary>
    public IReadOnlyList<string>? AuthenticatedGroups { get; set; }

    /// <summary>Path in normal form, as routing saw it.</summary>
    public string NormalizedPath { get; set; } = "/";

    /// <summary>The part of <see cref="NormalizedPath"/> that the route's path matched; empty when it matched without one.</summary>
    public string MatchedPrefix { get; set; } = "";

    /// <summary>Captures of a regular expression path by name and by 1-based number; null when there are none.</summary>
    public IReadOnlyDictionary<string, string>? UriCaptures { get; set; }

    /// <summary>Path for the upstream, without query. Set by routing (service path and request path joined); plugins may replace it.</summary>
    public string UpstreamPath { get; set; } = "/";

    /// <summary>Query for the upstream with its question mark, or empty. Plugins may replace it.</summary>
    public string UpstreamQuery { get; set; } = "";

    /// <summary>Method for the upstream, when a plugin changes it.</summary>
    public string? UpstreamMethod { get; set; }

    /// <summary>Host header for the upstream, when a plugin sets it (request-transformer <c>replace.headers</c> of Host).</summary>
    public string? UpstreamHost { get; set; }

    /// <summary>The upstream call a plugin prepared; null: forward to <see cref="Service"/>.</summary>
    public IUpstreamCall? UpstreamCall { get; set; }

    /// <summary>
    /// Called once for each try at an upstream with the request as it is about to go out, the entry in <c>Record.Tries</c> made; it may
    /// set headers.
    /// </summary>
    public Action<HttpRequestMessage>? BeforeSend { get; set; }

    /// <summary>Format in which errors made by the gateway are written; null: by the request's Accept header.</summary>
    public IErrorFormat? ErrorFormat { get; set; }

    /// <summary>Values that plugins leave for later plugins of the same request (<c>$(shared.x)</c>).</summary>
    public Dictionary<string, object?> Shared { get; } = [];

    /// <summary>
    /// The request body. Streams from the client until somebody reads it whole; a plugin may replace it. Headers of the upstream
    /// request are taken from <c>Http.Request.Headers</c>, which plugins may edit.
    /// </summary>
    public RequestBody Body => _body ??= new RequestBody(Http.Request);

    /// <summary>What the node is set to do with every request.</summary>
    internal NodeSettings Node { get; init; } = NodeSettings.Default;

    /// <summary>Who watches this request while it runs.</summary>
    internal IRequestObserver[] Observers { get; init; } = [];

    /// <summary>Size of the request's headers on the wire; null until they are in the record.</summary>
    internal long? RequestHeadBytes { get; set; }

    /// <summary>To be asked before something of the record is shown anywhere; null where nobody keeps records.</summary>
    internal PayloadRedactor? Redactor { get; init; }

    /// <summary>Cancelled when the client leaves, when an operator stops the call, or when the drain deadline has passed.</summary>
    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>Milliseconds since the request arrived, from the monotonic clock.</summary>
    public double ElapsedMs => Time.GetElapsedTime(Record.StartTimestamp).TotalMilliseconds;

    /// <summary>What the client receives, for plugins that change or watch it. Ask in the header phase.</summary>
    public ResponseBody ResponseBody => _responseBody ??= new ResponseBody(this);

    public PluginScope Scope => new(
        Route?.Id,
        Service?.Id,
        Consumer?.Id,
        Consumer is { } consumer ? Snapshot.Consumers.FindGroups(consumer.Id) : null,
        Protocol);

    /// <summary>A route of gRPC serves nothing else.</summary>
    private string Protocol => Route is { } route && ProtocolRules.ServesGrpc(route.Protocols)
        ? Http.Request.IsHttps ? "grpcs" : "grpc"
        : Http.Request.IsHttps ? "https" : "http";

    /// <summary>Notes who is calling. The last plugin that authenticates wins.</summary>
    /// <param name="credential">Null for an anonymous consumer.</param>
    public void Authenticate(ConsumerConfig? consumer, CredentialInfo? credential) => (Consumer, Credential, Record.Consumer) = (consumer, credential, consumer);

    /// <summary>
    /// Chooses the instance of the next plugin in order of execution, with what is known of the request now. Null at the end.
    /// </summary>
    internal PluginInstance? SelectNext()
    {
        var plan = Snapshot.Plugins;
        while (_nextPlugin < plan.Count)
        {
            if (plan.Select(_nextPlugin++, Scope) is { } instance)
            {
                Selected.Add(instance);
                return instance;
            }
        }

        return null;
    }

    /// <summary>Chooses the rest of the plugins without running their access code.</summary>
    internal void SelectRemaining()
    {
        while (SelectNext() is not null)
        {
        }
    }

    /// <summary>
    /// Runs the header phase of the route's plugins, also of those whose turn in the access pass did not come because the request
    /// was answered before. Call once, before the response starts.
    /// </summary>
    public void RunResponseHeaders()
    {
        SelectRemaining();
        _responseBody?.BeginHeaders();
        for (var i = 0; i < Selected.Count; i++)
        {
            var instance = Selected[i];
            if ((instance.Plugin.Phases & PluginPhases.ResponseHeaders) != 0)
            {
                instance.Plugin.ResponseHeaders(this, instance);
            }
        }

        _responseBody?.EndHeaders();
    }

    /// <summary>Lets whoever watches end the call.</summary>
    public void AllowStop(Action stop)
    {
        foreach (var observer in Observers)
        {
            observer.AllowStop(Record, stop);
        }
    }

    /// <summary>Tells the watchers that something they show has changed: headers, first token, more output.</summary>
    public void ReportProgress()
    {
        foreach (var observer in Observers)
        {
            observer.Progressed(Record);
        }
    }

    /// <summary>Sends what plugins have held back of the response. Called by the pipeline once the answer is whole.</summary>
    internal ValueTask CompleteResponseAsync() => _responseBody?.CompleteAsync() ?? ValueTask.CompletedTask;

    /// <summary>Gives pooled memory back. Called by the pipeline, last.</summary>
    internal void Release()
    {
        _body?.Release();
        _responseBody?.Release();
    }
}
