using Gateway.Core.Pipeline;
using Gateway.Core.Plugins.RequestTransformer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Plugins.ResponseTransformer;

/// <summary>Changes headers and JSON body of the response, also of errors that the gateway makes itself.</summary>
[Plugin("response-transformer", priority: 800)]
internal sealed partial class ResponseTransformerPlugin(ILogger<ResponseTransformerPlugin> logger) : Plugin<ResponseTransformerConfig>
{
    protected override void ResponseHeaders(GatewayContext context, PluginInstance instance, ResponseTransformerConfig config)
    {
        var plan = instance.State.GetOrCreate(() => new ResponsePlan(config));
        var response = context.Http.Response;

        // Asked before the rules, which may rename a stream that must not be held back.
        var isJson = !plan.Json.IsEmpty && IsReadableJson(response);
        plan.Headers.Apply(new ResponseHeaderFields(response.Headers), new TemplateValues(context, keepsHeaders: false));
        if (!isJson)
        {
            return;
        }

        if (HttpMethods.IsHead(context.Http.Request.Method))
        {
            // Nobody knows the length that the body would have.
            response.ContentLength = null;
            return;
        }

        context.ResponseBody.Change(body => Transform(plan, context, body));
    }

    private static bool IsReadableJson(HttpResponse response)
    {
        var encoding = response.Headers.ContentEncoding.ToString();
        return response.ContentType?.Contains("application/json", StringComparison.OrdinalIgnoreCase) == true
            && (encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase));
    }

    private ReadOnlyMemory<byte> Transform(ResponsePlan plan, GatewayContext context, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return body;
        }

        if (Read(body) is not { } fields)
        {
            LogNoObject(logger, context.Record.RequestId, context.Route?.Name);
            return body;
        }

        plan.Json.Apply(fields, new TemplateValues(context, keepsHeaders: false));
        return fields.IsChanged ? fields.ToBytes() : body;
    }

    private static JsonFields? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonFields.TryRead(body, valuesAreJson: true);
        }
        catch (BadHttpRequestException)
        {
            // More members than are worth their memory.
            return null;
        }
    }

    [LoggerMessage(EventId = 2401, Level = LogLevel.Warning, Message = "The response to request {RequestId} on route {RouteName} is not a JSON object; response-transformer left it as it was")]
    private static partial void LogNoObject(ILogger logger, string requestId, string? routeName);
}
