using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Pipeline;

namespace Gateway.Core.Plugins.RequestTransformer;

/// <summary>A config of request-transformer, made ready to run.</summary>
internal sealed class TransformPlan(RequestTransformerConfig config)
{
    /// <summary>Longest body, in bytes, that rules are applied to.</summary>
    private const long MaxBody = 32L * 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Template? _uri = config.Replace.Uri is { } uri ? new Template(uri) : null;

    private readonly TransformRules _headers = new(
        config.Remove.Headers, config.Rename.Headers, config.Replace.Headers, config.Add.Headers, config.Append.Headers);

    private readonly TransformRules _query = new(
        config.Remove.Querystring, config.Rename.Querystring, config.Replace.Querystring, config.Add.Querystring, config.Append.Querystring);

    private readonly TransformRules _body = new(
        config.Remove.Body, config.Rename.Body, config.Replace.Body, config.Add.Body, config.Append.Body);

    /// <summary>Path, method, headers, body, query: in this order.</summary>
    /// <exception cref="InvalidOperationException">The new path does not begin with a slash.</exception>
    public async ValueTask ApplyAsync(GatewayContext context)
    {
        if (_uri is not null)
        {
            var path = _uri.Render(context);
            context.UpstreamPath = path.StartsWith('/') ? path : throw new InvalidOperationException($"request-transformer: replace.uri gave '{path}', which does not begin with a slash.");
        }

        var isForm = IsType(context, "application/x-www-form-urlencoded");
        if (config.HttpMethod is { } method)
        {
            context.UpstreamMethod = method;
            if (isForm && method is "GET" or "HEAD" or "TRACE")
            {
                var query = new PairFields(context.UpstreamQuery);
                query.AppendAll(new PairFields(await ReadTextAsync(context)));
                SetQuery(context, query);
            }
        }

        if (!_headers.IsEmpty)
        {
            _headers.Apply(new HeaderFields(context), context);
        }

        if (!_body.IsEmpty)
        {
            await ApplyToBodyAsync(context, isForm);
        }

        if (!_query.IsEmpty)
        {
            var query = new PairFields(context.UpstreamQuery);
            _query.Apply(query, context);
            SetQuery(context, query);
        }
    }

    private async ValueTask ApplyToBodyAsync(GatewayContext context, bool isForm)
    {
        if (isForm)
        {
            var text = await ReadTextAsync(context);
            if (text.Length > 0 || _body.Creates)
            {
                var pairs = new PairFields(text);
                _body.Apply(pairs, context);
                Replace(context, Encoding.UTF8.GetBytes(pairs.ToString()));
            }
        }
        else if (IsType(context, "application/json"))
        {
            var bytes = await context.Body.ReadAsync(MaxBody, context.Aborted);
            if ((bytes.Length > 0 || _body.Creates) && Parse(bytes) is { } body)
            {
                _body.Apply(new JsonFields(body), context);
                Replace(context, JsonSerializer.SerializeToUtf8Bytes(body, Json));
            }
        }
    }

    /// <summary>The object, or null for what is none: such a body passes as it is.</summary>
    private static JsonObject? Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length == 0)
        {
            return [];
        }

        try
        {
            var node = JsonNode.Parse(bytes.Span) as JsonObject;

            // Members are read lazily; a name that stands twice shows only now.
            _ = node?.Count;
            return node;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static async ValueTask<string> ReadTextAsync(GatewayContext context) =>
        Encoding.UTF8.GetString((await context.Body.ReadAsync(MaxBody, context.Aborted)).Span);

    private static void Replace(GatewayContext context, byte[] body)
    {
        context.Body.Replace(body);
        context.Http.Request.Headers.ContentLength = body.Length;
        context.Http.Request.Headers.Remove("Transfer-Encoding");
    }

    private static void SetQuery(GatewayContext context, PairFields query)
    {
        var text = query.ToString();
        context.UpstreamQuery = text.Length == 0 ? "" : "?" + text;
    }

    private static bool IsType(GatewayContext context, string type) =>
        context.Http.Request.ContentType?.Contains(type, StringComparison.OrdinalIgnoreCase) == true;
}
