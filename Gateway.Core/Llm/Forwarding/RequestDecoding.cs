using System.Buffers;
using System.Text;
using Gateway.Core.Llm.Json;
using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>Content types and codings of request bodies.</summary>
internal static class RequestDecoding
{
    /// <summary>Undoes the content coding.</summary>
    /// <param name="limit">Bytes of the decoded body; 0 is unlimited.</param>
    /// <exception cref="RequestBodyTooLargeException">The decoded body is longer than allowed.</exception>
    public static ReadOnlyMemory<byte> Decode(HttpRequest request, ReadOnlyMemory<byte> body, long limit, out Refusal? refusal)
    {
        refusal = null;
        var coding = request.Headers.ContentEncoding.ToString();
        if (ContentCoding.IsIdentity(coding) || body.Length == 0)
        {
            return body;
        }

        using var decoded = new PooledBuffer(body.Length * 4);
        try
        {
            if (!ContentCoding.TryDecode(body, coding, limit, decoded))
            {
                refusal = new Refusal(StatusCodes.Status415UnsupportedMediaType, $"content-encoding '{coding}' of the request body is not supported; send gzip, deflate, br or none")
                {
                    Detail = "bad_request",
                };
                return body;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            refusal = new Refusal(StatusCodes.Status400BadRequest, $"the request body is not valid {coding}") { Detail = "bad_request" };
            return body;
        }

        return decoded.Written.ToArray();
    }

    /// <summary>Whether the content type allows to read the body as JSON; an absent one does.</summary>
    public static bool IsReadable(HttpRequest request)
    {
        var type = request.ContentType;
        return string.IsNullOrEmpty(type)
            || type.Contains("json", StringComparison.OrdinalIgnoreCase)
            || IsForm(request);
    }

    public static bool IsForm(HttpRequest request) =>
        request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>A form as a flat JSON object of strings.</summary>
    public static ReadOnlyMemory<byte> FormToJson(ReadOnlyMemory<byte> body)
    {
        var output = new ArrayBufferWriter<byte>(body.Length + 64);
        using (var json = LlmJson.CreateWriter(output))
        {
            json.WriteStartObject();
            foreach (var (name, values) in QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body.Span)))
            {
                json.WriteString(name, values.ToString());
            }

            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }
}
