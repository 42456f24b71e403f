using System.Collections.Concurrent;
using Gateway.Core.Configuration;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins;
using Gateway.Core.Tests.Pipeline;
using Gateway.Shared.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Tests.Plugins;

/// <summary>What the marking plugins of one gateway have done, in order.</summary>
internal sealed class PhaseTrace
{
    private readonly ConcurrentQueue<string> _steps = new();

    public IReadOnlyList<string> Steps => [.. _steps];

    /// <summary>Holds requests in the access phase of <c>mark-gate</c> until it is completed.</summary>
    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Add(string phase, PluginInstance instance, MarkConfig config) => _steps.Enqueue($"{phase} {instance.Name} {config.Text}".TrimEnd());

    public IEnumerable<string> Of(string phase) => Steps.Where(s => s.StartsWith(phase, StringComparison.Ordinal)).Select(s => s[(phase.Length + 1)..]);

    /// <summary>A gateway that knows the marking plugins only.</summary>
    public Task<GatewayHost> StartAsync(GatewayConfig config, System.Security.Cryptography.X509Certificates.X509Certificate2? certificate = null) =>
        GatewayHost.StartAsync(config, certificate, services => services.AddSingleton(this).AddSingleton(new PluginCatalog(
            [typeof(MarkLate), typeof(MarkEvenA), typeof(MarkIdentity), typeof(MarkGate), typeof(MarkFirst), typeof(MarkEvenB)])));
}

internal sealed record MarkConfig : IPluginConfig
{
    [Field("What tells this instance from others.")]
    public string Text { get; init; } = "";

    [Field("Answer in the access phase.")]
    public bool Answers { get; init; }

    [Field("The phase that fails: access or log.")]
    public string? Fails { get; init; }
}

/// <summary>Leaves a mark in each phase.</summary>
internal abstract class MarkPlugin(PhaseTrace trace) : Plugin<MarkConfig>
{
    protected override async ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, MarkConfig config)
    {
        trace.Add("access", instance, config);
        if (config.Fails == "access")
        {
            throw new InvalidOperationException("as told");
        }

        if (config.Answers)
        {
            await GatewayAnswers.WriteMessageAsync(context, 418, "answered");
            return PhaseResult.Answered;
        }

        return PhaseResult.Continue;
    }

    protected override void ResponseHeaders(GatewayContext context, PluginInstance instance, MarkConfig config) => trace.Add("headers", instance, config);

    protected override void Log(GatewayContext context, PluginInstance instance, MarkConfig config)
    {
        trace.Add("log", instance, config);
        if (config.Fails == "log")
        {
            throw new InvalidOperationException("as told");
        }
    }
}

[Plugin("mark-first", 3000)]
internal sealed class MarkFirst(PhaseTrace trace) : MarkPlugin(trace);

[Plugin("mark-even-a", 100)]
internal sealed class MarkEvenA(PhaseTrace trace) : MarkPlugin(trace);

[Plugin("mark-even-b", 100)]
internal sealed class MarkEvenB(PhaseTrace trace) : MarkPlugin(trace);

[Plugin("mark-late", 5)]
internal sealed class MarkLate(PhaseTrace trace) : MarkPlugin(trace);

/// <summary>Believes the header <c>X-Consumer</c>.</summary>
[Plugin("mark-identity", 2000)]
internal sealed class MarkIdentity : Plugin<MarkConfig>
{
    protected override ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, MarkConfig config)
    {
        context.Authenticate(context.Snapshot.Consumers.Find(context.Http.Request.Headers["X-Consumer"].ToString()), null);
        return ValueTask.FromResult(PhaseResult.Continue);
    }
}

/// <summary>Waits.</summary>
[Plugin("mark-gate", 2900)]
internal sealed class MarkGate(PhaseTrace trace) : Plugin<MarkConfig>
{
    protected override async ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, MarkConfig config)
    {
        trace.Add("access", instance, config);
        await trace.Gate.Task.WaitAsync(TimeSpan.FromSeconds(10), context.Aborted);
        return PhaseResult.Continue;
    }
}
