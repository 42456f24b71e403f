using Gateway.Core.Pipeline;

namespace Gateway.Core.Plugins.CorrelationId;

/// <summary>Gives every request an id that the upstream, the log and, if wanted, the client see. An id the client sent is kept.</summary>
[Plugin("correlation-id", priority: 100001, ForbiddenScopes = ["consumer_group"])]
internal sealed class CorrelationIdPlugin : Plugin<CorrelationIdConfig>
{
    private readonly CorrelationIdGenerator _generator = new();

    protected override ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, CorrelationIdConfig config)
    {
        context.Http.Request.Headers[config.HeaderName] = IdOf(context, config);
        return ValueTask.FromResult(PhaseResult.Continue);
    }

    protected override void ResponseHeaders(GatewayContext context, PluginInstance instance, CorrelationIdConfig config)
    {
        if (config.EchoDownstream)
        {
            context.Http.Response.Headers[config.HeaderName] = IdOf(context, config);
        }
    }

    /// <summary>Also for requests without an access phase, such as those that no route matched.</summary>
    private string IdOf(GatewayContext context, CorrelationIdConfig config) =>
        context.Record.CorrelationId ??= context.Http.Request.Headers[config.HeaderName].ToString() is { Length: > 0 } sent
            ? sent
            : _generator.Next(config.Generator, context);
}
