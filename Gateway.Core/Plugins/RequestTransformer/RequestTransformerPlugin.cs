using Gateway.Core.Pipeline;

namespace Gateway.Core.Plugins.RequestTransformer;

/// <summary>Changes path, method, headers, body and query before the request goes upstream.</summary>
[Plugin("request-transformer", priority: 801)]
internal sealed class RequestTransformerPlugin : Plugin<RequestTransformerConfig>
{
    protected override async ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, RequestTransformerConfig config)
    {
        if (await instance.State.GetOrCreate(() => new TransformPlan(config)).ApplyAsync(context) is { } refusal)
        {
            await GatewayErrors.WriteAsync(context, refusal);
            return PhaseResult.Answered;
        }

        return PhaseResult.Continue;
    }
}
