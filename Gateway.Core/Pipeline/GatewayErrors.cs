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

        var media = ErrorNegotiation.Choose(context.Http.Request, refusal.IsTransport, context.Node.DefaultError);
        if (media == ErrorMediaType.Grpc)
        {
            GrpcAnswer.SetStatus(response, refusal.Status, refusal.Message);
            return;
        }

        response.ContentType = MediaTypeOf(media);
        Encoding.UTF8.GetBytes(Word(media, refusal.Message, requestId), body);
    }

    /// <summary>The content type of an error in a format that has a body.</summary>
    public static string MediaTypeOf(ErrorMediaType media) => media switch
    {
        ErrorMediaType.Text => "text/plain; charset=utf-8",
        ErrorMediaType.Html => "text/html; charset=utf-8",
        ErrorMediaType.Xml => "application/xml; charset=utf-8",
        _ => "application/json; charset=utf-8",
    };

    /// <summary>The body of an error in a format that has one.</summary>
    public static string Word(ErrorMediaType media, string message, string requestId) => media switch
    {
        ErrorMediaType.Text => $"{message}\nrequest_id: {requestId}\n",
        ErrorMediaType.Html => $"""
            <!doctype html>
            <html>
              <head>
                <meta charset="utf-8">
                <title>Error</title>
              </head>
              <body>
                <h1>Error</h1>
                <p>{WebUtility.HtmlEncode(message)}.</p>
                <p>request_id: {requestId}</p>
              </body>
            </html>

            """,
        ErrorMediaType.Xml => $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <error>
              <message>{WebUtility.HtmlEncode(message)}</message>
              <requestid>{requestId}</requestid>
            </error>

            """,
        // Clients compare this text as it is: two blanks, no blank after the colon, no final line feed.
        _ => $"{{\n  \"message\":\"{JsonEncodedText.Encode(message, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\",\n  \"request_id\":\"{requestId}\"\n}}",
    };
}
