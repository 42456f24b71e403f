using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.AiProxy;

/// <summary>Rules across the fields of a model target: <c>route_type</c>, <c>auth</c>, <c>model</c>, <c>logging</c>.</summary>
internal static class ModelChecks
{
    private const string Provider = "model.provider";

    public static IReadOnlyList<EntityCheck> ForTarget { get; } =
    [
        EntityCheck.AllOrNone("auth.header_name", "auth.header_value"),
        EntityCheck.AllOrNone("auth.param_name", "auth.param_value", "auth.param_location"),
        EntityCheck.Conditional(
            Provider, ["bedrock", "gemini"], Then.Equal("auth.allow_override", "false"), "bedrock and gemini only support auth.allow_override = false"),
        EntityCheck.Custom("Providers need the settings that say where and how they are reached.", CheckProviderOptions),
        EntityCheck.Custom("Anthropic has no statistics for completions.", CheckStatistics),
    ];

    /// <summary>The formats of Bedrock and Gemini are passed through, so the provider must be the same, and only chat is known.</summary>
    /// <param name="target">Dotted path of the target inside the record, with a trailing dot; empty for the record itself.</param>
    public static void CheckFormat(CheckContext context, string? format, string target)
    {
        if (format is not ("bedrock" or "gemini"))
        {
            return;
        }

        if (context.Text(target + Provider) != format)
        {
            context.FailRecord($"native llm_format '{format}' can only be used with the '{format}' model.provider");
        }

        if (context.Text(target + "route_type") != "llm/v1/chat")
        {
            context.FailRecord("native provider options in llm_format can only be used with the 'llm/v1/chat' route_type");
        }
    }

    private static void CheckProviderOptions(CheckContext context)
    {
        switch (context.Text(Provider))
        {
            case "llama2":
                Require(context, "llama2_format", "must set {0} for llama2 provider");
                Require(context, "upstream_url", "must set {0} for self-hosted providers/models");
                break;
            case "mistral":
                Require(context, "mistral_format", "must set {0} for mistral provider");
                break;
            case "anthropic":
                Require(context, "anthropic_version", "must set {0} for anthropic provider");
                break;
            case "azure":
                Require(context, "azure_instance", "must set {0} for azure provider");
                Require(context, "azure_api_version", "must set {0} for azure provider");
                Require(context, "azure_deployment_id", "must set {0} for azure provider");
                break;
            case "vllm":
                Require(context, "upstream_url", "must set {0} for self-hosted providers/models");
                break;
        }
    }

    private static void Require(CheckContext context, string option, string text)
    {
        if (!context.IsSet($"model.options.{option}"))
        {
            var place = context.Path.Append($"model.options.{option}");
            context.FailRecord(string.Format(null, text, $"{{ {place} }}"));
        }
    }

    private static void CheckStatistics(CheckContext context)
    {
        if (context.Text(Provider) == "anthropic"
            && context.Text("route_type") == "llm/v1/completions"
            && context.Text("logging.log_statistics") == "true")
        {
            context.FailRecord("anthropic does not support statistics when route_type is llm/v1/completions");
        }
    }
}
