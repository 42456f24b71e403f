using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Gateway.Core.Pipeline;
using Gateway.Core.Upstreams.Pools;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Core.Upstreams;

/// <summary>Forwards a request to the route's service, with the tries that the service allows.</summary>
internal sealed partial class HttpServiceForwarder(IHttpForwarder forwarder, UpstreamClients clients, RetryBudget budget, ILogger<HttpServiceForwarder> logger)
{
    /// <summary>As many gateways of this kind in a row are a loop.</summary>
    private const int MaxHops = 10;

    private const string NoPeerText = "failure to get a peer from the ring-balancer";

    private readonly ConditionalWeakTable<ServiceConfig, ServiceTarget> _targets = [];

    /// <summary>
    /// Calls the service and writes its answer, or an error where there is none. An answer that breaks off ends in an aborted
    /// connection.
    /// </summary>
    public async Task SendAsync(GatewayContext context)
    {
        if (CountHops(context.Http.Request.Headers.Via.ToString()) >= MaxHops)
        {
            await GatewayErrors.WriteAsync(context, new Refusal(StatusCodes.Status508LoopDetected, "Loop detected") { Detail = "loop" });
            return;
        }

        var service = context.Service!;
        var target = _targets.GetValue(service, static s => new ServiceTarget(s));
        var connectTimeout = TimeSpan.FromMilliseconds(service.ConnectTimeout);
        var client = context.Snapshot.ServiceTls.Find(service) is { } tls ? clients.For(tls, connectTimeout) : clients.Get(service.TlsVerify, connectTimeout);
        var uri = RequestPath.Escape(context.UpstreamPath) + context.UpstreamQuery;
        context.Record.UpstreamUri = uri;
        var pool = context.Snapshot.Upstreams.Find(service.Host);
        var turn = pool?.Begin(context);
        var transformer = new ForwardingTransformer(context, budget);
        var body = await ForwardedBody.PrepareAsync(context);
        var isUpgrade = context.Http.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true;
        var config = body.IsBuffered && !isUpgrade ? target.Reading : target.Streaming;

        var lifetime = LifetimeProbe.Install(context.Http);
        budget.Called();
        for (var remaining = service.Retries; ; remaining--)
        {
            body.Rewind();
            var started = context.Time.GetTimestamp();
            if (FindPeer(target, turn) is not { } peer)
            {
                await GatewayErrors.WriteAsync(context, new Refusal(StatusCodes.Status503ServiceUnavailable, NoPeerText) { Detail = "no_target" });
                return;
            }

            // The path is already in its normal form; another normalisation would change what the upstream sees.
            var destination = new Uri(peer.Prefix + uri, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            var attempt = Begin(context, peer, started);
            transformer.Begin(destination, HostHeader(context, pool, peer), attempt);
            var error = await forwarder.SendAsync(context.Http, peer.Prefix, client, config, transformer, CancellationToken.None);
            attempt.Ip ??= clients.Connector.FindAddress(peer.Host, peer.Port);
            attempt.EndedMs = context.Record.Timings.UpstreamDone = context.ElapsedMs;
            if (transformer.ResponseStatus is { } status)
            {
                turn?.Answered(status, context.Time.GetElapsedTime(started));
                await FinishAsync(context, error, lifetime);
                return;
            }

            if (FindFault(context, error, lifetime) is not { } fault)
            {
                turn?.Abandoned();
                return;
            }

            turn?.Failed(fault);
            attempt.State = "failed";
            attempt.Code = fault.Status;
            context.Record.AddUpstreamStatus(fault.Status);
            if (remaining <= 0 || !IsRepeatable(context, fault, body) || !budget.TryTake())
            {
                context.Record.Outcome = fault.Outcome;
                await GatewayErrors.WriteAsync(context, fault.ToRefusal());
                return;
            }

            LogTryFailed(logger, context.Record.Tries.Count, service.Name ?? service.Host, fault.Detail, context.Record.RequestId);
            context.Http.Response.Clear();
            context.Http.Features.Set<IForwarderErrorFeature>(null);
            await Task.Delay(Backoff(context.Record.Tries.Count), context.Time, context.Aborted);
        }
    }

    private static Peer? FindPeer(ServiceTarget target, PoolTurn? turn) =>
        turn is null ? target.Peer : turn.Next() is not { } chosen ? null : target.IsTls ? chosen.Tls : chosen.Plain;

    private static UpstreamTry Begin(GatewayContext context, Peer peer, long started)
    {
        var now = context.Time.GetUtcNow();
        var attempt = new UpstreamTry
        {
            Port = peer.Port,
            BalancerStartMs = now.ToUnixTimeMilliseconds(),
            BalancerStartNs = (now - DateTimeOffset.UnixEpoch).Ticks * 100,
        };
        context.Record.Tries.Add(attempt);
        attempt.BalancerLatencyNs = context.Time.GetElapsedTime(started).Ticks * 100;
        return attempt;
    }

    private static string HostHeader(GatewayContext context, UpstreamPool? pool, Peer peer) =>
        context.UpstreamHost
        ?? (context.Route is { PreserveHost: true } && context.Http.Request.Host.Value is { Length: > 0 } host ? host : null)
        ?? pool?.Config.HostHeader
        ?? peer.HostHeader;

    /// <summary>The upstream has answered: notes how the answer ended. The forwarder has aborted what broke off after its first byte.</summary>
    private static async ValueTask FinishAsync(GatewayContext context, ForwarderError error, LifetimeProbe lifetime)
    {
        var record = context.Record;
        if (error == ForwarderError.ResponseBodyDestination && context.Http.Features.Get<IForwarderErrorFeature>()?.Exception is OperationCanceledException)
        {
            // A timeout that ends a read under way is reported as if the upstream had broken off.
            error = ForwarderError.ResponseBodyCanceled;
        }

        switch (error)
        {
            case ForwarderError.None:
                return;
            case ForwarderError.RequestBodyClient or ForwarderError.RequestBodyDestination or ForwarderError.RequestBodyCanceled
                when context.Http.Response.HasStarted || context.Http.Response.Headers.Count > 0:
                // The upstream answered before it had read the whole request; the answer has been passed on.
                record.OutcomeDetail = "early_response";
                return;
            case ForwarderError.ResponseBodyClient or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseClient:
                record.Outcome = RequestOutcome.ClientClosed;
                return;
            case ForwarderError.ResponseBodyCanceled or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled
                when lifetime.HasClientLeft:
                record.Outcome = RequestOutcome.ClientClosed;
                return;
            case ForwarderError.ResponseBodyCanceled or ForwarderError.UpgradeActivityTimeout:
                record.Outcome = RequestOutcome.UpstreamTimeout;
                record.OutcomeDetail = "idle_timeout";
                break;
            case ForwarderError.ResponseHeaders:
                record.Outcome = RequestOutcome.UpstreamError;
                record.OutcomeDetail = "protocol_error";
                break;
            default:
                record.Outcome = RequestOutcome.UpstreamCut;
                record.OutcomeDetail = "truncated";
                break;
        }

        if (!context.Http.Response.HasStarted)
        {
            var status = record.Outcome == RequestOutcome.UpstreamTimeout ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status502BadGateway;
            var text = status == StatusCodes.Status504GatewayTimeout ? UpstreamFault.TimeoutText : UpstreamFault.InvalidText;
            await GatewayErrors.WriteAsync(context, new Refusal(status, text) { IsTransport = true });
        }
    }

    /// <summary>Why there is no answer; null when it is the client that has left.</summary>
    private static UpstreamFault? FindFault(GatewayContext context, ForwarderError error, LifetimeProbe lifetime)
    {
        var exception = context.Http.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (lifetime.HasClientLeft || (error == ForwarderError.RequestBodyClient && UpstreamFault.Find<BadHttpRequestException>(exception) is { } bad && BrokenBody.IsCutShort(bad)))
        {
            context.Record.Outcome = RequestOutcome.ClientClosed;
            return null;
        }

        return error switch
        {
            // The HTTP client wanted the body once more, which says nothing about the client that sent it.
            ForwarderError.RequestBodyClient when !UpstreamFault.IsRefusedStream(exception) => UpstreamFault.OfClient(context.Http.Response.StatusCode),
            ForwarderError.RequestCreation => throw new InvalidOperationException("The upstream request could not be made.", exception),
            _ => UpstreamFault.Classify(exception),
        };
    }

    private static bool IsRepeatable(GatewayContext context, UpstreamFault fault, ForwardedBody body) =>
        fault.IsRepeatable && body.CanRepeat && (fault.IsUnsent || IsIdempotent(context.UpstreamMethod ?? context.Http.Request.Method));

    private static bool IsIdempotent(string method) => !HttpMethods.IsPost(method) && !HttpMethods.IsPatch(method) && method != "LOCK";

    /// <summary>Full jitter below a ceiling that doubles from 10 to 250 ms: a restarting upstream is found soon, and not stormed.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "Spreads tries in time; nobody gains by guessing it.")]
    private static TimeSpan Backoff(int tries) => TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * Math.Min(250, 10 << Math.Min(tries - 1, 8)));

    private static int CountHops(string via)
    {
        var count = 0;
        for (var at = via.IndexOf(GatewayProduct.Token, StringComparison.Ordinal); at >= 0; at = via.IndexOf(GatewayProduct.Token, at + 1, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Warning, Message = "Try {Try} of service {ServiceName} failed: {Reason} (request {RequestId})")]
    private static partial void LogTryFailed(ILogger logger, int @try, string serviceName, string reason, string requestId);
}
