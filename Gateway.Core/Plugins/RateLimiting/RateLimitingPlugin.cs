using Gateway.Core.Pipeline;
using Gateway.Core.Plugins.Redis;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Plugins.RateLimiting;

/// <summary>Limits how many requests may pass in each window of time.</summary>
[Plugin("rate-limiting", priority: 910)]
internal sealed partial class RateLimitingPlugin(RedisConnections redis, ILogger<RateLimitingPlugin> logger) : Plugin<RateLimitingConfig>
{
    private readonly LocalCounters _local = new();
    private readonly Availability _redis = new();

    protected override async ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, RateLimitingConfig config)
    {
        _local.Keep(context.Snapshot);
        var state = instance.State.GetOrCreate(() => new Running(new RateLimits(config), CountersOf(instance, config)));
        var check = new RateCheck(instance.Id, RateIdentifier.Of(context, config), state.Limits.Items, context.Time.GetUtcNow());
        try
        {
            var isCounted = await state.Counters.TryCountAsync(check);
            if (_redis.IsBack())
            {
                LogAvailable(logger);
            }

            if (!config.HideClientHeaders)
            {
                context.Http.Features.Set(check);
            }

            if (isCounted)
            {
                return PhaseResult.Continue;
            }
        }
        catch (RateCountersUnavailableException exception)
        {
            if (_redis.IsLost())
            {
                LogUnavailable(logger, exception.InnerException!, instance.Id);
            }

            if (config.FaultTolerant)
            {
                return PhaseResult.Continue;
            }

            await GatewayErrors.WriteAsync(context, new Refusal(StatusCodes.Status500InternalServerError, "An unexpected error occurred")
            {
                Detail = "rate_counters_unavailable",
            });
            return PhaseResult.Answered;
        }

        await GatewayErrors.WriteAsync(context, new Refusal(Refusal.StatusOr(config.ErrorCode, StatusCodes.Status429TooManyRequests), config.ErrorMessage)
        {
            Detail = "rate_limited",
            Headers = config.HideClientHeaders ? null : [new("Retry-After", check.Reset())],
        });
        return PhaseResult.Answered;
    }

    protected override void ResponseHeaders(GatewayContext context, PluginInstance instance, RateLimitingConfig config) =>
        context.Http.Features.Get<RateCheck>()?.WriteHeaders(context.Http.Response.Headers);

    private IRateCounters CountersOf(PluginInstance instance, RateLimitingConfig config)
    {
        switch (config.Policy)
        {
            case "redis":
                return new RedisCounters(redis.Find(config.Redis), config.Redis.Database);
            case "cluster" when redis.Own is { } own:
                return new RedisCounters(own, -1);
            case "cluster":
                LogClusterIsLocal(logger, instance.Id);
                return _local;
            default:
                return _local;
        }
    }

    [LoggerMessage(EventId = 2411, Level = LogLevel.Warning, Message = "Plugin rate-limiting ({PluginId}) counts in this process alone: the policy cluster needs Gateway__Redis__ConnectionString")]
    private static partial void LogClusterIsLocal(ILogger logger, Guid pluginId);

    [LoggerMessage(EventId = 2412, Level = LogLevel.Error, Message = "Plugin rate-limiting ({PluginId}) cannot reach its Redis; limits do not hold meanwhile, or requests fail, as configured")]
    private static partial void LogUnavailable(ILogger logger, Exception exception, Guid pluginId);

    [LoggerMessage(EventId = 2413, Level = LogLevel.Information, Message = "Plugin rate-limiting reaches Redis again")]
    private static partial void LogAvailable(ILogger logger);

    /// <summary>What an instance needs at each request.</summary>
    private sealed record Running(RateLimits Limits, IRateCounters Counters);
}
