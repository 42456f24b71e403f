using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Pipeline;

/// <summary>Writes the answers that the gateway makes itself, in the format that the client asked for.</summary>
internal static class GatewayErrors
{
    /// <summary>
    /// Answers with a refusal. Runs the header phase of the selected plugins and notes the reason in the record. When the response
    /// has already started, the connection is aborted instead, so that a cut answer never looks whole.
    /// </summary>
    public static async ValueTask WriteAsync(GatewayContext context, Refusal refusal)
    {
        var http = context.Http;
        var record = context.Record;
        record.OutcomeDetail ??= refusal.Detail;
        record.ErrorMessage ??= refusal.Message.Length > 0 ? refusal.Message : null;
        var response = http.Response;
        if (response.HasStarted)
        {
            http.Abort();
            return;
        }

        response.Clear();
        response.StatusCode = refusal.Status;
        record.Status = refusal.Status;
        record.IsFromUpstream = false;
        if (refusal.Headers is { } headers)
        {
            foreach (var (name, value) in headers)
            {
                response.Headers[name] = value;
            }
        }

        var body = new ArrayBufferWriter<byte>(256);
        if (refusal.HasBody)
        {
            WriteBody(context, refusal, body);
        }

        GatewayHeaders.AddAnswered(context);
        UnsentBody.EndConnection(context);
        context.RunResponseHeaders();
        response.ContentLength = body.WrittenCount;
        if (body.WrittenCount > 0 && !HttpMethods.IsHead(http.Request.Method))
        {
            await response.Body.WriteAsync(body.WrittenMemory, context.Aborted);
        }
    }

    private static void WriteBody(GatewayContext context, Refusal refusal, ArrayBufferWriter<byte> body)
    {
        var response = context.Http.Response;
        var requestId = context.Record.RequestId;
        if (context.ErrorFormat is { } format)
        {
            response.ContentType = format.ContentType;
            format.Write(body, refusal.Status, refusal.Message, requestId);
            return;
        }

        switch (ErrorNegotiation.Choose(context.Http.Request, refusal.IsTransport, context.Node.DefaultError))
        {
            case ErrorMediaType.Text:
                response.ContentType = "text/plain; charset=utf-8";
                Append(body, $"{refusal.Message}\nrequest_id: {requestId}\n");
                break;
            case ErrorMediaType.Html:
                response.ContentType = "text/html; charset=utf-8";
                Append(body, $"""
                    <!doctype html>
                    <html>
                      <head>
                        <meta charset="utf-8">
                        <title>Error</title>
                      </head>
                      <body>
                        <h1>Error</h1>
                        <p>{WebUtility.HtmlEncode(refusal.Message)}.</p>
                        <p>request_id: {requestId}</p>
                      </body>
                    </html>

                    """);
                break;
            case ErrorMediaType.Xml:
                response.ContentType = "application/xml; charset=utf-8";
                Append(body, $"""
                    <?xml version="1.0" encoding="UTF-8"?>
                    <error>
                      <message>{WebUtility.HtmlEncode(refusal.Message)}</message>
                      <requestid>{requestId}</requestid>
                    </error>

                    """);
                break;
            case ErrorMediaType.Grpc:
                GrpcAnswer.SetStatus(response, refusal.Status, refusal.Message);
                break;
            default:
                response.ContentType = "application/json; charset=utf-8";
                // Clients compare this text as it is: two blanks, no blank after the colon, no final line feed.
                Append(body, $"{{\n  \"message\":\"{JsonEncodedText.Encode(refusal.Message, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\",\n  \"request_id\":\"{requestId}\"\n}}");
                break;
        }
    }

    private static void Append(ArrayBufferWriter<byte> body, string text) => Encoding.UTF8.GetBytes(text, body);
}
