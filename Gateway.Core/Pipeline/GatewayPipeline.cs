using Gateway.Core.Configuration;
using Gateway.Core.Logging;
using Gateway.Core.Plugins;
using Gateway.Core.Routing;
using Gateway.Core.Upstreams;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Pipeline;

/// <summary>The way of one proxied request, top to bottom.</summary>
internal sealed partial class GatewayPipeline(
    SnapshotHolder snapshots,
    PluginChain plugins,
    HttpServiceForwarder forwarder,
    PeerTrust peers,
    ListenerGuard guard,
    ConcurrencyGate gate,
    RequestTracker tracker,
    ILogger<GatewayPipeline> logger)
{
    private static readonly Refusal TooMany = new(StatusCodes.Status503ServiceUnavailable, "too many requests are in work at this gateway")
    {
        Detail = "overloaded",
        Headers = [new("Retry-After", "1")],
    };

    public async Task HandleAsync(HttpContext http)
    {
        if (snapshots.Current is not { } snapshot)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        peers.Apply(http);
        var isIn = gate.TryEnter();
        var context = tracker.Begin(http, snapshot);                                 // 1  the record starts with the first byte
        try
        {
            await (isIn ? RunAsync(context) : GatewayErrors.WriteAsync(context, TooMany).AsTask());
            await context.CompleteResponseAsync();                                   // 6  what plugins held back of the answer
        }
        catch (Exception exception) when (!context.Aborted.IsCancellationRequested)
        {
            await FailAsync(context, exception);
            await context.CompleteResponseAsync();
        }
        catch (OperationCanceledException)
        {
            context.Record.Outcome = RequestOutcome.ClientClosed;
        }
        finally
        {
            tracker.Complete(context);                                               // 7  Logging/: the record is final
            plugins.Log(context);                                                    // 8  Plugins/, log phase
            tracker.Emit(context);                                                   // 9  Logging/: to the store and the live feed
            context.Release();
            if (isIn)
            {
                gate.Leave();
            }
        }
    }

    private async Task RunAsync(GatewayContext context)
    {
        var refusal = RouteResolver.Resolve(context);                                // 2  Routing/
        refusal ??= guard.Check(context);
        if (refusal is not null)
        {
            await GatewayErrors.WriteAsync(context, refusal);
            return;
        }

        tracker.Started(context);
        if (await plugins.AccessAsync(context) == PhaseResult.Answered)              // 3  Plugins/, access phase
        {
            return;
        }

        RecordFiller.CaptureRequest(context);
        if (context.UpstreamCall is { } call)
        {
            await call.SendAsync(context);                                           // 4  Llm/: a plugin prepared the call
        }
        else if (context.Service is not null)
        {
            await forwarder.SendAsync(context);                                      // 5  Upstreams/: the route's service
        }
        else
        {
            await GatewayErrors.WriteAsync(context, new(StatusCodes.Status503ServiceUnavailable, "no Service found with those values"));
        }
    }

    private async Task FailAsync(GatewayContext context, Exception exception)
    {
        if (exception is BadHttpRequestException bad && BrokenBody.IsCutShort(bad))
        {
            context.Record.Outcome = RequestOutcome.ClientClosed;
            return;
        }

        if (FindClientFault(exception) is { } fault)
        {
            await GatewayErrors.WriteAsync(context, fault.ToRefusal());
            return;
        }

        LogRequestFailed(logger, exception, context.Record.RequestId, context.Route?.Name);
        await GatewayErrors.WriteAsync(context, new(StatusCodes.Status500InternalServerError, "An unexpected error occurred") { Detail = "internal" });
    }

    /// <summary>The fault of a body that could not be read, or was longer than somebody who reads it whole allows.</summary>
    private static UpstreamFault? FindClientFault(Exception exception) => exception switch
    {
        BadHttpRequestException bad => UpstreamFault.OfClient(bad.StatusCode),
        RequestBodyTooLargeException => UpstreamFault.OfClient(StatusCodes.Status413PayloadTooLarge),
        _ => null,
    };

    [LoggerMessage(EventId = 1001, Level = LogLevel.Error, Message = "Request {RequestId} on route {RouteName} failed inside the gateway")]
    private static partial void LogRequestFailed(ILogger logger, Exception exception, string requestId, string? routeName);
}
