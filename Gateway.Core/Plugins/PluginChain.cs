using Gateway.Core.Pipeline;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Plugins;

/// <summary>Runs the plugins of a request, phase by phase.</summary>
internal sealed partial class PluginChain(ILogger<PluginChain> logger)
{
    /// <summary>
    /// The access pass: for each plugin in order of execution the most specific instance is chosen, with the consumer known at that
    /// moment, and its access code runs. After an answer the remaining plugins are still chosen, but only for the later phases
    /// (<see cref="GatewayContext.RunResponseHeaders"/>).
    /// </summary>
    public async ValueTask<PhaseResult> AccessAsync(GatewayContext context)
    {
        while (context.SelectNext() is { } instance)
        {
            if ((instance.Plugin.Phases & PluginPhases.Access) != 0
                && await instance.Plugin.AccessAsync(context, instance) == PhaseResult.Answered)
            {
                return PhaseResult.Answered;
            }
        }

        return PhaseResult.Continue;
    }

    /// <summary>The log phase. A plugin that fails is reported and the others still run.</summary>
    public void Log(GatewayContext context)
    {
        context.SelectRemaining();
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
