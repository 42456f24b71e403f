using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Pipeline;

/// <summary>Writes answers that a plugin gives in place of the upstream and that are no errors of the gateway.</summary>
internal static class GatewayAnswers
{
    /// <summary>Content type of the gateway's own JSON.</summary>
    public const string Json = "application/json; charset=utf-8";

    /// <summary>
    /// Answers with a body as it is. Other response headers may be set before. Runs the header phase of the route's plugins.
    /// </summary>
    /// <param name="contentType">Null: no such header.</param>
    /// <param name="length">Length that the answer to a HEAD request names; null: the body's.</param>
    public static async ValueTask WriteAsync(GatewayContext context, int status, string? contentType, ReadOnlyMemory<byte> body, long? length = null)
    {
        var response = context.Http.Response;
        response.StatusCode = status;
        GatewayHeaders.AddAnswered(context);
        context.Record.IsFromUpstream = false;
        if (contentType is not null)
        {
            response.ContentType = contentType;
        }

        UnsentBody.EndConnection(context);
        context.RunResponseHeaders();
        if (status is >= 200 and not StatusCodes.Status204NoContent and not StatusCodes.Status304NotModified)
        {
            response.ContentLength = length ?? body.Length;
            if (body.Length > 0 && !HttpMethods.IsHead(context.Http.Request.Method))
            {
                await response.Body.WriteAsync(body, context.Aborted);
            }
        }
    }

    /// <summary>Answers <c>{"message":"…"}</c>, whatever the client accepts and without a request id. A gRPC client gets it as its status.</summary>
    /// <param name="message">Null: the answer has no body.</param>
    public static ValueTask WriteMessageAsync(GatewayContext context, int status, string? message)
    {
        if (GrpcAnswer.IsWanted(context.Http.Request))
        {
            GrpcAnswer.SetStatus(context.Http.Response, status, message);
            return WriteAsync(context, status, null, default);
        }

        if (message is null)
        {
            return WriteAsync(context, status, null, default);
        }

        var text = JsonEncodedText.Encode(message, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        return WriteAsync(context, status, Json, Encoding.UTF8.GetBytes($"{{\"message\":\"{text}\"}}"));
    }
}
