using Gateway.Core.Pipeline;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Plugins;

/// <summary>Runs the plugins of a request, phase by phase.</summary>
internal sealed partial class PluginChain(ILogger<PluginChain> logger)
{
    /// <summary>
    /// The access pass: for each plugin in order of execution the most specific instance is chosen, with the consumer known at that
    /// moment, and its access code runs. After an answer the remaining plugins are still chosen, so that log plugins see the request.
    /// </summary>
    public async ValueTask<PhaseResult> AccessAsync(GatewayContext context)
    {
        var plan = context.Snapshot.Plugins;
        var answered = false;
        for (var i = 0; i < plan.Count; i++)
        {
            if (plan.Select(i, context.Scope) is not { } instance)
            {
                continue;
            }

            context.Selected.Add(instance);
            if (!answered && (instance.Plugin.Phases & PluginPhases.Access) != 0)
            {
                answered = await instance.Plugin.AccessAsync(context, instance) == PhaseResult.Answered;
            }
        }

        return answered ? PhaseResult.Answered : PhaseResult.Continue;
    }

    /// <summary>Chooses the global instances for a request without a route; their access code does not run.</summary>
    public void SelectOnly(GatewayContext context)
    {
        var plan = context.Snapshot.Plugins;
        for (var i = 0; i < plan.Count; i++)
        {
            if (plan.Select(i, context.Scope) is { } instance)
            {
                context.Selected.Add(instance);
            }
        }
    }

    /// <summary>The log phase. A plugin that fails is reported and the others still run.</summary>
    public void Log(GatewayContext context)
    {
        for (var i = 0; i < context.Selected.Count; i++)
        {
            var instance = context.Selected[i];
            if ((instance.Plugin.Phases & PluginPhases.Log) == 0)
            {
                continue;
            }

            try
            {
                instance.Plugin.Log(context, instance);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                LogPhaseFailed(logger, exception, instance.Name, context.Record.RequestId);
            }
        }
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Error, Message = "Log phase of plugin {PluginName} failed for request {RequestId}")]
    private static partial void LogPhaseFailed(ILogger logger, Exception exception, string pluginName, string requestId);
}
