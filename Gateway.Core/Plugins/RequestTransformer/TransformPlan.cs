using System.Text;
using Gateway.Core.Llm.Forwarding;
using Gateway.Core.Pipeline;

namespace Gateway.Core.Plugins.RequestTransformer;

/// <summary>A config of request-transformer, made ready to run.</summary>
internal sealed class TransformPlan(RequestTransformerConfig config)
{
    /// <summary>Longest body, in bytes, that rules are applied to.</summary>
    private const long MaxBody = 32L * 1024 * 1024;

    private readonly Template? _uri = config.Replace.Uri is { } uri ? new Template(uri) : null;

    private readonly TransformRules _headers = new(
        config.Remove.Headers, config.Rename.Headers, config.Replace.Headers, config.Add.Headers, config.Append.Headers);

    private readonly TransformRules _query = new(
        config.Remove.Querystring, config.Rename.Querystring, config.Replace.Querystring, config.Add.Querystring, config.Append.Querystring);

    private readonly TransformRules _body = new(
        config.Remove.Body, config.Rename.Body, config.Replace.Body, config.Add.Body, config.Append.Body);

    /// <summary>Path, method, headers, body, query: in this order.</summary>
    /// <returns>Why the request cannot go on; null when it can.</returns>
    /// <exception cref="InvalidOperationException">The new path does not begin with a slash.</exception>
    /// <exception cref="RequestBodyTooLargeException">The body has to be read and is too long for it.</exception>
    public async ValueTask<Refusal?> ApplyAsync(GatewayContext context)
    {
        var hasTemplates = _headers.HasTemplates || _body.HasTemplates || _query.HasTemplates;
        var values = new TemplateValues(context, keepsHeaders: hasTemplates && !_headers.IsEmpty);
        if (_uri is not null)
        {
            var path = _uri.Render(values);
            context.UpstreamPath = path.StartsWith('/') ? path : throw new InvalidOperationException($"request-transformer: replace.uri gave '{path}', which does not begin with a slash.");
        }

        if (config.HttpMethod is { } method)
        {
            context.UpstreamMethod = method;
            if (method is "GET" or "HEAD" or "TRACE" && BodyKinds.Of(context) == BodyKind.Form && await MoveFormAsync(context) is { } refusal)
            {
                return refusal;
            }
        }

        if (!_headers.IsEmpty)
        {
            _headers.Apply(new HeaderFields(context), values);
        }

        if (!_body.IsEmpty && await ApplyToBodyAsync(context, values) is { } unreadable)
        {
            return unreadable;
        }

        if (!_query.IsEmpty)
        {
            var query = PairFields.OfQuery(context.UpstreamQuery);
            _query.Apply(query, values);
            SetQuery(context, query);
        }

        return null;
    }

    private async ValueTask<Refusal?> ApplyToBodyAsync(GatewayContext context, TemplateValues values)
    {
        var kind = BodyKinds.Of(context);
        if (kind == BodyKind.Other)
        {
            return null;
        }

        var (body, refusal) = await ReadAsync(context);
        if (refusal is not null)
        {
            return refusal;
        }

        PieceFields? fields = kind switch
        {
            BodyKind.Json => JsonFields.TryRead(body),
            BodyKind.Multipart => MultipartFields.TryRead(body, context.Http.Request.ContentType!),
            _ => new PairFields(body),
        };
        if (fields is null)
        {
            return null;
        }

        _body.Apply(fields, values, renamesFirst: kind == BodyKind.Multipart);
        if (fields.IsChanged)
        {
            Replace(context, fields.ToBytes());
        }

        return null;
    }

    /// <summary>The methods that carry no body get a form's pairs as a query.</summary>
    private static async ValueTask<Refusal?> MoveFormAsync(GatewayContext context)
    {
        var (body, refusal) = await ReadAsync(context);
        if (refusal is not null)
        {
            return refusal;
        }

        var query = PairFields.OfQuery(context.UpstreamQuery);
        query.AppendForm(new PairFields(body));
        SetQuery(context, query);
        return null;
    }

    /// <summary>The body without its content coding.</summary>
    private static async ValueTask<(ReadOnlyMemory<byte> Body, Refusal? Refusal)> ReadAsync(GatewayContext context)
    {
        var body = await context.Body.ReadAsync(MaxBody, context.Aborted);
        return (RequestDecoding.Decode(context.Http.Request, body, MaxBody, out var refusal), refusal);
    }

    private static void Replace(GatewayContext context, byte[] body)
    {
        context.Body.Replace(body);
        var headers = context.Http.Request.Headers;
        headers.ContentLength = body.Length;
        headers.Remove("Transfer-Encoding");
        headers.Remove("Content-Encoding");
    }

    private static void SetQuery(GatewayContext context, PairFields query)
    {
        if (query.IsChanged)
        {
            var text = Encoding.UTF8.GetString(query.ToBytes());
            context.UpstreamQuery = text.Length == 0 ? "" : "?" + text;
        }
    }
}
