using System.Globalization;
using Gateway.Core.Pipeline;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.ProxyCache;

/// <summary>Keeps answers of upstreams in memory and gives them again.</summary>
[Plugin("proxy-cache", priority: 100)]
internal sealed class ProxyCachePlugin(AnswerCache cache) : Plugin<ProxyCacheConfig>
{
    /// <summary>Longest request body, in bytes, that an answer may depend on.</summary>
    private const int MaxRequestBody = 1024 * 1024;

    protected override async ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, ProxyCacheConfig config)
    {
        var request = context.Http.Request;
        var wishes = new CacheDirectives(config.CacheControl ? request.Headers.CacheControl : default);
        var key = IsCacheable(context, config, wishes) ? CacheKey.Of(context, config, (await ReadBodyAsync(context)).Span) : null;
        var turn = new CacheTurn(context, config, cache, key);
        context.Http.Features.Set(turn);
        if (key is null)
        {
            return PhaseResult.Continue;
        }

        var answer = Find(key, request.Headers);
        turn.Status = answer is null ? CacheStatus.Miss : answer.IsFreshFor(config, wishes, cache.Now) ? CacheStatus.Hit : CacheStatus.Refresh;
        if (turn.Status == CacheStatus.Hit)
        {
            turn.Age = cache.Now - answer!.StoredAt;
            await AnswerAsync(context, answer);
            return PhaseResult.Answered;
        }

        if (wishes.Has("only-if-cached"))
        {
            await GatewayAnswers.WriteAsync(context, StatusCodes.Status504GatewayTimeout, null, default);
            return PhaseResult.Answered;
        }

        context.ResponseBody.Watch(turn);
        return PhaseResult.Continue;
    }

    protected override void ResponseHeaders(GatewayContext context, PluginInstance instance, ProxyCacheConfig config)
    {
        // Without one the request was answered before this plugin's turn.
        if (context.Http.Features.Get<CacheTurn>() is not { } turn)
        {
            return;
        }

        var headers = context.Http.Response.Headers;
        if (config.ResponseHeaders.CacheStatus)
        {
            headers["X-Cache-Status"] = turn.Status.ToString();
        }

        if (config.ResponseHeaders.CacheKey && turn.Key is not null)
        {
            headers["X-Cache-Key"] = turn.Key;
        }

        if (config.ResponseHeaders.Age && turn.Status == CacheStatus.Hit)
        {
            headers.Age = ((long)turn.Age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
    }

    private static bool IsCacheable(GatewayContext context, ProxyCacheConfig config, CacheDirectives wishes)
    {
        var request = context.Http.Request;
        if (!config.RequestMethod.Contains(request.Method) || (config.CacheControl && request.Headers.Authorization.Count > 0))
        {
            return false;
        }

        // What cannot be read whole cannot be told from another body.
        var isReadable = context.Body.Whole is { } whole
            ? whole.Length <= MaxRequestBody
            : request.Headers.TransferEncoding.Count == 0 && request.ContentLength is null or <= MaxRequestBody;
        return isReadable && !wishes.Has("no-store") && !wishes.Has("no-cache");
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(GatewayContext context) =>
        context.Body.Whole is null && context.Http.Request.ContentLength is null or 0
            ? default
            : await context.Body.ReadAsync(MaxRequestBody, context.Aborted);

    private CachedAnswer? Find(string key, IHeaderDictionary headers)
    {
        var found = cache.Find(key);
        return found?.Vary is { } names ? cache.Find(CacheKey.OfVariant(key, names, headers)) : found;
    }

    private static ValueTask AnswerAsync(GatewayContext context, CachedAnswer answer)
    {
        foreach (var (name, value) in answer.Headers)
        {
            context.Http.Response.Headers[name] = value;
        }

        context.Record.Outcome = RequestOutcome.Ok;
        var length = HttpMethods.IsHead(context.Http.Request.Method) ? answer.ContentLength : null;
        return GatewayAnswers.WriteAsync(context, answer.Status, null, answer.Body, length);
    }
}
