using System.Text;
using Gateway.Core.Pipeline;

namespace Gateway.Core.Plugins.RequestTermination;

/// <summary>Answers a request instead of the upstream.</summary>
[Plugin("request-termination", priority: 2)]
internal sealed class RequestTerminationPlugin(GatewayNode node) : Plugin<RequestTerminationConfig>
{
    protected override async ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, RequestTerminationConfig config)
    {
        if (config.Trigger is { } trigger
            && !context.Http.Request.Headers.ContainsKey(trigger)
            && !context.Http.Request.Query.ContainsKey(trigger))
        {
            return PhaseResult.Continue;
        }

        context.Record.OutcomeDetail = "terminated";
        var message = config.Message ?? MessageOf(config.StatusCode);
        if (config.Echo)
        {
            await GatewayAnswers.WriteAsync(context, config.StatusCode, GatewayAnswers.Json, await RequestEcho.CreateAsync(context, message, node));
        }
        else if (config.Body is { } body)
        {
            await GatewayAnswers.WriteAsync(context, config.StatusCode, config.ContentType ?? GatewayAnswers.Json, Encoding.UTF8.GetBytes(body));
        }
        else
        {
            await GatewayAnswers.WriteMessageAsync(context, config.StatusCode, message);
        }

        return PhaseResult.Answered;
    }

    /// <summary>The usual text of a status; null for those that have none.</summary>
    private static string? MessageOf(int status) => status switch
    {
        401 => "Unauthorized",
        404 => "Not found",
        405 => "Method not allowed",
        500 => "An unexpected error occurred",
        502 => "Bad Gateway",
        503 => "Service unavailable",
        _ => null,
    };
}
