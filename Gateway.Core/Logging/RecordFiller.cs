using System.Globalization;
using System.Net;
using System.Security.Authentication;
using Gateway.Core.Pipeline;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Core.Logging;

/// <summary>Copies what a record needs out of the HTTP request and response. Called by the pipeline, once at each end of a request.</summary>
internal static class RecordFiller
{
    // "HTTP/1.1 200 OK" and the empty line; the exact reason phrase is not worth a look-up.
    private const int StatusLineBytes = 19;

    // Clients call a listener by one name, mostly.
    private static volatile BaseAddress? _lastBase;

    /// <summary>What is known with the first byte: method, target, peer, agent.</summary>
    public static void Begin(RequestRecord record, HttpContext http, SensitiveNames sensitive)
    {
        var request = http.Request;
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget;
        record.Method = request.Method;
        record.Uri = UrlRedaction.Redact(
            string.IsNullOrEmpty(target) ? request.PathBase + request.Path + request.QueryString : target, sensitive);
        record.BaseUrl = BaseUrl(http);
        record.ClientIp = AddressOf(http.Connection.RemoteIpAddress);
        record.Agent = ClientAgent.Find(request);
        record.SessionId = ClientAgent.FindSession(request.Headers);
        if (request.IsHttps && http.Features.Get<ITlsHandshakeFeature>() is { } tls)
        {
            record.Tls = new TlsRecord(ProtocolName(tls.Protocol), tls.NegotiatedCipherSuite?.ToString() ?? "");
        }
    }

    /// <summary>
    /// The headers of the request as they go upstream, credentials redacted. Once, after the access phase: who watches a call that lasts
    /// sees them while it runs, and they are known should the process end first.
    /// </summary>
    public static void CaptureRequest(GatewayContext context)
    {
        context.Record.RequestHeaders = HeaderCapture.Capture(context.Http.Request.Headers, context.Snapshot.SensitiveNames, out var bytes);
        context.RequestHeadBytes = bytes;
    }

    /// <summary>
    /// What is final after the last byte: entities, status, headers after the access phase, sizes. Everything that could hold a
    /// credential is redacted here, before any sink sees the record.
    /// </summary>
    public static void Complete(GatewayContext context)
    {
        var record = context.Record;
        var http = context.Http;
        var sensitive = context.Snapshot.SensitiveNames;

        record.Route = context.Route;
        record.Service = context.Service;
        record.Consumer = context.Consumer;
        record.AuthenticatedEntity = context.Credential is { } credential ? new AuthenticatedEntity(credential.Id, credential.ConsumerId) : null;
        // A client that left saw no status; 499 says so, as it does in nginx's log.
        record.Status = record.Outcome == RequestOutcome.ClientClosed ? StatusCodes.Status499ClientClosedRequest : http.Response.StatusCode;
        record.Uri = UrlRedaction.Redact(record.Uri, sensitive);
        record.UpstreamUri = UrlRedaction.Redact(record.UpstreamUri, sensitive);

        if (context.RequestHeadBytes is null)
        {
            CaptureRequest(context);
        }

        var requestBody = http.Request.ContentLength ?? (record.RequestSize > 0 ? record.RequestSize : context.Body.Whole?.Length ?? 0);
        record.RequestSize = record.Method.Length + record.Uri.Length + http.Request.Protocol.Length + 6 + context.RequestHeadBytes.GetValueOrDefault() + requestBody;

        record.ResponseHeaders = HeaderCapture.Capture(http.Response.Headers, sensitive, out var responseHead);
        var responseBody = record.ResponseSize > 0 ? record.ResponseSize : http.Response.ContentLength ?? 0;
        record.ResponseSize = StatusLineBytes + responseHead + responseBody;
    }

    private static string BaseUrl(HttpContext http)
    {
        var (scheme, host, port) = (http.Request.Scheme, http.Request.Host.Host, http.Connection.LocalPort);
        if (_lastBase is not { } last || last.Port != port || last.Host != host || last.Scheme != scheme)
        {
            last = new(scheme, host, port, string.Create(CultureInfo.InvariantCulture, $"{scheme}://{(host.Length > 0 ? host : "localhost")}:{port}"));
            _lastBase = last;
        }

        return last.Text;
    }

    private static string AddressOf(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        _ => address.ToString(),
    };

    private static string ProtocolName(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLSv1.3",
        SslProtocols.Tls12 => "TLSv1.2",
        _ => protocol.ToString(),
    };

    private sealed record BaseAddress(string Scheme, string Host, int Port, string Text);
}
