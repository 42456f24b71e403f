using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Core.Plugins.RequestSizeLimiting;

/// <summary>Refuses requests whose body is too long. A body that does not say its length is read and measured.</summary>
[Plugin("request-size-limiting", priority: 951, ForbiddenScopes = ["consumer_group"])]
internal sealed class RequestSizeLimitingPlugin : Plugin<RequestSizeLimitingConfig>
{
    /// <summary>Longest body that is measured, in bytes: it is kept in memory meanwhile.</summary>
    private const long MaxMeasured = 1L << 30;

    protected override async ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, RequestSizeLimitingConfig config)
    {
        if (await FindRefusalAsync(context, config) is not { } refusal)
        {
            return PhaseResult.Continue;
        }

        await GatewayErrors.WriteAsync(context, refusal);
        return PhaseResult.Answered;
    }

    private static async ValueTask<Refusal?> FindRefusalAsync(GatewayContext context, RequestSizeLimitingConfig config)
    {
        var request = context.Http.Request;
        if (request.ContentLength is { } length)
        {
            return length > config.AllowedBytes ? TooLarge(request) : null;
        }

        if (config.RequireContentLength && request.Headers.TransferEncoding.Count == 0)
        {
            return new Refusal(StatusCodes.Status411LengthRequired, "A valid Content-Length header is required") { Detail = "length_required" };
        }

        if (context.Http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false)
        {
            return null;
        }

        try
        {
            // Reading takes 0 for no limit.
            var limit = Math.Min(config.AllowedBytes, MaxMeasured);
            var body = await context.Body.ReadAsync(Math.Max(limit, 1), context.Aborted);
            return body.Length > limit ? TooLarge(request) : null;
        }
        catch (RequestBodyTooLargeException)
        {
            return TooLarge(request);
        }
    }

    private static Refusal TooLarge(HttpRequest request)
    {
        // A client that asks before sending is told that its expectation is not met.
        return new Refusal(UnsentBody.IsOffered(request) ? StatusCodes.Status417ExpectationFailed : StatusCodes.Status413PayloadTooLarge, "Request size limit exceeded")
        {
            Detail = "too_large",
        };
    }
}
