using System.Net.Sockets;
using System.Security.Authentication;
using Gateway.Core.Pipeline;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Upstreams;

/// <summary>What went wrong on the way to an upstream, before its response head.</summary>
/// <param name="Status">Status for the client.</param>
/// <param name="Message">Text for the client; names no address.</param>
/// <param name="Detail">Reason for the record, such as <c>connect_refused</c>.</param>
/// <param name="IsUnsent">The request provably has not left the gateway: any method may be tried again.</param>
/// <param name="IsRepeatable">Another try makes sense; for a request that may have been sent only when its method is idempotent.</param>
internal sealed record UpstreamFault(int Status, string Message, string Detail, bool IsUnsent, bool IsRepeatable)
{
    /// <summary>Error code of HTTP/2 (RFC 9113, 7).</summary>
    private const long RefusedStream = 7;

    public const string InvalidText = "An invalid response was received from the upstream server";
    public const string TimeoutText = "The upstream server is timing out";

    public RequestOutcome Outcome => Status switch
    {
        StatusCodes.Status504GatewayTimeout => RequestOutcome.UpstreamTimeout,
        < 500 => RequestOutcome.Rejected,
        _ => RequestOutcome.UpstreamError,
    };

    /// <summary>The client's body could not be read to its end.</summary>
    /// <param name="status">Status that the server found for it.</param>
    public static UpstreamFault OfClient(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => new(status, "Request timeout", "client_slow", IsUnsent: false, IsRepeatable: false),
        StatusCodes.Status413PayloadTooLarge => new(status, "Payload too large", "too_large", IsUnsent: false, IsRepeatable: false),
        _ => new(StatusCodes.Status400BadRequest, "Bad request", "protocol_error", IsUnsent: false, IsRepeatable: false),
    };

    public Refusal ToRefusal() => new(Status, Message)
    {
        Detail = Detail,
        IsTransport = Status is StatusCodes.Status502BadGateway or StatusCodes.Status504GatewayTimeout or StatusCodes.Status400BadRequest,
        // What is left of a client's body is not read, so nothing can follow it on this connection.
        Headers = Status is StatusCodes.Status400BadRequest or StatusCodes.Status408RequestTimeout or StatusCodes.Status413PayloadTooLarge ? [new("Connection", "close")] : null,
    };

    /// <summary>Names the fault behind a failed call.</summary>
    /// <param name="exception">What the HTTP client threw; null when only the deadline is known.</param>
    public static UpstreamFault Classify(Exception? exception)
    {
        if (Find<UpstreamConnectException>(exception) is { } connect)
        {
            return connect.Fault switch
            {
                ConnectFault.NameUnknown => new(503, "name resolution failed", "dns_error", IsUnsent: true, IsRepeatable: true),
                ConnectFault.ResolverFailed => new(500, connect.Message, "dns_error", IsUnsent: true, IsRepeatable: true),
                ConnectFault.TimedOut => new(504, TimeoutText, "connect_timeout", IsUnsent: true, IsRepeatable: true),
                ConnectFault.Forbidden => new(502, InvalidText, "address_forbidden", IsUnsent: true, IsRepeatable: false),
                _ => new(502, InvalidText, "connect_refused", IsUnsent: true, IsRepeatable: true),
            };
        }

        if (Find<UpstreamTlsException>(exception) is { } refused)
        {
            return new(502, InvalidText, "tls_error:" + refused.Fault, IsUnsent: true, IsRepeatable: true);
        }

        if (IsRefusedStream(exception))
        {
            return new(502, InvalidText, "stream_refused", IsUnsent: true, IsRepeatable: true);
        }

        if (Find<AuthenticationException>(exception) is not null || Find<HttpRequestException>(exception) is { HttpRequestError: HttpRequestError.SecureConnectionError })
        {
            return new(502, InvalidText, "tls_error:handshake", IsUnsent: true, IsRepeatable: true);
        }

        if (Find<OperationCanceledException>(exception) is not null || exception is null)
        {
            // The handler reports its connect timeout as a TimeoutException inside; a cancelled wait for the response head has none.
            return Find<TimeoutException>(exception) is not null
                ? new(504, TimeoutText, "connect_timeout", IsUnsent: true, IsRepeatable: true)
                : new(504, TimeoutText, "header_timeout", IsUnsent: false, IsRepeatable: true);
        }

        if (Find<HttpRequestException>(exception) is { } request)
        {
            switch (request.HttpRequestError)
            {
                case HttpRequestError.ConnectionError:
                    return new(502, InvalidText, "connect_refused", IsUnsent: true, IsRepeatable: true);
                case HttpRequestError.ResponseEnded:
                    return new(502, InvalidText, "upstream_closed", IsUnsent: false, IsRepeatable: true);
                case HttpRequestError.HttpProtocolError when Find<HttpProtocolException>(exception)?.ErrorCode is { } code && !MeansNonsense(code):
                    return new(502, InvalidText, "upstream_reset", IsUnsent: false, IsRepeatable: true);
                case HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ConfigurationLimitExceeded:
                    return new(502, InvalidText, "protocol_error", IsUnsent: false, IsRepeatable: false);
            }
        }

        return Find<SocketException>(exception) is not null || Find<IOException>(exception) is not null
            ? new(502, InvalidText, "upstream_reset", IsUnsent: false, IsRepeatable: true)
            : new(502, InvalidText, "protocol_error", IsUnsent: false, IsRepeatable: false);
    }

    /// <summary>Whether an upstream of HTTP/2 said that it has not looked at the request (RFC 9113, 8.7).</summary>
    public static bool IsRefusedStream(Exception? exception) => Find<StreamRefusedException>(exception) is not null || Find<HttpProtocolException>(exception) is { ErrorCode: RefusedStream };

    /// <summary>Whether an error code of HTTP/2 says that what came is no HTTP/2: errors of protocol, flow control, frame size and compression.</summary>
    private static bool MeansNonsense(long code) => code is 1 or 3 or 6 or 9;

    /// <summary>The first exception of a kind in a chain of causes; null when there is none.</summary>
    public static T? Find<T>(Exception? exception)
        where T : Exception
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (current is T found)
            {
                return found;
            }

            if (current is AggregateException { InnerExceptions.Count: > 1 } several)
            {
                foreach (var inner in several.InnerExceptions)
                {
                    if (Find<T>(inner) is { } nested)
                    {
                        return nested;
                    }
                }
            }
        }

        return null;
    }
}
