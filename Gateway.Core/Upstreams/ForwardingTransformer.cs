using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Gateway.Core.Pipeline;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Core.Upstreams;

/// <summary>Writes the head of the upstream request and of the client's response, for one proxied request and all its tries.</summary>
internal sealed class ForwardingTransformer(GatewayContext context, RetryBudget budget) : HttpTransformer
{
    private Uri? _destination;
    private string? _host;
    private UpstreamTry? _attempt;

    /// <summary>Status of the response whose head has arrived; null while there is none.</summary>
    public int? ResponseStatus { get; private set; }

    /// <summary>Another try begins.</summary>
    public void Begin(Uri destination, string host, UpstreamTry attempt) => (_destination, _host, _attempt) = (destination, host, attempt);

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var request = httpContext.Request;
        if (proxyRequest.Content is null && HasContentHeaders(request.Headers))
        {
            // The forwarder has a place for these headers of a request without a body, which it opens only itself.
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Headers.Clear();
            proxyRequest.Content?.Headers.Clear();
        }

        proxyRequest.RequestUri = _destination;
        proxyRequest.Options.Set(UpstreamConnector.TryKey, _attempt!);
        if (context.UpstreamMethod is { } method)
        {
            proxyRequest.Method = HttpMethod.Parse(method);
        }

        CopyHeaders(request, proxyRequest);
        AddForwardingHeaders(request, proxyRequest.Headers);
        proxyRequest.Headers.Host = _host;
        proxyRequest.Headers.TryAddWithoutValidation("Connection", "keep-alive");
        context.BeforeSend?.Invoke(proxyRequest);
        context.Record.Timings.UpstreamSent = context.ElapsedMs;
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return false;
        }

        if (proxyResponse.StatusCode == HttpStatusCode.SwitchingProtocols
            && httpContext.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest != true
            && httpContext.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect != true)
        {
            throw new HttpRequestException(HttpRequestError.InvalidResponse, "The upstream switched protocols unasked.");
        }

        ResponseStatus = (int)proxyResponse.StatusCode;
        var record = context.Record;
        if (record.Tries.Count > 1)
        {
            budget.GiveBack();
        }

        record.Timings.UpstreamHeaders = context.ElapsedMs;
        record.IsFromUpstream = true;
        record.AddUpstreamStatus((int)proxyResponse.StatusCode);
        var headers = httpContext.Response.Headers;
        var connection = Values(proxyResponse.Headers, "Connection");
        var allowsTrailers = HasToken(httpContext.Request.Headers.TE, "trailers");
        Copy(proxyResponse.Headers, headers, connection, allowsTrailers);
        Copy(proxyResponse.Content.Headers, headers, connection, allowsTrailers);
        if (proxyResponse.Headers.TransferEncodingChunked == true || IsEmptyBodyless(proxyResponse))
        {
            headers.ContentLength = null;
        }

        GatewayHeaders.AddProxied(context, ProtocolVersion(proxyResponse.Version), (int)proxyResponse.StatusCode);
        context.RunResponseHeaders();
        context.ReportProgress();

        if (IsStream(proxyResponse))
        {
            // The head of a stream goes out before its first event or message, which may be long in coming.
            await httpContext.Response.Body.FlushAsync(cancellationToken);
            httpContext.Response.Body = new ProgressStream(httpContext.Response.Body, context);
        }

        return true;
    }

    public override ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        if (httpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { IsReadOnly: false } trailers)
        {
            foreach (var (name, values) in proxyResponse.TrailingHeaders.NonValidated)
            {
                if (!HopByHop.IsForbiddenTrailer(name))
                {
                    trailers[name] = ToValues(values);
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    private static void CopyHeaders(HttpRequest request, HttpRequestMessage message)
    {
        foreach (var (name, values) in request.Headers)
        {
            if (!HopByHop.IsForwarded(name))
            {
                continue;
            }

            if (values.Count == 1)
            {
                Add(message, name, values.ToString());
                continue;
            }

            foreach (var value in values)
            {
                Add(message, name, value);
            }
        }

        if (message.Content is { } content && request.ContentLength is { } length && request.Headers.TransferEncoding.Count == 0)
        {
            content.Headers.ContentLength = length;
        }

        if (HasToken(request.Headers.TE, "trailers"))
        {
            message.Headers.TryAddWithoutValidation("TE", "trailers");
        }
    }

    private static void Add(HttpRequestMessage message, string name, string? value)
    {
        // An empty value is not sent; a line break can only come from a plugin and would start a header of its own.
        if (string.IsNullOrEmpty(value) || value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
        {
            return;
        }

        if (!message.Headers.TryAddWithoutValidation(name, value))
        {
            message.Content?.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private void AddForwardingHeaders(HttpRequest request, HttpRequestHeaders headers)
    {
        var record = context.Record;
        var http = context.Http;
        var incoming = request.Headers;
        var trusted = http.Features.Get<TrustedPeer>();
        var client = Format(http.Connection.RemoteIpAddress);
        var peer = trusted is null ? client : Format(trusted.Address);

        Set(headers, "X-Real-IP", client);
        Set(headers, "X-Forwarded-For", incoming["X-Forwarded-For"] is { Count: > 0 } old ? $"{old}, {peer}" : peer);
        Set(headers, "X-Forwarded-Proto", Trusted("X-Forwarded-Proto") ?? request.Scheme);
        Set(headers, "X-Forwarded-Host", Trusted("X-Forwarded-Host") ?? request.Host.Host);
        Set(headers, "X-Forwarded-Port", Trusted("X-Forwarded-Port") ?? PortOf(http).ToString(CultureInfo.InvariantCulture));
        Set(headers, "X-Forwarded-Path", Trusted("X-Forwarded-Path") ?? RawPath(http));
        Set(headers, "X-Forwarded-Prefix", Trusted("X-Forwarded-Prefix") ?? StrippedPrefix());

        var via = $"{ProtocolVersion(request.Protocol)} {GatewayProduct.Token}";
        Set(headers, "Via", incoming.Via.Count > 0 ? $"{incoming.Via}, {via}" : via);
        Set(headers, "X-Kong-Request-Id", record.RequestId);

        string? Trusted(string name) => trusted is not null && incoming[name] is { Count: > 0 } value ? value.ToString() : null;
    }

    /// <summary>The port that the client called, as far as the node knows it.</summary>
    private int PortOf(HttpContext http) => context.Node.Ports.GetValueOrDefault(http.Connection.LocalPort, http.Connection.LocalPort);

    private string? StrippedPrefix() =>
        context.Route is { StripPath: true } && context.MatchedPrefix is { Length: > 1 } prefix ? RequestPath.Escape(prefix) : null;

    private static string RawPath(HttpContext http) =>
        RequestPath.PathOf(http.Features.Get<IHttpRequestFeature>()!.RawTarget).ToString();

    private static void Set(HttpRequestHeaders headers, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            headers.TryAddWithoutValidation(name, value);
        }
    }

    private static void Copy(HttpHeaders source, IHeaderDictionary target, StringValues connection, bool allowsTrailers)
    {
        foreach (var (name, values) in source.NonValidated)
        {
            if (IsConnectionHeader(name) || (connection.Count > 0 && HasToken(connection, name)) || (!allowsTrailers && Is(name, "Trailer")))
            {
                continue;
            }

            target[name] = ToValues(values);
        }
    }

    private static bool IsConnectionHeader(string name) =>
        Is(name, "Connection") || Is(name, "Transfer-Encoding") || Is(name, "Keep-Alive") || Is(name, "Upgrade") || Is(name, "Proxy-Connection");

    private static bool Is(string name, string expected) => name.Equals(expected, StringComparison.OrdinalIgnoreCase);

    private static bool HasToken(StringValues values, string token) => HopByHop.HasToken(values, token);

    /// <summary>
    /// Whether the answer comes bit by bit. One of gRPC that has its status in the head is already over, and clients want it to end there.
    /// </summary>
    private static bool IsStream(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is { } type
        && (type is "text/event-stream" || (type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) && !response.Headers.NonValidated.Contains("grpc-status")));

    /// <summary>A declared length of 0 on an answer that has no body by its status is not for HTTP/1.1 (RFC 9110, 8.6).</summary>
    private static bool IsEmptyBodyless(HttpResponseMessage response) =>
        (int)response.StatusCode is < 200 or 204 or 205 && response.Content.Headers.ContentLength == 0;

    private static StringValues Values(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? ToValues(values) : StringValues.Empty;

    private static StringValues ToValues(HeaderStringValues values)
    {
        if (values.Count == 1)
        {
            return values.ToString();
        }

        var array = new string[values.Count];
        var i = 0;
        foreach (var value in values)
        {
            array[i++] = value;
        }

        return array;
    }

    private static bool HasContentHeaders(IHeaderDictionary headers) =>
        headers.ContentType.Count > 0
        || headers.ContentLength is not null
        || headers.ContentEncoding.Count > 0
        || headers.ContentLanguage.Count > 0
        || headers.ContentDisposition.Count > 0
        || headers.ContentLocation.Count > 0
        || headers.ContentMD5.Count > 0
        || headers.ContentRange.Count > 0
        || headers.Allow.Count > 0
        || headers.Expires.Count > 0
        || headers.LastModified.Count > 0;

    private static string Format(IPAddress? address) =>
        address is null ? "" : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    private static string ProtocolVersion(string protocol) =>
        HttpProtocol.IsHttp11(protocol) ? "1.1" : HttpProtocol.IsHttp2(protocol) ? "2" : HttpProtocol.IsHttp3(protocol) ? "3" : "1.0";

    private static string ProtocolVersion(Version version) => version.Major >= 2 ? version.Major.ToString(CultureInfo.InvariantCulture) : version.ToString(2);
}
