using System.Diagnostics.Metrics;
using Gateway.Core.Llm;
using Gateway.Core.Llm.Forwarding;
using Gateway.Core.Llm.Providers;
using Gateway.Core.Pipeline;
using Gateway.Core.Upstreams;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.AiProxy;

/// <summary>Calls on an AI route that the gateway answers itself: probes, the list of models, the wish for a WebSocket.</summary>
internal static class LocalAnswers
{
    private static readonly Meter Meter = new("Gateway.Core.Llm");

    private static readonly Counter<long> WebSocketsRefused =
        Meter.CreateCounter<long>("gateway.llm.websockets_refused", description: "Upgrades to WebSocket on AI routes that were answered with 426.");

    /// <returns>Whether the request has been answered.</returns>
    public static async ValueTask<bool> TryAnswerAsync(GatewayContext context, LlmPlan plan, bool isAnthropic)
    {
        var request = context.Http.Request;
        if (plan.RouteType == RouteTypes.Preserve)
        {
            return false;
        }

        if (HopByHop.HasToken(request.Headers.Upgrade, "websocket"))
        {
            // Codex tries a WebSocket first and falls back at once when it is told so; silence would cost it five tries.
            WebSocketsRefused.Add(1);
            await GatewayErrors.WriteAsync(context, new Refusal(StatusCodes.Status426UpgradeRequired, "WebSocket is not supported here; use HTTP POST")
            {
                Detail = "websocket_refused",
                Headers = [new("Upgrade", "HTTP/1.1")],
            });
            return true;
        }

        if (HttpMethods.IsHead(request.Method))
        {
            await WriteAsync(context, default, null);
            return true;
        }

        if (HttpMethods.IsGet(request.Method) && context.NormalizedPath.EndsWith("/models", StringComparison.Ordinal) && RouteTypes.IsText(plan.RouteType))
        {
            using var output = new PooledBuffer(1024);
            ModelsList.Write(isAnthropic ? LlmFormat.AnthropicMessages : LlmFormat.OpenAIChat, Models(plan), context.Time.GetUtcNow(), output);
            await WriteAsync(context, output.Written, "application/json");
            return true;
        }

        return false;
    }

    /// <summary>Writes an answer with status 200.</summary>
    /// <param name="contentType">Null: no body.</param>
    public static async ValueTask WriteAsync(GatewayContext context, ReadOnlyMemory<byte> body, string? contentType)
    {
        var response = context.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        GatewayHeaders.AddAnswered(context);
        context.Record.Outcome = RequestOutcome.Ok;
        context.Record.ResponseSize = body.Length;
        if (contentType is not null)
        {
            response.ContentType = contentType;
            response.ContentLength = body.Length;
        }

        context.RunResponseHeaders();
        if (contentType is not null)
        {
            await response.Body.WriteAsync(body, context.Aborted);
        }
    }

    private static List<ModelListItem> Models(LlmPlan plan)
    {
        var models = new List<ModelListItem>();
        foreach (var target in plan.Targets)
        {
            Add(target.ModelAlias, target.Provider.Name);
            Add(target.HasModelTemplate ? null : target.Model, target.Provider.Name);
        }

        return models;

        void Add(string? name, string provider)
        {
            if (name is not null && !models.Exists(m => m.Id == name))
            {
                models.Add(new ModelListItem(name, provider));
            }
        }
    }
}
