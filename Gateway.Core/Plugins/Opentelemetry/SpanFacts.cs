using System.Diagnostics;
using System.Globalization;
using Gateway.Core.Logging;
using Gateway.Core.Pipeline;
using Gateway.Shared.Logging;

namespace Gateway.Core.Plugins.Opentelemetry;

/// <summary>What spans say of a request and its tries, in the words of OpenTelemetry's semantic conventions for HTTP.</summary>
internal static class SpanFacts
{
    public static void FillServer(Activity span, GatewayContext context)
    {
        var record = context.Record;
        var request = context.Http.Request;
        var route = RouteTemplate(context);
        var target = record.Uri.Split('?', 2);
        span.DisplayName = route is null ? record.Method : $"{record.Method} {route}";
        span.SetTag("http.request.method", record.Method)
            .SetTag("http.route", route)
            .SetTag("url.scheme", request.Scheme)
            .SetTag("url.path", target[0])
            .SetTag("url.query", target.Length > 1 && target[1].Length > 0 ? target[1] : null)
            .SetTag("server.address", request.Host.Host)
            .SetTag("server.port", context.Http.Connection.LocalPort)
            .SetTag("client.address", record.ClientIp)
            .SetTag("network.protocol.version", request.Protocol.Split('/')[^1])
            .SetTag("user_agent.original", request.Headers.UserAgent is { Count: > 0 } agent ? agent.ToString() : null)
            .SetTag("http.response.status_code", record.Status)
            .SetTag("http.request.size", record.RequestSize)
            .SetTag("http.response.size", record.ResponseSize)
            .SetTag("kong.request.id", record.RequestId)
            .SetTag("kong.route.id", record.Route?.Id.ToString())
            .SetTag("kong.route.name", record.Route?.Name)
            .SetTag("kong.service.id", record.Service?.Id.ToString())
            .SetTag("kong.service.name", record.Service?.Name)
            .SetTag("kong.consumer.id", record.Consumer?.Id.ToString())
            .SetTag("kong.consumer.username", record.Consumer?.Username)
            .SetTag("kong.latency.gateway", (long)record.Timings.Gateway)
            .SetTag("kong.latency.upstream", record.Timings.Upstream is { } upstream ? (long)upstream : null);

        // An answer that broke off is a failure whatever its status said.
        if (record.Status >= 500 || record.Outcome is RequestOutcome.UpstreamCut or RequestOutcome.UpstreamTimeout)
        {
            var reason = record.OutcomeDetail ?? (record.Status >= 500 ? Text(record.Status) : OutcomeNames.NameOf(record.Outcome));
            span.SetTag("error.type", reason);
            span.SetStatus(ActivityStatusCode.Error, record.ErrorMessage);
        }
    }

    /// <summary>A method as the conventions name it: clients may make up others without end.</summary>
    public static string MethodOf(string method) => method is "GET" or "POST" or "PUT" or "PATCH" or "DELETE" or "HEAD" or "OPTIONS" or "TRACE" or "CONNECT" ? method : "_OTHER";

    /// <summary>Where a try goes.</summary>
    public static void FillAddress(Activity span, HttpRequestMessage message)
    {
        var address = message.RequestUri!;
        span.SetTag("http.request.method", message.Method.Method)
            .SetTag("server.address", address.Host)
            .SetTag("server.port", address.Port)
            // Without the query, in which some providers take their key.
            .SetTag("url.full", address.GetLeftPart(UriPartial.Path));
    }

    /// <summary>How a try ended.</summary>
    public static void FillTry(Activity span, RequestRecord record, int index)
    {
        var attempt = record.Tries[index];
        span.SetTag("network.peer.address", attempt.Ip)
            .SetTag("network.peer.port", attempt.Ip is null ? null : attempt.Port)
            .SetTag("http.request.resend_count", index > 0 ? index : null);
        if (attempt.State is not null)
        {
            span.SetTag("error.type", attempt.Code > 0 ? Text(attempt.Code) : "_OTHER");
            span.SetStatus(ActivityStatusCode.Error);
            return;
        }

        // All tries before it have failed, so its status is the last.
        var last = record.UpstreamStatus[(record.UpstreamStatus.LastIndexOf(' ') + 1)..];
        if (int.TryParse(last, CultureInfo.InvariantCulture, out var status))
        {
            span.SetTag("http.response.status_code", status);
            if (status >= 400)
            {
                span.SetTag("error.type", last);
                span.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    /// <summary>A path of the route that stands for all its requests; null when none does.</summary>
    private static string? RouteTemplate(GatewayContext context) => context.Route?.Paths switch
    {
        [var only] => only,
        { } paths => paths.FirstOrDefault(p => p == context.MatchedPrefix),
        _ => null,
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
