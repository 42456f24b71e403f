using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Pipeline;

/// <summary>The formats in which the gateway can word an error.</summary>
internal enum ErrorMediaType
{
    Json,
    Text,
    Html,
    Xml,
    Grpc,
}

/// <summary>Chooses the format of an error body from what the client accepts.</summary>
internal static class ErrorNegotiation
{
    /// <param name="isTransport">
    /// Errors of the transport fall back to the request's content type, then to <paramref name="otherwise"/>; others to JSON.
    /// </param>
    public static ErrorMediaType Choose(HttpRequest request, bool isTransport, ErrorMediaType otherwise)
    {
        if (GrpcAnswer.IsWanted(request))
        {
            return ErrorMediaType.Grpc;
        }

        var contentType = request.ContentType;
        var accept = request.Headers.Accept;
        if (!StringValues.IsNullOrEmpty(accept))
        {
            return Best(accept) ?? ErrorMediaType.Json;
        }

        return !isTransport ? ErrorMediaType.Json
            : contentType is null ? otherwise
            : Parse(contentType.AsSpan()) ?? otherwise;
    }

    /// <summary>The known type with the highest quality, the first on ties; null when none is known.</summary>
    private static ErrorMediaType? Best(StringValues accept)
    {
        ErrorMediaType? best = null;
        var bestQuality = 0d;
        foreach (var line in accept)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                var item = line.AsSpan()[range];
                if (Parse(item) is { } type && Quality(item) is var quality && quality > bestQuality)
                {
                    best = type;
                    bestQuality = quality;
                }
            }
        }

        return best;
    }

    private static ErrorMediaType? Parse(ReadOnlySpan<char> item)
    {
        var semicolon = item.IndexOf(';');
        var type = (semicolon < 0 ? item : item[..semicolon]).Trim();
        return Is(type, "application/json") || Is(type, "application/*") || Is(type, "*/*") ? ErrorMediaType.Json
            : Is(type, "text/plain") || Is(type, "text/*") ? ErrorMediaType.Text
            : Is(type, "text/html") ? ErrorMediaType.Html
            : Is(type, "application/xml") ? ErrorMediaType.Xml
            : null;
    }

    private static double Quality(ReadOnlySpan<char> item)
    {
        foreach (var range in item.Split(';'))
        {
            var parameter = item[range].Trim();
            if (parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase))
            {
                return double.TryParse(parameter[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var quality)
                    ? Math.Clamp(quality, 0, 1)
                    : 0;
            }
        }

        return 1;
    }

    private static bool Is(ReadOnlySpan<char> type, string expected) => type.Equals(expected, StringComparison.OrdinalIgnoreCase);
}
