using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Core.Pipeline.Heads;

/// <summary>Whether the head of a request can be read in one way only. The same for every listener: a second reading is how requests are smuggled.</summary>
internal static class RequestFraming
{
    /// <returns>The status that refuses the request, after which its connection must end; null when it may go on.</returns>
    public static int? Refuse(HttpContext http)
    {
        var request = http.Request;
        if (HttpMethods.IsTrace(request.Method) || (HttpMethods.IsConnect(request.Method) && !IsSocketOverHttp2(http)))
        {
            return StatusCodes.Status405MethodNotAllowed;
        }

        // Methods are words of exact case; an HTTP client would send "get" on as GET, which no rule about GET has seen.
        return IsFramedPlainly(request.Headers)
            && HttpMethods.GetCanonicalizedValue(request.Method) == request.Method
            && IsPlainTarget(http.Features.Get<IHttpRequestFeature>()!.RawTarget)
            ? null
            : StatusCodes.Status400BadRequest;
    }

    /// <summary>A WebSocket on a connection of HTTP/2 is opened by CONNECT (RFC 8441); to routes it is the GET that it is elsewhere.</summary>
    public static bool IsSocketOverHttp2(HttpContext http) =>
        http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect
        && "websocket".Equals(connect.Protocol, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether the length of the body can be read in one way only: the server reports a length beside chunks as X-Content-Length, and
    /// drops codings other than chunked.
    /// </summary>
    private static bool IsFramedPlainly(IHeaderDictionary headers)
    {
        var coding = headers.TransferEncoding;
        return coding.Count == 0
            || (coding.Count == 1
                && "chunked".Equals(coding.ToString(), StringComparison.OrdinalIgnoreCase)
                && !headers.ContainsKey("X-Content-Length")
                && headers.ContentLength is null);
    }

    /// <summary>
    /// Whether a target holds no control characters and no name or password. A control character would stand in the headers that tell the
    /// upstream the path, where a bare CR may begin a line; what stands before an @ looks like the host that is called.
    /// </summary>
    private static bool IsPlainTarget(string target)
    {
        var text = target.AsSpan();
        return !text.ContainsAnyExceptInRange('!', '~') && (text is ['/', ..] || !RequestPath.AuthorityOf(text).Contains('@'));
    }
}
