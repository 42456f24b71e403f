using Gateway.Core.Llm.Forwarding;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins.AiProxy;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Plugins.AiProxyAdvanced;

/// <summary>Sends a request to one of several models, chosen by a balancer, and moves on to another when one fails.</summary>
[Plugin("ai-proxy-advanced", priority: 770, Protocols = ["grpc", "grpcs", "http", "https", "ws", "wss"])]
internal sealed partial class AiProxyAdvancedPlugin(LlmAccess access, TimeProvider time, ILogger<AiProxyAdvancedPlugin> logger) : Plugin<AiProxyAdvancedConfig>
{
    protected override ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, AiProxyAdvancedConfig config) =>
        access.HandleAsync(context, instance, instance.State.GetOrCreate<LlmPlan>(() => Compile(instance, config)));

    private LlmPlan Compile(PluginInstance instance, AiProxyAdvancedConfig config)
    {
        if (config.Acls is { Allow.Count: > 0 } or { Deny.Count: > 0 })
        {
            LogAclsIgnored(logger, instance.Id);
        }

        return LlmPlanFactory.Create(config, time, Random.Shared);
    }

    [LoggerMessage(EventId = 2101, Level = LogLevel.Warning, Message = "Plugin ai-proxy-advanced {PluginId} has config.acls, which this version stores but does not enforce")]
    private static partial void LogAclsIgnored(ILogger logger, Guid pluginId);
}
