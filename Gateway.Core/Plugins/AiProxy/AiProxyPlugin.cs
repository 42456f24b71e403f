using Gateway.Core.Llm.Forwarding;
using Gateway.Core.Pipeline;

namespace Gateway.Core.Plugins.AiProxy;

/// <summary>Sends a request to one model of one provider, in the provider's format and with the key that the gateway holds.</summary>
[Plugin("ai-proxy", priority: 770, Protocols = ["grpc", "grpcs", "http", "https", "ws", "wss"])]
internal sealed class AiProxyPlugin(LlmAccess access) : Plugin<AiProxyConfig>
{
    protected override ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, AiProxyConfig config) =>
        access.HandleAsync(context, instance, instance.State.GetOrCreate<LlmPlan>(() => LlmPlanFactory.Create(config)));
}
