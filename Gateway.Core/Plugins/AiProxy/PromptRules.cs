using Gateway.Core.Llm;
using Gateway.Core.Llm.Json;
using Gateway.Core.Llm.Providers;

namespace Gateway.Core.Plugins.AiProxy;

/// <summary>Checks that a body carries what its route type needs. Everything else is the provider's verdict.</summary>
internal static class PromptRules
{
    private const string NoPrompts = "request body doesn't contain valid prompts";

    /// <returns>The refusal's text, or null.</returns>
    public static string? Check(string routeType, LlmFormat format, in LlmRequestScan scan)
    {
        switch (routeType)
        {
            case RouteTypes.Responses:
                // A stored prompt takes the place of an input; an earlier response may be continued without one.
                return IsText(scan.InputKind) || scan.Find("prompt"u8).Kind == JsonKind.Object || scan.Find("previous_response_id"u8).Kind == JsonKind.String
                    ? null
                    : NoPrompts;
            case RouteTypes.Embeddings:
                return IsText(scan.InputKind) ? null : NoPrompts;
            case RouteTypes.Chat when format == LlmFormat.AnthropicMessages:
                return scan.IsNonEmptyArray("messages"u8) ? null : NoPrompts;
            case RouteTypes.Chat or RouteTypes.Completions:
                return CheckShape(routeType, scan);
            default:
                return null;
        }
    }

    /// <summary>The refusal's text for a body that is not a JSON object.</summary>
    public static string Describe(JsonFault fault) => fault switch
    {
        JsonFault.DuplicateKey => "the request body names a member twice",
        JsonFault.TooDeep => $"the request body is nested deeper than {LlmRequestScanner.MaxDepth} levels",
        JsonFault.TooManyMembers => "the request body has too many members",
        JsonFault.InvalidUtf8 => "the request body is not valid UTF-8",
        _ => "content-type header does not match request body, or bad JSON formatting",
    };

    private static string? CheckShape(string routeType, in LlmRequestScan scan)
    {
        var hasMessages = scan.IsNonEmptyArray("messages"u8);
        var hasPrompt = scan.PromptKind == JsonKind.String || scan.IsNonEmptyArray("prompt"u8);
        if (!hasMessages && !hasPrompt)
        {
            return NoPrompts;
        }

        if (hasMessages && hasPrompt)
        {
            return "request matches multiple LLM request formats";
        }

        var found = hasMessages ? RouteTypes.Chat : RouteTypes.Completions;
        return found == routeType ? null : $"[{found}] message format is not compatible with [{routeType}] route type";
    }

    private static bool IsText(JsonKind kind) => kind is JsonKind.String or JsonKind.Array;
}
