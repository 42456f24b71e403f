using Gateway.Core.Pipeline;

namespace Gateway.Core.Plugins;

/// <summary>The phases of a plugin as the chain sees them, with an untyped config. Implement <see cref="Plugin{TConfig}"/> instead.</summary>
internal abstract class Plugin
{
    /// <summary>Called before the request goes upstream. May answer the request.</summary>
    public abstract ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance);

    /// <summary>Called once, when the status and headers for the client are known and not yet sent.</summary>
    public abstract void ResponseHeaders(GatewayContext context, PluginInstance instance);

    /// <summary>Called after the response has ended. Must not throw for expected failures and must not wait.</summary>
    public abstract void Log(GatewayContext context, PluginInstance instance);

    public abstract Type ConfigType { get; }

    /// <summary>The phases this plugin overrides; a phase that is not overridden costs nothing.</summary>
    public abstract PluginPhases Phases { get; }
}

/// <summary>Which phases a plugin has code for.</summary>
[Flags]
internal enum PluginPhases
{
    None = 0,
    Access = 1,
    ResponseHeaders = 2,
    Log = 4,
}

/// <summary>
/// Base of every plugin. A plugin is a singleton and keeps no per-request field: request state lives in
/// <see cref="GatewayContext"/>, state of an instance in <see cref="PluginInstance.State"/>.
/// </summary>
internal abstract class Plugin<TConfig> : Plugin
    where TConfig : class, IPluginConfig
{
    private readonly PluginPhases _phases;

    protected Plugin()
    {
        _phases = PluginPhases.None;
        if (Overrides(nameof(AccessAsync)))
        {
            _phases |= PluginPhases.Access;
        }

        if (Overrides(nameof(ResponseHeaders)))
        {
            _phases |= PluginPhases.ResponseHeaders;
        }

        if (Overrides(nameof(Log)))
        {
            _phases |= PluginPhases.Log;
        }
    }

    public sealed override Type ConfigType => typeof(TConfig);

    public sealed override PluginPhases Phases => _phases;

    /// <summary>The access phase; return <see cref="PhaseResult.Answered"/> after writing an answer.</summary>
    protected virtual ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, TConfig config) =>
        ValueTask.FromResult(PhaseResult.Continue);

    /// <summary>The header phase: <c>context.Http.Response</c> has status and headers and has not started.</summary>
    protected virtual void ResponseHeaders(GatewayContext context, PluginInstance instance, TConfig config)
    {
    }

    /// <summary>The log phase.</summary>
    protected virtual void Log(GatewayContext context, PluginInstance instance, TConfig config)
    {
    }

    public sealed override ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance) =>
        AccessAsync(context, instance, (TConfig)instance.Config);

    public sealed override void ResponseHeaders(GatewayContext context, PluginInstance instance) =>
        ResponseHeaders(context, instance, (TConfig)instance.Config);

    public sealed override void Log(GatewayContext context, PluginInstance instance) =>
        Log(context, instance, (TConfig)instance.Config);

    private bool Overrides(string name)
    {
        var method = GetType().GetMethod(
            name,
            System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic,
            [typeof(GatewayContext), typeof(PluginInstance), typeof(TConfig)]);
        return method is not null && method.DeclaringType != typeof(Plugin<TConfig>);
    }
}
