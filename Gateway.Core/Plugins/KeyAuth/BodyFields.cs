using System.Text;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins.Authentication;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gateway.Core.Plugins.KeyAuth;

/// <summary>The fields of a request body that a key may stand in.</summary>
internal abstract class BodyFields
{
    /// <summary>Longest body, in bytes, that is searched.</summary>
    private const long MaxBody = 32L * 1024 * 1024;

    /// <summary>The text under a name, or two of them when there are more. A field that is no text counts as absent, a list or record as several.</summary>
    public abstract StringValues Find(string name);

    /// <summary>The body without the fields of a name, every other byte as it was; null when there are none.</summary>
    public abstract byte[]? Without(string name);

    /// <returns>Null when the body is of a kind that has no fields.</returns>
    /// <exception cref="RequestBodyTooLargeException">The body is longer than can be searched.</exception>
    public static async ValueTask<BodyFields?> ReadAsync(GatewayContext context)
    {
        var request = context.Http.Request;
        if (request.Headers.ContentEncoding.Count > 0 || !MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            return null;
        }

        var isForm = type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
        var isMultipart = type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        var isJson = type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
        if (!isForm && !isMultipart && !isJson)
        {
            return null;
        }

        var body = await context.Body.ReadAsync(MaxBody, context.Aborted);
        return isForm ? new FormFields(body)
            : isJson ? new JsonMembers(body)
            : new MultipartFields(body, HeaderUtilities.RemoveQuotes(type.Boundary).ToString());
    }
}

/// <summary>A form: <c>a=1&amp;b=2</c>.</summary>
internal sealed class FormFields(ReadOnlyMemory<byte> body) : BodyFields
{
    public override StringValues Find(string name) => EncodedPairs.Find(Encoding.UTF8.GetString(body.Span), name);

    public override byte[]? Without(string name)
    {
        // One character for each byte, so that even a broken encoding comes out as it went in.
        var text = Encoding.Latin1.GetString(body.Span);
        var rest = EncodedPairs.Remove(text, name);
        return ReferenceEquals(rest, text) ? null : Encoding.Latin1.GetBytes(rest);
    }
}
