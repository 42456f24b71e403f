using Gateway.Core.Llm;
using Gateway.Core.Llm.Forwarding;
using Gateway.Core.Llm.Providers;
using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.AiProxy;

/// <summary>What kind of call a request is, by route type, path and method.</summary>
/// <param name="Format">Format of the client's body; unknown when it passes unread.</param>
/// <param name="Remainder">Sub-resource below the route type's path.</param>
/// <param name="ReadsBody">Whether the body must be a JSON object.</param>
/// <param name="NeedsPrompt">Whether the body must carry prompts.</param>
/// <param name="NeedsModel">Whether a model must be known.</param>
/// <param name="IsModelCall">Whether a model answers, so that the call counts in usage.</param>
internal sealed record RequestShape(LlmFormat Format, string Remainder, bool ReadsBody, bool NeedsPrompt, bool NeedsModel, bool IsModelCall)
{
    private static readonly RequestShape Opaque = new(LlmFormat.Unknown, "", ReadsBody: false, NeedsPrompt: false, NeedsModel: false, IsModelCall: false);

    public static RequestShape Of(GatewayContext context, LlmPlan plan, ReadOnlyMemory<byte> body)
    {
        var routeType = plan.RouteType;
        if (plan.LlmFormatName == "anthropic")
        {
            return OfAnthropic(context, routeType);
        }

        if (RouteTypes.CollectionOf(routeType) is { } collection)
        {
            return OfCollection(context, routeType, collection, body);
        }

        return RouteTypes.IsText(routeType)
            ? new RequestShape(RouteTypes.FormatOf(routeType), "", ReadsBody: true, NeedsPrompt: true, NeedsModel: true, IsModelCall: true)
            : Opaque;
    }

    private static RequestShape OfAnthropic(GatewayContext context, string routeType)
    {
        var path = context.NormalizedPath;
        if (path.EndsWith("/messages/count_tokens", StringComparison.Ordinal))
        {
            return new RequestShape(LlmFormat.AnthropicMessages, "count_tokens", ReadsBody: true, NeedsPrompt: false, NeedsModel: true, IsModelCall: false);
        }

        var batches = path.IndexOf("/messages/batches", StringComparison.Ordinal);
        if (batches >= 0)
        {
            return Opaque with { Remainder = path[(batches + "/messages/".Length)..] };
        }

        return routeType == RouteTypes.Chat
            ? new RequestShape(LlmFormat.AnthropicMessages, "", ReadsBody: true, NeedsPrompt: true, NeedsModel: true, IsModelCall: true)
            : Opaque;
    }

    private static RequestShape OfCollection(GatewayContext context, string routeType, string collection, ReadOnlyMemory<byte> body)
    {
        var remainder = UpstreamAddressBuilder.Remainder(
            context.UpstreamPath, context.Service?.Path, context.Route is { StripPath: false } ? context.MatchedPrefix : "", collection);
        var isPost = HttpMethods.IsPost(context.UpstreamMethod ?? context.Http.Request.Method);
        if (routeType != RouteTypes.Responses || !isPost)
        {
            return Opaque with { Remainder = remainder };
        }

        // Compaction is a model's work too; the other sub-resources act on what is there.
        return remainder switch
        {
            "" => new RequestShape(LlmFormat.OpenAIResponses, "", ReadsBody: true, NeedsPrompt: true, NeedsModel: true, IsModelCall: true),
            "compact" => new RequestShape(LlmFormat.OpenAIResponses, remainder, ReadsBody: true, NeedsPrompt: false, NeedsModel: false, IsModelCall: true),
            "input_tokens" => new RequestShape(LlmFormat.OpenAIResponses, remainder, ReadsBody: body.Length > 0, NeedsPrompt: false, NeedsModel: false, IsModelCall: false),
            _ => Opaque with { Remainder = remainder },
        };
    }
}
